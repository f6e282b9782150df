import { checkLevel } from './check-argument.ts';
import type { IntervalResult, LevelOption } from './interval.ts';
import { meanResult, noMeanResult } from './mean-result.ts';
import { normalQuantile } from './normal.ts';
import { readSample, type Sample } from './sample.ts';
import type { Scores } from './scores.ts';
import { meanWithError } from './standard-error.ts';
import { tQuantile } from './student-t.ts';

/**
 * Student's interval of a mean of independent rows: mean ± t_{n−1}·s/√n. `too-few` for one value, `zero-variance` when
 * all are equal. For scores with a known range `meanInterval` is the better choice.
 *
 * @throws StatsError `not-finite`, `out-of-range`
 * @example
 * tInterval([2, 4, 9]); // { estimate: 5, low: -3.96, high: 13.96, df: 2, … }
 */
export function tInterval(values: Scores, options: LevelOption = {}): IntervalResult {
  return tIntervalOf(readSample(values, {}), checkLevel(options.level));
}

/**
 * The same with a normal quantile: mean ± z·s/√n. Too narrow for small samples; for comparison with tools that print it.
 *
 * @throws StatsError `not-finite`, `out-of-range`
 */
export function zInterval(values: Scores, options: LevelOption = {}): IntervalResult {
  const sample = readSample(values, {});
  const level = checkLevel(options.level);
  const mean = meanWithError(sample);
  if (mean.reason !== undefined) return noMeanResult(sample, mean.reason, level, mean.estimate);
  if (mean.constant) return noMeanResult(sample, 'zero-variance', level, mean.estimate);
  const half = -normalQuantile((1 - level) / 2) * mean.se;
  const { df: _, ...result } = meanResult(sample, mean, [mean.estimate - half, mean.estimate + half], {
    method: 'z',
    level,
  });
  return result;
}

/** Mean ± t·SE of a validated sample: `t`, or `cr2-bm` when it has clusters. */
export function tIntervalOf(sample: Sample, level: number): IntervalResult {
  const mean = meanWithError(sample);
  if (mean.reason !== undefined) return noMeanResult(sample, mean.reason, level, mean.estimate);
  if (mean.constant) return noMeanResult(sample, 'zero-variance', level, mean.estimate);
  const half = -tQuantile((1 - level) / 2, mean.df) * mean.se;
  return meanResult(sample, mean, [mean.estimate - half, mean.estimate + half], {
    method: sample.clusters ? 'cr2-bm' : 't',
    level,
  });
}
