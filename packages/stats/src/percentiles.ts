import { shown } from './check-argument.ts';
import { readScores, type Scores } from './scores.ts';
import { StatsError } from './stats-error.ts';
import type { Undefined } from './undefined-result.ts';

/**
 * Percentiles by linear interpolation: with h = (n − 1)·p/100, the value between the order statistics ⌊h⌋ and ⌊h⌋ + 1
 * (Hyndman & Fan 1996, type 7; numpy `method="linear"`; MLflow's p90). The values are copied once and sorted once.
 *
 * @param percents each in [0, 100]
 * @returns one value for each of `percents`, in their order
 * @throws StatsError `not-finite`, `out-of-range`
 * @example
 * percentiles([3, null, 1], [50, 90]); // [2, 2.8]
 */
export function percentiles(values: Scores, percents: readonly number[]): readonly number[] | Undefined {
  percents.forEach(checkPercent);
  const scores = readScores(values, 'values');
  if (scores.values.length === 0) return { undefined: 'no-data' };
  const sorted = (scores.owned ? scores.values : scores.values.slice()).sort();
  return percents.map((percent) => quantileOfSorted(sorted, percent / 100));
}

/**
 * One percentile; see `percentiles`, which is cheaper for several.
 *
 * @param percent in [0, 100]
 * @throws StatsError `not-finite`, `out-of-range`
 * @example
 * percentile(Float64Array.of(4, 1, 2), 50); // 2
 */
export function percentile(values: Scores, percent: number): number | Undefined {
  const result = percentiles(values, [percent]);
  if ('undefined' in result) return result;
  return result[0] ?? { undefined: 'no-data' };
}

/** The q-quantile (q in [0, 1]) of at least one sorted value. */
export function quantileOfSorted(sorted: Float64Array, q: number): number {
  const last = sorted.length - 1;
  const position = last * q;
  const below = Math.min(Math.floor(position), last);
  const low = sorted[below] ?? 0;
  const high = sorted[Math.min(below + 1, last)] ?? low;
  return low + (high - low) * (position - below);
}

function checkPercent(percent: number, index: number): void {
  if (typeof percent === 'number' && percent >= 0 && percent <= 100) return;
  throw new StatsError('out-of-range', `percents[${index}] is ${shown(percent)}: it must lie between 0 and 100.`, {
    argument: 'percents',
    index,
  });
}
