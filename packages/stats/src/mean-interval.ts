import { boundedIntervalOf } from './bounded-intervals.ts';
import { checkLevel } from './check-argument.ts';
import type { IntervalResult, LevelOption } from './interval.ts';
import { wilsonInterval } from './proportion-intervals.ts';
import { type ClusterLabels, readSample, type Sample } from './sample.ts';
import type { ScoreRange, Scores } from './scores.ts';
import { tIntervalOf } from './t-interval.ts';

/** Options of `meanInterval`. */
export interface MeanIntervalOptions extends LevelOption {
  /** One label a row, when rows come in clusters that are alike inside (questions on one passage). */
  readonly clusters?: ClusterLabels | undefined;
  /** The score's possible range, which makes better intervals possible. */
  readonly range?: ScoreRange | undefined;
}

/**
 * Confidence interval of a mean score, by the method that keeps its promise for these data:
 *
 * | data | method |
 * |---|---|
 * | all values 0/1, range [0, 1], no cluster larger than 1 | `wilson` |
 * | range declared | `bounded-logit`, with CR2 variance and Bell–McCaffrey df when there are clusters |
 * | the same, all values or cluster means equal | `bounded-wilson` |
 * | no range | `t`, with clusters `cr2-bm` |
 *
 * One value is `too-few` (unless Wilson applies), one cluster `single-cluster`, no value `no-data`; equal values without
 * a range are `zero-variance`. The estimate is kept wherever it exists.
 *
 * @throws StatsError `not-finite`, `out-of-range` (a value outside the range too), `length-mismatch`, `missing-cluster`
 * @example
 * meanInterval([1, 0, 1, 1, null], { range: [0, 1] });
 * // { estimate: 0.75, low: 0.30, high: 0.95, method: 'wilson', n: 4, missing: 1, … }
 */
export function meanInterval(values: Scores, options: MeanIntervalOptions = {}): IntervalResult {
  const level = checkLevel(options.level);
  return meanIntervalOf(readSample(values, options), options.range, level);
}

/** The choice of `meanInterval` for a validated sample. */
export function meanIntervalOf(sample: Sample, range: ScoreRange | undefined, level: number): IntervalResult {
  if (range === undefined) return tIntervalOf(sample, level);
  const successes = countSuccesses(sample, range);
  if (successes === null) return boundedIntervalOf(sample, range, level);
  return {
    ...wilsonInterval(successes, sample.values.length, { level }),
    missing: sample.missing,
    ...(sample.clusters && { clusters: sample.clusters.count }),
  };
}

/** Number of ones when the rows are independent and all 0 or 1 on the range [0, 1]; else null. */
function countSuccesses({ values, clusters }: Sample, range: ScoreRange): number | null {
  if (range[0] !== 0 || range[1] !== 1 || (clusters && clusters.largest > 1)) return null;
  let ones = 0;
  for (const value of values) {
    if (value === 1) ones++;
    else if (value !== 0) return null;
  }
  return ones;
}
