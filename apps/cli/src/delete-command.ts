import { createInterface } from 'node:readline/promises';
import { findRun, TouchstoneError } from '@touchstone/core';
import { EXIT } from './exit-codes.ts';
import { type StoreFlags, withTouchstone } from './open-touchstone.ts';
import { say } from './say.ts';

/** `touchstone delete`: asks first, unless told not to. */
export async function deleteCommand(ref: string, flags: StoreFlags & { readonly yes?: boolean }): Promise<number> {
  return withTouchstone(flags, async ({ touchstone }) => {
    const run = await findRun(touchstone.store.catalog, ref);
    const named = `${run.name} (${run.id.slice(0, 8)}, ${run.status})`;
    if (flags.yes !== true && !(await confirmed(named))) {
      say('Nothing was deleted.');
      return EXIT.ok;
    }
    await touchstone.deleteRun(run.id);
    say(`Deleted ${named}.`);
    return EXIT.ok;
  });
}

async function confirmed(named: string): Promise<boolean> {
  if (!process.stdin.isTTY)
    throw new TouchstoneError('not-confirmed', `Deleting ${named} needs --yes where nobody can be asked.`);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`Delete ${named} and all of its rows and scores? [y/N] `);
  terminal.close();
  return /^y(es)?$/iu.test(answer.trim());
}
