import type { Interval, IntervalMethod, IntervalWarning, UndefinedInterval } from './interval.ts';
import type { Sample } from './sample.ts';
import type { ScoreRange } from './scores.ts';
import type { MeanWithError } from './standard-error.ts';
import type { UndefinedReason } from './undefined-result.ts';

/** Puts the parts of an interval of a mean together, with the warnings that belong to it. */
export function meanResult(
  sample: Sample,
  mean: MeanWithError,
  limits: readonly [low: number, high: number],
  about: { readonly method: IntervalMethod; readonly level: number; readonly range?: ScoreRange },
): Interval {
  return {
    estimate: mean.estimate,
    low: Math.min(limits[0], mean.estimate),
    high: Math.max(limits[1], mean.estimate),
    level: about.level,
    method: about.method,
    n: sample.values.length,
    missing: sample.missing,
    se: mean.se,
    df: mean.df,
    ...(sample.clusters && { clusters: sample.clusters.count }),
    warnings: warningsOf(sample, mean, about.range),
  };
}

/** No interval: the reason, and what is still known. */
export function noMeanResult(
  sample: Sample,
  reason: UndefinedReason,
  level: number,
  estimate: number | undefined,
): UndefinedInterval {
  return {
    undefined: reason,
    ...(estimate !== undefined && { estimate }),
    level,
    n: sample.values.length,
    missing: sample.missing,
    ...(sample.clusters && { clusters: sample.clusters.count }),
  };
}

function warningsOf(sample: Sample, mean: MeanWithError, range: ScoreRange | undefined): readonly IntervalWarning[] {
  const warnings: IntervalWarning[] = [];
  if (sample.clusters && (sample.clusters.count < 5 || mean.df < 4)) warnings.push('few-clusters');
  const spread = sample.max - sample.min;
  if (range && spread > 0 && spread < 0.01 * (range[1] - range[0])) warnings.push('nearly-constant');
  return warnings;
}
