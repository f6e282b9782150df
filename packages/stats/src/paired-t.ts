import { checkLevel } from './check-argument.ts';
import type { Interval, LevelOption, UndefinedInterval } from './interval.ts';
import { readPairs } from './paired-sample.ts';
import type { ClusterLabels, Sample } from './sample.ts';
import type { Scores } from './scores.ts';
import { tTwoSidedP } from './student-t.ts';
import { tIntervalOf } from './t-interval.ts';

/** A mean difference with its interval and its test against 0. */
export interface PairedTest extends Interval {
  readonly se: number;
  readonly df: number;
  /** Mean difference over its standard error. */
  readonly t: number;
  /** Two-sided p value in [0, 1]. */
  readonly p: number;
}

/**
 * Paired t test of two systems on the same rows: the differences a − b against 0, with t_{n−1}. Pairs with a missing
 * half drop as a whole. `zero-variance` when the difference is the same in every row (up to rounding of the scores):
 * the estimate is kept, there is no p value.
 *
 * @throws StatsError `length-mismatch`, `not-finite`, `out-of-range`
 * @example
 * pairedT([0.9, 0.7, 0.8], [0.6, 0.6, 0.9]); // { estimate: 0.1, low: -0.40, high: 0.60, t: 0.87, p: 0.48, … }
 */
export function pairedT(a: Scores, b: Scores, options: LevelOption = {}): PairedTest | UndefinedInterval {
  return testAgainstZero(readPairs(a, b, {}).differences, checkLevel(options.level));
}

/**
 * The same for rows that come in clusters: CR2 standard error of the mean difference with Bell–McCaffrey degrees of
 * freedom, p = 2·P(T_df > |difference/SE|).
 *
 * @throws StatsError `length-mismatch`, `not-finite`, `out-of-range`, `missing-cluster`
 */
export function pairedClustered(
  a: Scores,
  b: Scores,
  clusters: ClusterLabels,
  options: LevelOption = {},
): PairedTest | UndefinedInterval {
  return testAgainstZero(readPairs(a, b, { clusters }).differences, checkLevel(options.level));
}

function testAgainstZero(differences: Sample, level: number): PairedTest | UndefinedInterval {
  const interval = tIntervalOf(differences, level);
  if (interval.undefined !== undefined) return interval;
  const { se, df } = interval;
  if (se === undefined || df === undefined) throw new TypeError('A t interval without a standard error.');
  const t = interval.estimate / se;
  return { ...interval, se, df, t, p: tTwoSidedP(t, df) };
}
