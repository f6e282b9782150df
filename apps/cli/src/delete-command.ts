import { findRun } from '@touchstone/core';
import { confirmed } from './confirmed.ts';
import { EXIT } from './exit-codes.ts';
import { type StoreFlags, withTouchstone } from './open-touchstone.ts';
import { say } from './say.ts';

/** `touchstone delete`: asks first, unless told not to. */
export async function deleteCommand(ref: string, flags: StoreFlags & { readonly yes?: boolean }): Promise<number> {
  return withTouchstone(flags, async ({ touchstone }) => {
    const run = await findRun(touchstone.store.catalog, ref);
    const named = `${run.name} (${run.id.slice(0, 8)}, ${run.status})`;
    if (flags.yes !== true && !(await confirmed(`Deleting ${named}`, `Delete ${named} and all of its rows and scores?`))) {
      say('Nothing was deleted.');
      return EXIT.ok;
    }
    await touchstone.deleteRun(run.id);
    say(`Deleted ${named}.`);
    return EXIT.ok;
  });
}
