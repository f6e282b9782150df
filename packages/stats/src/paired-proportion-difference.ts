import { checkInteger, checkLevel } from './check-argument.ts';
import type { IntervalResult, LevelOption } from './interval.ts';
import { normalQuantile } from './normal.ts';
import { StatsError } from './stats-error.ts';

/** Rows on which two systems disagree, of n rows with a right/wrong score each. */
export interface PairedCounts {
  readonly n: number;
  /** Rows that only the first system got right. */
  readonly onlyA: number;
  /** Rows that only the second system got right. */
  readonly onlyB: number;
}

/** Options of `pairedProportionDifference`. */
export interface PairedProportionOptions extends LevelOption {
  /** `tango` when not given; `bonett-price` is simpler and covers a little more. */
  readonly method?: 'tango' | 'bonett-price';
}

/**
 * Interval of the difference of two proportions on the same rows, (onlyA − onlyB)/n.
 * - `tango`: the score interval of Tango (1998), the differences that a score test does not reject.
 * - `bonett-price`: Wald's formula on (onlyA + 1)/(n + 2) and (onlyB + 1)/(n + 2) (Bonett & Price 2012), clipped.
 *
 * @throws StatsError `not-integer`, `out-of-range` (also when onlyA + onlyB exceeds n)
 * @example
 * pairedProportionDifference({ n: 100, onlyA: 40, onlyB: 10 }); // { estimate: 0.3, low: 0.169, high: 0.421, … }
 */
export function pairedProportionDifference(counts: PairedCounts, options: PairedProportionOptions = {}): IntervalResult {
  const level = checkLevel(options.level);
  const { n, onlyA, onlyB } = checkCounts(counts);
  if (n === 0) return { undefined: 'no-data', level, n, missing: 0 };
  const method = options.method ?? 'tango';
  const z = -normalQuantile((1 - level) / 2);
  const [low, high] = method === 'tango' ? tangoLimits(counts, z) : bonettPriceLimits(counts, z);
  const estimate = (onlyA - onlyB) / n;
  return {
    estimate,
    low: Math.min(low, estimate),
    high: Math.max(high, estimate),
    level,
    method,
    n,
    missing: 0,
    warnings: [],
  };
}

function checkCounts(counts: PairedCounts): PairedCounts {
  const { n, onlyA, onlyB } = counts;
  checkInteger(n, 'n', 0, Number.MAX_SAFE_INTEGER);
  checkInteger(onlyA, 'onlyA', 0, n);
  checkInteger(onlyB, 'onlyB', 0, n);
  if (onlyA + onlyB > n) {
    throw new StatsError('out-of-range', `onlyA + onlyB is ${onlyA + onlyB}: it cannot exceed n, which is ${n}.`, {
      argument: 'onlyB',
    });
  }
  return counts;
}

function tangoLimits(counts: PairedCounts, z: number): readonly [number, number] {
  const { n, onlyA, onlyB } = counts;
  const estimate = (onlyA - onlyB) / n;
  const low = onlyB === n ? -1 : bisect(-1, estimate, (delta) => tangoScore(counts, delta) > z);
  const high = onlyA === n ? 1 : bisect(estimate, 1, (delta) => tangoScore(counts, delta) > -z);
  return [low, high];
}

/** The score statistic of the hypothesis that the true difference is delta; falls from +∞ to −∞ in (−1, 1). */
function tangoScore({ n, onlyA, onlyB }: PairedCounts, delta: number): number {
  // q is the restricted maximum-likelihood estimate of P(only B is right), root of 2n·q² + B·q − onlyB·delta(1 − delta).
  const linear = (2 * n - onlyA + onlyB) * delta - onlyA - onlyB;
  const constant = onlyB * delta * (1 - delta);
  const root = Math.sqrt(Math.max(0, linear * linear + 8 * n * constant));
  const q = linear > 0 ? (2 * constant) / (root + linear) : (root - linear) / (4 * n);
  const variance = n * (2 * q + delta * (1 - delta));
  const distance = onlyA - onlyB - n * delta;
  if (distance === 0) return 0;
  return variance > 0 ? distance / Math.sqrt(variance) : Math.sign(distance) * Number.POSITIVE_INFINITY;
}

/** The point in [from, to] up to which `holds` is true. */
function bisect(from: number, to: number, holds: (at: number) => boolean): number {
  let [yes, no] = [from, to];
  for (let i = 0; i < 100; i++) {
    const middle = (yes + no) / 2;
    if (middle === yes || middle === no) break;
    if (holds(middle)) yes = middle;
    else no = middle;
  }
  return (yes + no) / 2;
}

function bonettPriceLimits({ n, onlyA, onlyB }: PairedCounts, z: number): readonly [number, number] {
  const a = (onlyA + 1) / (n + 2);
  const b = (onlyB + 1) / (n + 2);
  const half = z * Math.sqrt((a + b - (a - b) ** 2) / (n + 2));
  return [Math.max(-1, a - b - half), Math.min(1, a - b + half)];
}
