import { normalQuantile } from '../normal.ts';
import type { Undefined, UndefinedReason } from '../undefined-result.ts';

/** An estimate on the scale of log odds, with its normal interval. */
export interface LogOdds {
  readonly estimate: number;
  readonly se: number | Undefined;
  readonly low: number | Undefined;
  readonly high: number | Undefined;
}

/** One item of a ranking. Its estimate is the log odds of being preferred over an item of ability 0; all sum to 0. */
export interface Ability extends LogOdds {
  readonly item: string;
  /** 1 is the best; equal estimates share the better rank. */
  readonly rank: number;
  /** The best rank that the data allow: 1 + the items that are better beyond doubt. */
  readonly bestRank: number;
  /** The worst rank that the data allow. */
  readonly worstRank: number;
}

/** Estimates that sum to 0, with their covariance, row by row. */
export interface CentredAbilities {
  readonly estimates: Float64Array;
  readonly covariance: Float64Array;
}

/** How certain limits should be. */
export interface Certainty {
  readonly level: number;
  /** Why no standard error can be trusted, when that is so. */
  readonly unknown?: UndefinedReason | undefined;
}

/** Below this a standard error is rounding: residuals that vanish show no spread. */
const NOTHING = 1e-9;

/**
 * Centres abilities whose first is fixed at 0: β − mean, and the covariance with it. `parameters` are the free ones,
 * `covariance` is theirs, of `size` rows, of which the first parameters.length are used.
 */
export function centred(parameters: Float64Array, covariance: Float64Array, size: number): CentredAbilities {
  const items = parameters.length + 1;
  const full = (i: number, j: number) => (i === 0 || j === 0 ? 0 : (covariance[(i - 1) * size + (j - 1)] ?? 0));
  const mean = parameters.reduce((sum, value) => sum + value, 0) / items;
  const rowMeans = Float64Array.from({ length: items }, (_, i) => {
    let sum = 0;
    for (let j = 0; j < items; j++) sum += full(i, j);
    return sum / items;
  });
  const grandMean = rowMeans.reduce((sum, value) => sum + value, 0) / items;
  return {
    estimates: Float64Array.from({ length: items }, (_, i) => (i === 0 ? 0 : (parameters[i - 1] ?? 0)) - mean),
    covariance: Float64Array.from({ length: items * items }, (_, cell) => {
      const [i, j] = [Math.floor(cell / items), cell % items];
      return full(i, j) - (rowMeans[i] ?? 0) - (rowMeans[j] ?? 0) + grandMean;
    }),
  };
}

/**
 * Abilities with normal intervals and ranks. The range of ranks holds for all items together at `level`: of the K(K − 1)/2
 * differences each is tested at (1 − level) over their number (Mohamad, van Zwet & Goeman 2019 on ranks from
 * simultaneous pairwise tests).
 */
export function rankedAbilities(
  items: readonly string[],
  { estimates, covariance }: CentredAbilities,
  about: Certainty,
): readonly Ability[] {
  const count = items.length;
  const zOfRanks = -normalQuantile((1 - about.level) / (count * (count - 1)));
  const at = (i: number, j: number) => covariance[i * count + j] ?? 0;
  const isBetter = (i: number, j: number) => {
    const se = Math.sqrt(Math.max(0, at(i, i) + at(j, j) - 2 * at(i, j)));
    const difference = (estimates[i] ?? 0) - (estimates[j] ?? 0);
    return about.unknown === undefined && se > NOTHING && difference > zOfRanks * se;
  };
  return items.map((item, i) => {
    const estimate = estimates[i] ?? 0;
    const others = Array.from(items.keys()).filter((j) => j !== i);
    const rank = 1 + others.filter((j) => (estimates[j] ?? 0) > estimate + NOTHING).length;
    const bestRank = 1 + others.filter((j) => isBetter(j, i)).length;
    const worstRank = count - others.filter((j) => isBetter(i, j)).length;
    return { item, ...logOdds(estimate, at(i, i), about), rank, bestRank, worstRank };
  });
}

/** An estimate ± z·se, without limits where there is no standard error. */
export function logOdds(estimate: number, variance: number, { level, unknown }: Certainty): LogOdds {
  const se = Math.sqrt(Math.max(0, variance));
  const reason = unknown ?? (se > NOTHING ? undefined : 'zero-variance');
  if (reason !== undefined) {
    const none = { undefined: reason };
    return { estimate, se: none, low: none, high: none };
  }
  const half = -normalQuantile((1 - level) / 2) * se;
  return { estimate, se, low: estimate - half, high: estimate + half };
}
