import { TouchstoneError } from '../errors/touchstone-error.ts';

/** The first of these environment variables that is set and not blank, read now. */
export function variable(...names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = process.env[name]?.trim();
    if (value !== undefined && value !== '') return value;
  }
  return undefined;
}

/**
 * {@link variable}, where there is no going on without it.
 * @throws TouchstoneError `missing-key` naming the model and the variables
 */
export function neededVariable(uri: string, ...names: readonly string[]): string {
  const value = variable(...names);
  if (value !== undefined) return value;
  throw new TouchstoneError('missing-key', `'${uri}' needs a key: set ${names.join(' or ')} in the environment.`);
}
