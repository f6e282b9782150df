import { checkLevel, checkOneOf, checkSameLength } from '../check-argument.ts';
import type { Interval, LevelOption, UndefinedInterval } from '../interval.ts';
import { normalQuantile } from '../normal.ts';
import { type CategoryWeights, categoryDistance } from './category-distance.ts';
import { categoryCoder, type Rating, readRating } from './ratings.ts';

/** One rater's column: an entry for each unit. */
export type RatingColumn = ArrayLike<Rating | null | undefined>;

/** Options of `cohenKappa`. */
export interface CohenKappaOptions extends LevelOption {
  /** All categories of the scale in their order, also those that nobody used. */
  readonly categories: readonly Rating[];
  /** `none` when not given; `linear` or `quadratic` for scales with an order. */
  readonly weights?: CategoryWeights;
  /** `fisher-z` when not given; `normal`, kappa ± z·SE, for comparison with tools that print it. */
  readonly interval?: 'fisher-z' | 'normal';
}

/** Cohen's kappa with its interval. */
export interface CohenKappa extends Interval {
  readonly se: number;
  /** Observed agreement in [0, 1], weighted like kappa. */
  readonly observed: number;
  /** Agreement by chance in [0, 1]: what the two raters' habits alone would give. */
  readonly expected: number;
}

/** No kappa, or no interval of it; what still exists stands beside the reason. */
export interface UndefinedKappa extends UndefinedInterval {
  readonly se?: number;
  readonly observed?: number;
  readonly expected?: number;
}

/**
 * Agreement of two raters beyond chance (Cohen 1960, weighted 1968): (observed − expected)/(1 − expected). 1 is perfect,
 * 0 is what their habits alone would give, negative is worse. Standard error of Fleiss, Cohen & Everitt (1969); the
 * interval is taken on Fisher's scale, tanh(atanh κ ± z·SE/(1 − κ²)), which covers 93–96 % where κ ± z·SE covers 92–94 %.
 *
 * Where one category is much more frequent than the others kappa is low in spite of high agreement: show `gwetAgreement`
 * beside it. `no-variation` when both raters used the same single category, `zero-variance` when kappa has no standard
 * error (κ = 1, a rater who never varies): the estimate is kept. The `normal` interval of other tools is only refused at
 * κ = 1; without a standard error it has no width and warns `no-spread`. Pairs with a missing half drop as a whole.
 *
 * @throws StatsError `length-mismatch`, `not-finite`, `out-of-range` (a rating that is no category, too)
 * @example
 * cohenKappa(['good', 'bad', 'good', 'bad'], ['good', 'bad', 'bad', 'bad'], { categories: ['bad', 'good'] });
 * // { estimate: 0.5, low: -0.406, high: 0.910, se: 0.375, observed: 0.75, expected: 0.5, n: 4, … }
 */
export function cohenKappa(a: RatingColumn, b: RatingColumn, options: CohenKappaOptions): CohenKappa | UndefinedKappa {
  const level = checkLevel(options.level);
  const method = checkOneOf(options.interval ?? 'fisher-z', 'interval', ['fisher-z', 'normal']) === 'normal' ? 'z' : 'fisher-z';
  const { table, n } = crossTable(a, b, options.categories);
  const about = { level, n, missing: a.length - n };
  const distance = categoryDistance(options.weights ?? 'none', options.categories.length);
  if (n === 0) return { undefined: 'no-data', ...about };

  const { disagreement, chance, standardError } = disagreements(table, n, distance);
  const observed = 1 - disagreement;
  const expected = 1 - chance;
  if (chance === 0) return { undefined: 'no-variation', observed, ...about };

  const estimate = 1 - disagreement / chance;
  const se = standardError(estimate);
  if (se === 0 && (method === 'fisher-z' || estimate === 1)) {
    return { undefined: 'zero-variance', estimate, se, observed, expected, ...about };
  }
  const [low, high] = limits(estimate, se, { method, level });
  return { estimate, low, high, method, se, observed, expected, ...about, warnings: se === 0 ? ['no-spread'] : [] };
}

/** Counts of pairs, row by row: entry i·q + j is how often a said i and b said j. */
function crossTable(
  a: RatingColumn,
  b: RatingColumn,
  categories: readonly Rating[],
): { readonly table: Float64Array; readonly n: number } {
  checkSameLength(a, b, ['a', 'b']);
  const code = categoryCoder(categories);
  const codeOf = (column: RatingColumn, argument: string, index: number) => {
    const place = { argument, index, text: `${argument}[${index}]` };
    const rating = readRating(column[index], place);
    return rating === null ? null : code(rating, place);
  };
  const table = new Float64Array(categories.length ** 2);
  let n = 0;
  for (let i = 0; i < a.length; i++) {
    const first = codeOf(a, 'a', i);
    const second = codeOf(b, 'b', i);
    if (first === null || second === null) continue;
    const cell = first * categories.length + second;
    table[cell] = (table[cell] ?? 0) + 1;
    n++;
  }
  return { table, n };
}

/** Observed and expected mean distance, so that kappa is 1 − disagreement/chance, and the standard error of that. */
function disagreements(table: Float64Array, n: number, distance: (i: number, j: number) => number) {
  const q = Math.sqrt(table.length);
  const rows = new Float64Array(q);
  const columns = new Float64Array(q);
  table.forEach((count, cell) => {
    const [i, j] = [Math.floor(cell / q), cell % q];
    rows[i] = (rows[i] ?? 0) + count / n;
    columns[j] = (columns[j] ?? 0) + count / n;
  });
  const fromRow = rows.map((_, i) => columns.reduce((sum, share, j) => sum + share * distance(i, j), 0));
  const fromColumn = columns.map((_, j) => rows.reduce((sum, share, i) => sum + share * distance(i, j), 0));
  const disagreement = table.reduce((sum, count, cell) => sum + (count / n) * distance(Math.floor(cell / q), cell % q), 0);
  const chance = rows.reduce((sum, share, i) => sum + share * (fromRow[i] ?? 0), 0);

  /** Fleiss, Cohen & Everitt (1969, eq. 8) with w = 1 − distance; the two sums cancel when nothing varies. */
  const standardError = (kappa: number) => {
    let squares = 0;
    table.forEach((count, cell) => {
      const [i, j] = [Math.floor(cell / q), cell % q];
      const weight = 1 - distance(i, j) - (2 - (fromRow[i] ?? 0) - (fromColumn[j] ?? 0)) * (1 - kappa);
      squares += (count / n) * weight * weight;
    });
    const centre = (kappa - (1 - chance) * (1 - kappa)) ** 2;
    const variance = squares - centre;
    return disagreement === 0 || variance <= 1e-12 * squares ? 0 : Math.sqrt(variance / n) / chance;
  };
  return { disagreement, chance, standardError };
}

function limits(
  kappa: number,
  se: number,
  { method, level }: { readonly method: 'fisher-z' | 'z'; readonly level: number },
): readonly [number, number] {
  const z = -normalQuantile((1 - level) / 2);
  if (method === 'z') return [Math.max(-1, kappa - z * se), Math.min(1, kappa + z * se)];
  const half = (z * se) / (1 - kappa * kappa);
  return [Math.tanh(Math.atanh(kappa) - half), Math.tanh(Math.atanh(kappa) + half)];
}
