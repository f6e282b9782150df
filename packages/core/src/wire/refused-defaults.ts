import { ServiceError } from '../contracts/service-error.ts';

/**
 * Sends, and once more without each of our defaults that the provider's words refuse: a model's name does not always say what it takes
 * (a deployment of Azure may be called anything). What the user asked for is never left out.
 *
 * @param names the defaults of the request: neutral name → the provider's
 * @param refused neutral names that were refused before; more are added, so that the next call is right at once
 * @param send sends without these defaults, and throws a `ServiceError`
 */
export async function withoutRefusedDefaults<T>(
  names: Readonly<Record<string, string>>,
  refused: Set<string>,
  send: (refused: ReadonlySet<string>) => Promise<T>,
): Promise<T> {
  for (;;) {
    const left = new Set(refused);
    try {
      return await send(left);
    } catch (error) {
      const name = Object.keys(names).find((one) => !left.has(one) && refuses(error, names[one] ?? one));
      if (name === undefined) throw error;
      refused.add(name);
    }
  }
}

/** Words of providers for a parameter that a model does not have; a value that is out of range is another matter. */
const NOT_TAKEN =
  /unsupported|not (?:be )?(?:supported|allowed|permitted|available)|does(?: not|n't) support|unrecognized|unknown|unexpected|deprecated|extra (?:inputs|fields)/iu;

function refuses(error: unknown, parameter: string): boolean {
  if (!ServiceError.isInstance(error) || error.code !== 'bad-request') return false;
  return NOT_TAKEN.test(error.message) && new RegExp(`\\b${parameter}\\b`, 'u').test(error.message);
}
