import { type Context, createContext, Script } from 'node:vm';
import { TouchstoneError } from '@touchstone/core';

/**
 * The result of a synchronous function, which is interrupted wherever it is, also inside of a regular expression, when it takes
 * longer than `seconds`. Costs some tenths of a millisecond: V8 starts a thread that watches.
 *
 * @param doing what is done, for the error: `the pattern`
 * @throws TouchstoneError `took-too-long`; what the function throws
 */
export function withinTime<T>(seconds: number, doing: string, run: () => T): T {
  guard ??= { context: createContext({}), script: new Script('run()') };
  let result: { readonly value: T } | undefined;
  guard.context.run = () => {
    result = { value: run() };
  };
  try {
    guard.script.runInContext(guard.context, { timeout: seconds * 1000 });
  } catch (error) {
    if (!isTimeout(error)) throw error;
    throw new TouchstoneError('took-too-long', `${doing} took more than ${seconds} s on this row`, { kind: 'run', cause: error });
  } finally {
    guard.context.run = undefined;
  }
  if (result === undefined) throw new Error('The script did not run.');
  return result.value;
}

let guard: { readonly context: Context; readonly script: Script } | undefined;

/** The error is one of the script's world, and so no instance of this one's `Error`. */
function isTimeout(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
}
