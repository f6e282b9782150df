import { checkRange, LARGEST_SCORE, shown } from './check-argument.ts';
import { StatsError } from './stats-error.ts';

/**
 * Scores of rows: numbers, or booleans that count as 1 and 0. `null` and `undefined` are missing: dropped and counted,
 * never imputed. NaN and infinities are errors. Plain arrays and typed arrays alike.
 */
export type Scores = ArrayLike<number | boolean | null | undefined>;

/** The smallest and the largest score that is possible, e.g. `[1, 5]` for a judge that gives one to five points. */
export type ScoreRange = readonly [low: number, high: number];

/** Two numbers that differ by less than this part of their scale are equal: rounding, not data. */
export const TIE = 1e-12;

/** Scores after validation. */
export interface ValidScores {
  /** The scores that are there, in their order. Read-only: it may be the caller's own array. */
  readonly values: Float64Array;
  /** True when `values` was made here and may be sorted in place. */
  readonly owned: boolean;
  readonly missing: number;
  /** Infinity when there are no values. */
  readonly min: number;
  /** -Infinity when there are no values. */
  readonly max: number;
}

/** Validates scores and drops missing ones. A Float64Array is used as it is, anything else is copied once. */
export function readScores(scores: Scores, argument: string, range?: ScoreRange): ValidScores {
  const readOne = scoreReader(argument, range);
  let values = scores instanceof Float64Array ? scores : new Float64Array(scores.length);
  let owned = values !== scores;
  let missing = 0;
  let count = 0;
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < scores.length; i++) {
    const given = scores[i];
    const value = readOne(given, i);
    if (value === null) {
      missing++;
      continue;
    }
    if (!owned && value !== given) {
      values = values.slice();
      owned = true;
    }
    if (owned) values[count] = value;
    count++;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return { values: count === values.length ? values : values.subarray(0, count), owned, missing, min, max };
}

/** Makes the function that validates one score: null if missing, else the number. */
export function scoreReader(
  argument: string,
  range?: ScoreRange,
): (score: number | boolean | null | undefined, index: number) => number | null {
  const [low, high] = range === undefined ? [-LARGEST_SCORE, LARGEST_SCORE] : checkRange(range);
  // A mean of trials may leave the range by a rounding error: it is put back on the limit.
  const slack = TIE * Math.max(Math.abs(low), Math.abs(high));

  return (score, index) => {
    if (score === null || score === undefined) return null;
    const value = typeof score === 'boolean' ? Number(score) : score;
    // From JavaScript a text may arrive here, and it would compare like a number.
    if (typeof value !== 'number' || !Number.isFinite(value)) throw notFinite(argument, index, value);
    if (value >= low && value <= high) return value;
    if (range !== undefined && value >= low - slack && value <= high + slack) return value < low ? low : high;
    throw outside(argument, index, value, [low, high]);
  };
}

function notFinite(argument: string, index: number, value: unknown): StatsError {
  return new StatsError(
    'not-finite',
    `${argument}[${index}] is ${shown(value)}: a score must be a finite number, or null when it is missing.`,
    { argument, index },
  );
}

function outside(argument: string, index: number, value: number, range: ScoreRange): StatsError {
  return new StatsError(
    'out-of-range',
    `${argument}[${index}] is ${value}: it lies outside the range [${range[0]}, ${range[1]}].`,
    { argument, index },
  );
}
