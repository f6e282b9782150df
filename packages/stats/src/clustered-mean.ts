import { checkLevel } from './check-argument.ts';
import type { Interval, LevelOption, UndefinedInterval } from './interval.ts';
import { meanResult, noMeanResult } from './mean-result.ts';
import { oneWayIccOf } from './one-way-icc.ts';
import { type ClusterLabels, readSample } from './sample.ts';
import type { Scores } from './scores.ts';
import { type ClusterVarianceType, meanWithError } from './standard-error.ts';
import { tQuantile } from './student-t.ts';
import type { Undefined } from './undefined-result.ts';

/** Options of `clusteredMean`. */
export interface ClusteredMeanOptions extends LevelOption {
  /** `CR2` when not given. The others are for comparison with other tools. */
  readonly type?: ClusterVarianceType;
}

/** The interval of a mean of clustered rows, and how much the clustering costs. */
export interface ClusteredMean extends Interval {
  /** Intraclass correlation, see `oneWayIcc`. */
  readonly icc: number | Undefined;
  /** Variance of the mean (of this type) over the variance that independent rows would have. */
  readonly designEffect: number;
}

const METHODS = { CR0: 'cr0', CR1: 'cr1', CR2: 'cr2-bm', CR3: 'cr3' } as const;

/**
 * Mean of rows that come in clusters (questions on one passage, turns of one conversation): mean ± t·SE, where the
 * standard error sees that rows of a cluster are alike. CR2 with Bell–McCaffrey degrees of freedom (Bell & McCaffrey
 * 2002; Pustejovsky & Tipton 2018); CR0, CR1 and CR3 with G − 1. `single-cluster` when there is only one,
 * `zero-variance` when all cluster sums of residuals are 0.
 *
 * @param clusters one label a row, also for rows without a score
 * @throws StatsError `not-finite`, `length-mismatch`, `missing-cluster`, `out-of-range`
 * @example
 * clusteredMean([1, 0, 1, 1], ['a', 'a', 'b', 'b']); // { estimate: 0.75, clusters: 2, df: 1, … }
 */
export function clusteredMean(
  values: Scores,
  clusters: ClusterLabels,
  options: ClusteredMeanOptions = {},
): ClusteredMean | UndefinedInterval {
  const level = checkLevel(options.level);
  const type = options.type ?? 'CR2';
  const sample = readSample(values, { clusters });
  const mean = meanWithError(sample, type);
  if (mean.reason !== undefined) return noMeanResult(sample, mean.reason, level, mean.estimate);
  if (mean.constant) return noMeanResult(sample, 'zero-variance', level, mean.estimate);
  const half = -tQuantile((1 - level) / 2, mean.df) * mean.se;
  const limits = [mean.estimate - half, mean.estimate + half] as const;
  const n = sample.values.length;
  const icc = oneWayIccOf(sample);
  return {
    ...meanResult(sample, mean, limits, { method: METHODS[type], level }),
    icc: 'undefined' in icc ? icc : icc.icc,
    designEffect: (mean.se * mean.se) / (mean.squares / (n - 1) / n),
  };
}
