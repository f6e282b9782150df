import { StatsError } from './stats-error.ts';

/** Checks `level`, filling in 0.95. */
export function checkLevel(level = 0.95): number {
  if (typeof level !== 'number' || !(level > 0 && level < 1)) {
    throw new StatsError('out-of-range', `level is ${shown(level)}: it must lie strictly between 0 and 1, like 0.95.`, {
      argument: 'level',
    });
  }
  return level;
}

/**
 * No score is larger. The squares and cluster sums of larger numbers could overflow, and with them a variance, so such a
 * number is an error instead of an infinite result.
 */
export const LARGEST_SCORE = 1e100;

/** Checks that `range` is `[lo, hi]` with lo < hi. */
export function checkRange(range: readonly [number, number]): readonly [number, number] {
  const [low, high] = range;
  if (!(low >= -LARGEST_SCORE && low < high && high <= LARGEST_SCORE)) {
    throw new StatsError(
      'out-of-range',
      `range is [${shown(low)}, ${shown(high)}]: it must be two numbers, the lower first, like [0, 1].`,
      {
        argument: 'range',
      },
    );
  }
  return range;
}

/** Checks an integer in [min, max]. */
export function checkInteger(value: number, argument: string, min: number, max: number): number {
  if (!Number.isInteger(value)) {
    throw new StatsError('not-integer', `${argument} is ${shown(value)}: it must be an integer.`, { argument });
  }
  return checkWithin(value, argument, min, max);
}

/** Checks min ≤ value ≤ max; NaN fails. */
export function checkWithin(value: number, argument: string, min: number, max: number): number {
  if (!(typeof value === 'number' && value >= min && value <= max)) {
    throw new StatsError('out-of-range', `${argument} is ${shown(value)}: it must lie between ${min} and ${max}.`, {
      argument,
    });
  }
  return value;
}

/** Checks value > 0 and finite (degrees of freedom, shapes). */
export function checkPositive(value: number, argument: string): number {
  if (!(Number.isFinite(value) && value > 0)) {
    throw new StatsError('out-of-range', `${argument} is ${shown(value)}: it must be a finite number above 0.`, {
      argument,
    });
  }
  return value;
}

/** Checks that a number is not NaN; infinities are proper arguments of a distribution function. */
export function checkNumber(value: number, argument: string): number {
  if (typeof value !== 'number' || Number.isNaN(value)) {
    throw new StatsError('not-finite', `${argument} is ${shown(value)}: it must be a number.`, { argument });
  }
  return value;
}

/** Checks that an option is one of its names: from JavaScript a misspelt one would choose a formula in silence. */
export function checkOneOf<T extends string>(value: T, argument: string, choices: readonly T[]): T {
  if (choices.includes(value)) return value;
  throw new StatsError('out-of-range', `${argument} is ${shown(value)}: it must be one of ${choices.map(shown).join(', ')}.`, {
    argument,
  });
}

/** Checks that two sequences are as long as each other. */
export function checkSameLength(first: ArrayLike<unknown>, second: ArrayLike<unknown>, names: readonly [string, string]): void {
  if (first.length === second.length) return;
  const [a, b] = names;
  throw new StatsError(
    'length-mismatch',
    `${a} has ${first.length} entries and ${b} has ${second.length}: they must be equally long, one entry a row.`,
    { argument: b },
  );
}

/** A value as it should appear in a sentence. */
export function shown(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}
