import { moments } from './moments.ts';
import { readScores, type Scores } from './scores.ts';
import type { Undefined } from './undefined-result.ts';

/** Summary of one sample. Variances are in squared units. */
export interface Description {
  readonly n: number;
  readonly missing: number;
  readonly mean: number | Undefined;
  /** Divided by n: what MLflow calls `variance`. */
  readonly populationVariance: number | Undefined;
  /** Divided by n − 1. */
  readonly variance: number | Undefined;
  /** Square root of `variance`. */
  readonly standardDeviation: number | Undefined;
  readonly min: number | Undefined;
  readonly max: number | Undefined;
}

/**
 * Mean, variances and extremes of the scores that are there.
 *
 * @throws StatsError `not-finite`, `out-of-range` (beyond ±1e100)
 * @example
 * describe([1, null, 4, 7]); // { n: 3, missing: 1, mean: 4, variance: 9, populationVariance: 6, … }
 */
export function describe(values: Scores): Description {
  const scores = readScores(values, 'values');
  const n = scores.values.length;
  const { missing, min, max } = scores;
  if (n === 0) {
    const none: Undefined = { undefined: 'no-data' };
    return { n, missing, mean: none, populationVariance: none, variance: none, standardDeviation: none, min: none, max: none };
  }
  const { mean, squares } = moments(scores.values);
  const populationVariance = squares / n;
  if (n === 1) {
    const alone: Undefined = { undefined: 'too-few' };
    return { n, missing, mean, populationVariance, variance: alone, standardDeviation: alone, min, max };
  }
  const variance = squares / (n - 1);
  return { n, missing, mean, populationVariance, variance, standardDeviation: Math.sqrt(variance), min, max };
}

/**
 * Arithmetic mean. A Float64Array is read in place, without a copy.
 *
 * @throws StatsError as `describe`
 * @example
 * mean(Float64Array.of(1, 2, 6)); // 3
 */
export function mean(values: Scores): number | Undefined {
  const scores = readScores(values, 'values').values;
  return scores.length === 0 ? { undefined: 'no-data' } : moments(scores).mean;
}

/**
 * Variance divided by n, which is MLflow's `variance` (numpy's `var`). A Float64Array is read in place.
 *
 * @throws StatsError as `describe`
 * @example
 * populationVariance([1, 4, 7]); // 6
 */
export function populationVariance(values: Scores): number | Undefined {
  const scores = readScores(values, 'values').values;
  return scores.length === 0 ? { undefined: 'no-data' } : moments(scores).squares / scores.length;
}
