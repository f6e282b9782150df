import { checkLevel, checkOneOf, checkSameLength } from '../check-argument.ts';
import type { Interval, LevelOption, UndefinedInterval } from '../interval.ts';
import { forEachResample, percentileLimits, type ResampleOptions, resampleCount } from '../resamples.ts';
import { type ClusterLabels, readClusters } from '../sample.ts';
import { StatsError } from '../stats-error.ts';
import type { Undefined } from '../undefined-result.ts';
import { codeByCategories, codeByValue, type Rating, type Ratings } from './ratings.ts';

/**
 * What the distance of two ratings c and k is:
 * - `nominal`: labels; 1 when they differ
 * - `ordinal`: an order; how many ratings lie between them, squared
 * - `interval`: numbers; (c − k)²
 * - `ratio`: numbers from 0 up; ((c − k)/(c + k))²
 */
export type Scale = 'nominal' | 'ordinal' | 'interval' | 'ratio';

/** Options of `krippendorffAlpha`. */
export interface KrippendorffAlphaOptions {
  readonly scale: Scale;
  /** The categories in their order. Needed for an ordinal scale of labels; elsewhere they catch a misspelt rating. */
  readonly categories?: readonly Rating[] | undefined;
}

/** Krippendorff's alpha. */
export interface KrippendorffAlpha {
  readonly undefined?: never;
  /** 1 is perfect agreement, 0 what chance would give, negative is systematic disagreement. */
  readonly estimate: number;
  /** Units with two ratings or more: the ones that count. */
  readonly units: number;
  /** Their ratings. */
  readonly ratings: number;
  /** Units with fewer than two ratings. */
  readonly missing: number;
}

/** No alpha, and why. */
export interface UndefinedAlpha extends Undefined {
  readonly units: number;
  readonly ratings: number;
  readonly missing: number;
}

/** Options of `krippendorffAlphaInterval`. */
export interface KrippendorffAlphaIntervalOptions extends KrippendorffAlphaOptions, LevelOption, ResampleOptions {
  /** One label a unit, when units come in clusters that are alike inside: whole clusters are drawn then. */
  readonly clusters?: ClusterLabels | undefined;
}

/** Alpha with its interval. `n` counts the units with two ratings or more, `missing` the others. */
export interface KrippendorffAlphaInterval extends Interval {
  /** Resamples without an alpha: all their ratings were equal, or no unit had two. They are left out. */
  readonly dropped: number;
}

/**
 * Krippendorff's alpha: agreement of any number of raters beyond chance, with missing ratings, on any scale
 * (Krippendorff 2011). With n the ratings in units that have m ≥ 2 of them and n_c the ratings of category c:
 * α = 1 − (n − 1)·Σ_units Σδ²/(m − 1) / Σ_c Σ_k n_c·n_k·δ²(c, k). `no-variation` when all ratings are equal, `no-data`
 * when no unit has two.
 *
 * @throws StatsError `not-finite`, `out-of-range`, `length-mismatch`
 * @example
 * krippendorffAlpha([[1, 1, 2], [4, 4, 4], [2, null, 3], [5, 5, 4]], { scale: 'ordinal' }).estimate; // 0.87
 */
export function krippendorffAlpha(units: Ratings, options: KrippendorffAlphaOptions): KrippendorffAlpha | UndefinedAlpha {
  const sample = readSample(units, options);
  const sizes = Array.from(sample.of, (pattern) => sample.patterns[pattern]?.length ?? 0);
  const pairable = sizes.filter((size) => size > 0).length;
  const about = {
    units: pairable,
    ratings: sizes.reduce((sum, size) => sum + size, 0),
    missing: units.length - pairable,
  };
  const estimate = alphaOf(sample, new Uint32Array(units.length).fill(1));
  if (estimate === undefined) return { undefined: about.units === 0 ? 'no-data' : 'no-variation', ...about };
  return { estimate, ...about };
}

