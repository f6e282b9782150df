import type { Json } from '../contracts/index.ts';
import { TouchstoneError } from '../errors/touchstone-error.ts';

type Options = Readonly<Record<string, Json>>;

/** An option that is a text; `undefined` when it is left out or empty. @throws TouchstoneError `bad-option` */
export function textOption(uri: string, options: Options, name: string): string | undefined {
  const value = options[name];
  if (value === undefined || value === '') return undefined;
  if (typeof value === 'string') return value;
  throw new TouchstoneError('bad-option', `'${uri}': ${name} must be a text, and it is ${JSON.stringify(value)}.`);
}

/** An option that is on or off; off when it is left out. @throws TouchstoneError `bad-option` */
export function switchOption(uri: string, options: Options, name: string): boolean {
  const value = options[name] ?? false;
  if (typeof value === 'boolean') return value;
  throw new TouchstoneError('bad-option', `'${uri}': ${name} must be true or false, and it is ${JSON.stringify(value)}.`);
}

/** An option that is one of a few words. @throws TouchstoneError `bad-option` */
export function choiceOption<const T extends string>(
  uri: string,
  options: Options,
  name: string,
  choices: readonly T[],
): T | undefined {
  const value = options[name];
  if (value === undefined) return undefined;
  const chosen = choices.find((choice) => choice === value);
  if (chosen !== undefined) return chosen;
  const words = choices.length > 2 ? `one of ${choices.join(', ')}` : choices.join(' or ');
  throw new TouchstoneError('bad-option', `'${uri}': ${name} must be ${words}, and it is ${JSON.stringify(value)}.`);
}
