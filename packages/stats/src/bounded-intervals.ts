import { checkLevel, checkRange } from './check-argument.ts';
import type { IntervalResult, LevelOption } from './interval.ts';
import { meanResult, noMeanResult } from './mean-result.ts';
import { wilsonLimits } from './proportion-intervals.ts';
import { type ClusterLabels, readSample, type Sample } from './sample.ts';
import type { ScoreRange, Scores } from './scores.ts';
import { type MeanWithError, meanWithError } from './standard-error.ts';
import { tQuantile } from './student-t.ts';

/** Options of the bounded intervals. */
export interface BoundedOptions extends LevelOption {
  /** One label a row when rows come in clusters. */
  readonly clusters?: ClusterLabels;
}

/** A variance (of the mean, in units of the range) or m(1 − m) below this is none. */
const NOTHING = 1e-20;

/**
 * Interval of the mean of scores with a known range: Student's interval on the logit of the rescaled mean, mapped back.
 * With m = (mean − lo)/(hi − lo) and V = SE²/(hi − lo)²: logit m ± t·√V/(m(1 − m)). Never leaves the range; lopsided
 * near its ends, as it should be. For 0/1 data it is the `xlogit` interval of survey statistics (Korn & Graubard 1998).
 * With clusters the CR2 standard error and Bell–McCaffrey degrees of freedom. `zero-variance` when the values (or
 * cluster means) are all equal: `boundedWilsonInterval` still answers then.
 *
 * @throws StatsError `not-finite`, `out-of-range`, `length-mismatch`, `missing-cluster`
 * @example
 * boundedLogitInterval([3, 5, 4, 4], [1, 5]); // { estimate: 4, low: 2.39, high: 4.78, … }
 */
export function boundedLogitInterval(values: Scores, range: ScoreRange, options: BoundedOptions = {}): IntervalResult {
  const level = checkLevel(options.level);
  const sample = readSample(values, { clusters: options.clusters, range: checkRange(range) });
  const mean = meanWithError(sample);
  if (mean.reason !== undefined) return noMeanResult(sample, mean.reason, level, mean.estimate);
  if (withoutVariance(mean, range)) return noMeanResult(sample, 'zero-variance', level, mean.estimate);
  return logitInterval(sample, mean, range, level);
}

/**
 * Wilson's interval with the sample size at which a proportion would have the variance that was observed: n_eff =
 * m(1 − m)/V, and a t quantile. It assumes a variance proportional to μ(1 − μ): true for 0/1 scores, close for capped
 * ones (Dean & Pagano 2015 for proportions). With zero variance n_eff is the number of clusters (or rows), so a
 * constant sample has an interval too.
 *
 * @throws StatsError `not-finite`, `out-of-range`, `length-mismatch`, `missing-cluster`
 * @example
 * boundedWilsonInterval([5, 5, 5, 5], [1, 5]); // { estimate: 5, low: 2.13, high: 5, effectiveN: 4, … }
 */
export function boundedWilsonInterval(values: Scores, range: ScoreRange, options: BoundedOptions = {}): IntervalResult {
  const level = checkLevel(options.level);
  const sample = readSample(values, { clusters: options.clusters, range: checkRange(range) });
  const mean = meanWithError(sample);
  if (mean.reason !== undefined) return noMeanResult(sample, mean.reason, level, mean.estimate);
  return effectiveWilsonInterval(sample, mean, range, level);
}

/** The interval of a validated sample: bounded-logit, or bounded-wilson where the logit has no variance to work with. */
export function boundedIntervalOf(sample: Sample, range: ScoreRange, level: number): IntervalResult {
  const mean = meanWithError(sample);
  if (mean.reason !== undefined) return noMeanResult(sample, mean.reason, level, mean.estimate);
  return withoutVariance(mean, range)
    ? effectiveWilsonInterval(sample, mean, range, level)
    : logitInterval(sample, mean, range, level);
}

function logitInterval(sample: Sample, mean: MeanWithError, range: ScoreRange, level: number): IntervalResult {
  const { share, se } = rescaled(mean, range);
  const half = (-tQuantile((1 - level) / 2, mean.df) * se) / (share * (1 - share));
  const logit = Math.log(share / (1 - share));
  const limits = [1 / (1 + Math.exp(half - logit)), 1 / (1 + Math.exp(-half - logit))] as const;
  return meanResult(sample, mean, toRange(limits, range), { method: 'bounded-logit', level, range });
}

function effectiveWilsonInterval(sample: Sample, mean: MeanWithError, range: ScoreRange, level: number): IntervalResult {
  const { share, se } = rescaled(mean, range);
  const effectiveN = withoutVariance(mean, range) ? mean.units : (share * (1 - share)) / (se * se);
  const limits = wilsonLimits(share, effectiveN, tQuantile((1 - level) / 2, mean.df));
  return { ...meanResult(sample, mean, toRange(limits, range), { method: 'bounded-wilson', level, range }), effectiveN };
}

function withoutVariance(mean: MeanWithError, range: ScoreRange): boolean {
  const { share, se } = rescaled(mean, range);
  return mean.constant || se * se <= NOTHING || share * (1 - share) <= NOTHING;
}

/** Mean and standard error with the range as the unit interval. */
function rescaled(mean: MeanWithError, [low, high]: ScoreRange): { readonly share: number; readonly se: number } {
  const width = high - low;
  return { share: Math.min(1, Math.max(0, (mean.estimate - low) / width)), se: mean.se / width };
}

function toRange(limits: readonly [number, number], [low, high]: ScoreRange): readonly [number, number] {
  const [from, to] = limits;
  // From the nearer end, so that a limit at an end is that end exactly.
  const place = (share: number) => (share < 0.5 ? low + (high - low) * share : high - (high - low) * (1 - share));
  return [Math.max(low, place(from)), Math.min(high, place(to))];
}
