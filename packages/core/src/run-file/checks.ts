/* What was read is what it should be. Files come from anywhere. */

export function isObject(read: unknown): read is Readonly<Record<string, unknown>> {
  return typeof read === 'object' && read !== null && !Array.isArray(read);
}

export function isText(read: unknown): read is string {
  return typeof read === 'string';
}

/** A whole number from 0. */
export function isCount(read: unknown): read is number {
  return Number.isSafeInteger(read) && Number(read) >= 0;
}

/** JSON has no infinities, but it has 1e999. */
export function isNumber(read: unknown): read is number {
  return Number.isFinite(read);
}

export function isListOf<T>(read: unknown, isOne: (one: unknown) => one is T): read is readonly T[] {
  return Array.isArray(read) && read.every(isOne);
}

/** Text by text. */
export function isTexts(read: unknown): read is Readonly<Record<string, string>> {
  return isObject(read) && Object.values(read).every(isText);
}

export function optional(read: unknown, is: (read: unknown) => boolean): boolean {
  return read === undefined || is(read);
}
