import { createWriteStream, statSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { messageOf, TouchstoneError } from '@touchstone/core';

/** Refuses a place that cannot be written to before the run, when it costs nothing. @throws TouchstoneError `bad-output` */
export function checkOutputFile(flag: string, path: string | undefined): void {
  if (path === undefined) return;
  const folder = statSync(dirname(path), { throwIfNoEntry: false });
  if (folder?.isDirectory() !== true)
    throw new TouchstoneError('bad-output', `${flag} is '${path}', and there is no folder '${dirname(path)}': make it first.`);
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true)
    throw new TouchstoneError('bad-output', `${flag} is '${path}', which is a folder: name a file in it.`);
}

/** Writes a file as a whole: at no moment is there half of one under its name. @throws TouchstoneError `output-not-written` */
export async function writeWhole(path: string, pieces: Iterable<string> | AsyncIterable<string | Uint8Array>): Promise<void> {
  const part = `${path}.part`;
  try {
    await pipeline(Readable.from(pieces), createWriteStream(part));
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    if (TouchstoneError.isInstance(error)) throw error;
    throw new TouchstoneError('output-not-written', `'${path}' could not be written: ${messageOf(error)}.`, {
      kind: 'run',
      cause: error,
    });
  }
}
