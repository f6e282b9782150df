import { checkInteger } from './check-argument.ts';
import { quantileOfSorted } from './percentiles.ts';
import { bootstrapIndices } from './resampling.ts';

/** Options of everything that resamples. */
export interface ResampleOptions {
  /** Integer in [0, 2⁵³); 0 when not given. The same seed gives the same interval on every machine. */
  readonly seed?: number;
  /** 10,000 when not given, 2,000 where that would be more than 10⁸ drawn units. */
  readonly resamples?: number;
}

/** Calls `visit` once for each bootstrap replicate with how often each unit was drawn; the array is reused. */
export function forEachResample(units: number, options: ResampleOptions, visit: (times: Uint32Array) => void): void {
  const resamples = resampleCount(units, options);
  const times = new Uint32Array(units);
  for (let replicate = 0; replicate < resamples; replicate++) {
    times.fill(0);
    for (const unit of bootstrapIndices(options.seed ?? 0, replicate, units)) times[unit] = (times[unit] ?? 0) + 1;
    visit(times);
  }
}

/** How many replicates there will be. */
export function resampleCount(units: number, options: ResampleOptions): number {
  checkInteger(options.seed ?? 0, 'seed', 0, Number.MAX_SAFE_INTEGER);
  return checkInteger(options.resamples ?? (units * 10_000 <= 1e8 ? 10_000 : 2_000), 'resamples', 1, 2 ** 32 - 1);
}

/** The percentile interval of at least one replicate (Efron & Tibshirani 1993, chapter 13), quantiles interpolated. */
export function percentileLimits(replicates: readonly number[], level: number): readonly [low: number, high: number] {
  const sorted = Float64Array.from(replicates).sort();
  return [quantileOfSorted(sorted, (1 - level) / 2), quantileOfSorted(sorted, (1 + level) / 2)];
}
