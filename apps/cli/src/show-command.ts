import { showResult } from './carry-out.ts';
import { EXIT } from './exit-codes.ts';
import { openTouchstone, type StoreFlags } from './open-touchstone.ts';

/** `touchstone show`: the result of a stored run. */
export async function showCommand(ref: string, flags: StoreFlags & { readonly json?: boolean }): Promise<number> {
  const { touchstone } = await openTouchstone(flags);
  try {
    await showResult(await touchstone.result(ref), flags);
    return EXIT.ok;
  } finally {
    await touchstone.close();
  }
}
