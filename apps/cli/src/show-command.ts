import { EXIT } from './exit-codes.ts';
import { type StoreFlags, withTouchstone } from './open-touchstone.ts';
import { resultText } from './result-text.ts';
import { print } from './say.ts';

interface ShowFlags extends StoreFlags {
  readonly json?: boolean;
  readonly verbose?: boolean;
}

/** `touchstone show`: the result of a stored run. */
export async function showCommand(ref: string, flags: ShowFlags): Promise<number> {
  return withTouchstone(flags, async ({ touchstone }) => {
    const result = await touchstone.result(ref);
    await print(flags.json === true ? JSON.stringify(result.toJSON(), null, 2) : resultText(result, flags));
    return EXIT.ok;
  });
}