/**
 * Alpha with a percentile bootstrap interval: the units are drawn with replacement, stream 1 of the library's own
 * random numbers. When the raters never disagree the interval is [1, 1] with the warning `no-spread`: resampling
 * cannot show a disagreement that did not happen.
 *
 * @throws StatsError as `krippendorffAlpha`; `not-integer`, `out-of-range` for seed, resamples and level
 * @example
 * const units = [[5, 5, 4], [2, 1, 2], [4, 4, null], [3, 5, 3], [1, 1, 1], [5, 4, 5], [2, 2, 3], [4, 4, 4]];
 * krippendorffAlphaInterval(units, { scale: 'ordinal', seed: 7 }); // { estimate: 0.780, low: 0.217, high: 0.924, … }
 */
export function krippendorffAlphaInterval(
  units: Ratings,
  options: KrippendorffAlphaIntervalOptions,
): KrippendorffAlphaInterval | UndefinedInterval {
  const level = checkLevel(options.level);
  if (options.clusters !== undefined) checkSameLength(units, options.clusters, ['units', 'clusters']);
  const clusters = options.clusters && readClusters(options.clusters, units.length, () => true);
  const drawable = clusters?.count ?? units.length;
  const resamples = resampleCount(drawable, options);
  const alpha = krippendorffAlpha(units, options);
  const about = { level, n: alpha.units, missing: alpha.missing, ...(clusters && { clusters: clusters.count }) };
  if (alpha.undefined !== undefined) return { undefined: alpha.undefined, ...about };
  if (alpha.units === 1) return { undefined: 'too-few', estimate: alpha.estimate, ...about };
  if (drawable === 1) return { undefined: 'single-cluster', estimate: alpha.estimate, ...about };

  const sample = readSample(units, options);
  const replicates: number[] = [];
  forEachResample(drawable, options, (times) => {
    const replicate = alphaOf(sample, clusters ? clusters.of.map((cluster) => times[cluster] ?? 0) : times);
    if (replicate !== undefined) replicates.push(replicate);
  });
  const dropped = resamples - replicates.length;
  if (replicates.length === 0) return { undefined: 'not-identified', estimate: alpha.estimate, ...about };
  const [low, high] = percentileLimits(replicates, level);
  return {
    estimate: alpha.estimate,
    low,
    high,
    method: 'bootstrap-percentile',
    ...about,
    dropped,
    warnings: [
      ...(clusters && clusters.count < 5 ? (['few-clusters'] as const) : []),
      ...(alpha.estimate === 1 ? (['no-spread'] as const) : []),
      ...(dropped > 0.05 * resamples ? (['dropped-resamples'] as const) : []),
    ],
  };
}

interface AlphaSample {
  readonly scale: Scale;
  /** The different sets of ratings that occur, as category numbers; those with fewer than two are empty. */
  readonly patterns: readonly (readonly number[])[];
  /** Pattern of each unit: thousands of units share a few of them, which makes resampling fast. */
  readonly of: Uint32Array;
  /** What the categories stand for on the scale, in ascending order unless nominal. */
  readonly values: Float64Array;
}

function readSample(units: Ratings, { scale, categories }: KrippendorffAlphaOptions): AlphaSample {
  checkOneOf(scale, 'scale', ['nominal', 'ordinal', 'interval', 'ratio']);
  const coded = categories ? codeByCategories(units, categories) : codeByValue(units);
  const byPosition = scale === 'nominal' || (scale === 'ordinal' && categories !== undefined);
  const values = Float64Array.from(coded.categories, (category, i) => (byPosition ? i : checkNumeric(category, scale)));
  const patterns: (readonly number[])[] = [];
  const numbers = new Map<string, number>();
  const of = Uint32Array.from(coded.units, (codes) => {
    const pattern = codes.length < 2 ? [] : codes.toSorted((a, b) => a - b);
    const key = pattern.join();
    if (!numbers.has(key)) numbers.set(key, patterns.push(pattern) - 1);
    return numbers.get(key) ?? 0;
  });
  return { scale, patterns, of, values: scale === 'interval' ? toUnitRange(values) : values };
}

/** Neither the origin nor the unit of an interval scale matters; from 0 to 1 no square overflows or vanishes. */
function toUnitRange(values: Float64Array): Float64Array {
  const low = values.reduce((smallest, value) => Math.min(smallest, value), Number.POSITIVE_INFINITY);
  const width = values.reduce((largest, value) => Math.max(largest, value - low), 0);
  return values.map((value) => (width === 0 ? 0 : (value - low) / width));
}

