import { cellsOfRun, findRun } from '@touchstone/core';
import { confirmed } from './confirmed.ts';
import { EXIT } from './exit-codes.ts';
import { type StoreFlags, withTouchstone } from './open-touchstone.ts';
import { registeredIn } from './registered-in.ts';
import { say } from './say.ts';

/** `touchstone delete`: says what goes with the run, and asks first, unless told not to. A sweep is deleted with the runs of its cells. */
export async function deleteCommand(ref: string, flags: StoreFlags & { readonly yes?: boolean }): Promise<number> {
  return withTouchstone(flags, async ({ touchstone }) => {
    const run = await findRun(touchstone.store.catalog, ref);
    const cells = await cellsOfRun(touchstone.store.catalog, run);
    const below = cells.length === 0 ? '' : ` with its ${cells.length} ${cells.length === 1 ? 'cell' : 'cells'}`;
    const named = `${run.name} (${run.id.slice(0, 8)}, ${run.status})${below}`;
    const registered = registeredIn(await touchstone.registeredModels(), new Set([run, ...cells].map(({ id }) => id)));
    if (registered.length > 0) {
      say(`Registered models that were logged in it can then not be evaluated any more: ${listed(registered)}.`);
    }
    if (flags.yes !== true && !(await confirmed(`Deleting ${named}`, `Delete ${named} and all of its rows and scores?`))) {
      say('Nothing was deleted.');
      return EXIT.ok;
    }
    // Whoever works on one of them is said before anything is gone.
    for (const { id } of [run, ...cells]) await (await touchstone.store.catalog.open(id))[Symbol.asyncDispose]();
    // The sweep goes last: when something keeps a cell from being deleted, the same command can be given again.
    for (const cell of cells) await touchstone.deleteRun(cell.id);
    await touchstone.deleteRun(run.id);
    say(`Deleted ${named}.`);
    return EXIT.ok;
  });
}

const MOST_LISTED = 10;

function listed(names: readonly string[]): string {
  const more = names.length - MOST_LISTED;
  return [...names.slice(0, MOST_LISTED), ...(more > 0 ? [`${more} more`] : [])].join(', ');
}
