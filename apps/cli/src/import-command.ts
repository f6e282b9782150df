import { oneLine } from '@touchstone/core';
import { EXIT } from './exit-codes.ts';
import { nextCommand, type StoreFlags, withTouchstone } from './open-touchstone.ts';
import { print, say } from './say.ts';

/** `touchstone import`: takes an exported run into the store. */
export async function importCommand(file: string, flags: StoreFlags & { readonly json?: boolean }): Promise<number> {
  return withTouchstone(flags, async ({ touchstone, store = '' }) => {
    const { run, isNew } = await touchstone.importRun(file);
    const { id, name, status } = run;
    if (flags.json === true) {
      await print(JSON.stringify({ run: { id, name, status }, imported: isNew }, null, 2));
      return EXIT.ok;
    }
    const named = `${oneLine(name)} (${id.slice(0, 8)}, ${status})`;
    if (!isNew) say(`${named} is in ${store} already, just as in ${file}: nothing was done.`);
    else say(`Imported ${named} into ${store}.`);
    const next = status === 'finished' || status === 'failed' ? 'show' : 'resume';
    say(nextCommand(`${next} ${id.slice(0, 8)}`, store));
    return EXIT.ok;
  });
}
