import { checkLevel } from './check-argument.ts';
import type { IntervalResult, LevelOption } from './interval.ts';
import { readSample } from './sample.ts';
import type { ScoreRange, Scores } from './scores.ts';
import { StatsError } from './stats-error.ts';

/**
 * Interval of a mean when all n values are equal to c, valid for any distribution on the range: with q = α^{1/n},
 * [q·c + (1 − q)·lo, q·c + (1 − q)·hi]. A guarantee, and wider than needed: `meanInterval` uses a bounded Wilson
 * interval instead.
 *
 * @throws StatsError `not-finite`, `out-of-range` (also when the values are not all equal)
 * @example
 * constantSampleInterval([1, 1, 1], [0, 1]); // { estimate: 1, low: 0.368, high: 1, … }
 */
export function constantSampleInterval(values: Scores, range: ScoreRange, options: LevelOption = {}): IntervalResult {
  const level = checkLevel(options.level);
  const sample = readSample(values, { range });
  const n = sample.values.length;
  const { missing, min, max } = sample;
  if (n === 0) return { undefined: 'no-data', level, n, missing };
  if (min !== max) {
    throw new StatsError(
      'out-of-range',
      `values lie between ${min} and ${max}: constantSampleInterval is for values that are all equal; use meanInterval.`,
      { argument: 'values' },
    );
  }
  const q = (1 - level) ** (1 / n);
  const [low, high] = range;
  return {
    estimate: min,
    low: Math.min(min, q * min + (1 - q) * low),
    high: Math.max(max, q * max + (1 - q) * high),
    level,
    method: 'constant-sample',
    n,
    missing,
    warnings: [],
  };
}