function checkNumeric(category: Rating, scale: Scale): number {
  const value = typeof category === 'boolean' ? Number(category) : category;
  if (typeof value === 'string') {
    const cure = scale === 'ordinal' ? 'declare categories in their order' : 'use the nominal scale for labels';
    throw new StatsError(
      'not-finite',
      `units hold ${JSON.stringify(value)}: a rating on the ${scale} scale must be a number; ${cure}.`,
      { argument: 'units' },
    );
  }
  if (scale === 'ratio' && value < 0) {
    throw new StatsError('out-of-range', `units hold ${value}: a ratio scale starts at 0; use the interval scale.`, {
      argument: 'units',
    });
  }
  return value;
}

/** Alpha of the units, each counted `times`; undefined when there are no pairs or only one category. */
function alphaOf({ scale, patterns, of, values }: AlphaSample, times: Uint32Array): number | undefined {
  const weights = new Float64Array(patterns.length);
  of.forEach((pattern, unit) => {
    weights[pattern] = (weights[pattern] ?? 0) + (times[unit] ?? 0);
  });
  const counts = new Float64Array(values.length);
  let n = 0;
  patterns.forEach((codes, pattern) => {
    const weight = weights[pattern] ?? 0;
    for (const code of codes) counts[code] = (counts[code] ?? 0) + weight;
    n += weight * codes.length;
  });
  if (counts.filter((count) => count > 0).length < 2) return undefined;

  const positions = scale === 'ordinal' ? midRanks(counts) : values;
  const distance = squaredDistance(scale, positions);
  let observed = 0;
  patterns.forEach((codes, pattern) => {
    const weight = weights[pattern] ?? 0;
    if (weight > 0 && codes.length > 0) observed += (weight * sumOverPairs(codes, distance)) / (codes.length - 1);
  });
  return 1 - ((n - 1) * observed) / expectedSum(scale, { counts, positions, n });
}

/**
 * Σδ² over the ordered pairs of one unit's ratings. The ordinal distance, Σ_{g=c..k} n_g − (n_c + n_k)/2, is the
 * difference of mid-ranks, so that the ordinal scale is the interval scale of the ranks.
 */
function sumOverPairs(codes: readonly number[], distance: (c: number, k: number) => number): number {
  let sum = 0;
  for (let i = 0; i < codes.length; i++) {
    for (let j = i + 1; j < codes.length; j++) sum += 2 * distance(codes[i] ?? 0, codes[j] ?? 0);
  }
  return sum;
}

function squaredDistance(scale: Scale, positions: Float64Array): (c: number, k: number) => number {
  if (scale === 'nominal') return (c, k) => (c === k ? 0 : 1);
  return (c, k) => {
    if (c === k) return 0;
    const [x, y] = [positions[c] ?? 0, positions[k] ?? 0];
    return scale === 'ratio' ? ((x - y) / (x + y)) ** 2 : (x - y) ** 2;
  };
}

/** Σ_c Σ_k n_c·n_k·δ²(c, k); in closed form where there is one, so that thousands of distinct scores stay cheap. */
function expectedSum(
  scale: Scale,
  { counts, positions, n }: { readonly counts: Float64Array; readonly positions: Float64Array; readonly n: number },
): number {
  if (scale === 'nominal') return counts.reduce((sum, count) => sum + count * (n - count), 0);
  if (scale === 'ratio') {
    const distance = squaredDistance(scale, positions);
    const used = Array.from(counts.keys()).filter((c) => (counts[c] ?? 0) > 0);
    return used.reduce(
      (sum, c, at) =>
        sum + used.slice(at + 1).reduce((inner, k) => inner + 2 * (counts[c] ?? 0) * (counts[k] ?? 0) * distance(c, k), 0),
      0,
    );
  }
  const mean = counts.reduce((sum, count, c) => sum + (count / n) * (positions[c] ?? 0), 0);
  return 2 * n * counts.reduce((sum, count, c) => sum + count * ((positions[c] ?? 0) - mean) ** 2, 0);
}

/** Mean rank of the ratings of each category. */
function midRanks(counts: Float64Array): Float64Array {
  let below = 0;
  return counts.map((count) => {
    const rank = below + count / 2;
    below += count;
    return rank;
  });
}
