import { type Check, Violation } from './check.ts';

/** What a check says of a plug-in that breaks its rule. For the tests of the suites. */
export async function violated(checks: readonly Check[], rule: string): Promise<string> {
  const check = checks.find(({ name }) => name === rule);
  if (check === undefined)
    throw new Error(`There is no rule '${rule}'. There are: ${checks.map(({ name }) => name).join('; ')}.`);
  try {
    await check.run();
  } catch (error) {
    if (error instanceof Violation) return error.message;
    throw error;
  }
  return 'nothing was caught';
}
