import { oneLine } from '@touchstone/core';
import { EXIT } from './exit-codes.ts';
import { type StoreFlags, withTouchstone } from './open-touchstone.ts';
import { print, say } from './say.ts';
import { checkOutputFile } from './write-file.ts';

/** `touchstone export`: a run as one file. */
export async function exportCommand(ref: string, file: string, flags: StoreFlags & { readonly json?: boolean }): Promise<number> {
  checkOutputFile('FILE', file);
  return withTouchstone(flags, async ({ touchstone }) => {
    const { run, bytes } = await touchstone.exportRun(ref, file);
    const { id, name, status } = run;
    if (flags.json === true) await print(JSON.stringify({ run: { id, name, status }, file, bytes }, null, 2));
    else say(`Exported ${oneLine(name)} (${id.slice(0, 8)}, ${status}) to ${file}.`);
    return EXIT.ok;
  });
}
