import { EXIT } from './exit-codes.ts';
import { type StoreFlags, withTouchstone } from './open-touchstone.ts';
import { print, printWidth } from './say.ts';

/** `touchstone show`: the result of a stored run. */
export async function showCommand(ref: string, flags: StoreFlags & { readonly json?: boolean }): Promise<number> {
  return withTouchstone(flags, async ({ touchstone }) => {
    const result = await touchstone.result(ref);
    await print(flags.json === true ? JSON.stringify(result.toJSON(), null, 2) : result.toString({ width: printWidth() }));
    return EXIT.ok;
  });
}
