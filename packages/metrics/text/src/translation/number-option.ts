import { TouchstoneError } from '@touchstone/core';

/** @throws TouchstoneError `bad-option` */
export function checkWholeNumber(metric: string, option: string, value: unknown, [least, most]: readonly [number, number]): void {
  if (Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most) return;
  throw new TouchstoneError(
    'bad-option',
    `${metric}: ${option} must be a whole number from ${least} to ${most}, not ${shown(value)}.`,
  );
}

/** @throws TouchstoneError `bad-option` */
export function checkNumber(metric: string, option: string, value: unknown, [least, most]: readonly [number, number]): void {
  if (typeof value === 'number' && value >= least && value <= most) return;
  throw new TouchstoneError('bad-option', `${metric}: ${option} must be a number from ${least} to ${most}, not ${shown(value)}.`);
}

function shown(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : String(value);
}
