import { readdirSync, statSync } from 'node:fs';
import { TouchstoneError } from '@touchstone/core';

/** Refuses a folder that holds something else than a result before the run, when it costs nothing. @throws TouchstoneError `bad-output` */
export function checkSaveFolder(folder: string | undefined): void {
  if (folder === undefined) return;
  const there = statSync(folder, { throwIfNoEntry: false });
  if (there === undefined) return;
  if (!there.isDirectory()) throw new TouchstoneError('bad-output', `--save is '${folder}', which is a file: name a folder.`);
  const names = readdirSync(folder);
  // What a save left behind that was interrupted is written again.
  if (names.length === 0 || names.some((name) => name === 'result.json' || name.startsWith('.touchstone-saving-'))) return;
  throw new TouchstoneError(
    'bad-output',
    `--save is '${folder}', and there is something else than a result in it: name an empty folder, a new one, or that of an earlier result.`,
  );
}
