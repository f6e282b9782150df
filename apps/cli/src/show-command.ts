import { locateRun, storedResult } from '@touchstone/core';
import { EXIT } from './exit-codes.ts';
import { type StoreFlags, withTouchstone } from './open-touchstone.ts';
import { resultText } from './result-text.ts';
import { print, printWidth } from './say.ts';

interface ShowFlags extends StoreFlags {
  readonly json?: boolean;
  readonly verbose?: boolean;
}

/** `touchstone show`: the result of a stored run, or the cells of a sweep side by side. */
export async function showCommand(ref: string, flags: ShowFlags): Promise<number> {
  return withTouchstone(flags, async ({ touchstone }) => {
    const { store, run } = await locateRun(touchstone.store, ref);
    // An exported file holds one run, never the cells below it.
    const swept = store === touchstone.store ? await touchstone.sweepResult(run.id) : undefined;
    if (swept !== undefined) {
      await print(flags.json === true ? JSON.stringify(swept.toJSON(), null, 2) : swept.toString({ width: printWidth() }));
      return EXIT.ok;
    }
    const result = await storedResult(store, run);
    await print(flags.json === true ? JSON.stringify(result.toJSON(), null, 2) : resultText(result, flags));
    return EXIT.ok;
  });
}
