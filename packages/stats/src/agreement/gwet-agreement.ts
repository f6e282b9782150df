import { checkLevel } from '../check-argument.ts';
import type { Interval, LevelOption, UndefinedInterval } from '../interval.ts';
import { tQuantile } from '../student-t.ts';
import { type CategoryWeights, categoryDistance } from './category-distance.ts';
import { codeByCategories, type Rating, type Ratings } from './ratings.ts';

/** Options of `gwetAgreement`. */
export interface GwetAgreementOptions extends LevelOption {
  /** All categories of the scale in their order, also those that nobody used: chance agreement depends on their number. */
  readonly categories: readonly Rating[];
  /** `none` (AC1) when not given; `linear` or `quadratic` (AC2) for scales with an order. */
  readonly weights?: CategoryWeights;
}

/** Gwet's coefficient with its interval. `n` counts rated units, `missing` units that nobody rated. */
export interface GwetAgreement extends Interval {
  readonly se: number;
  readonly df: number;
  /** Observed agreement in [0, 1]: over the units with two ratings or more. */
  readonly observed: number;
  /** Agreement by chance in [0, 1]. */
  readonly expected: number;
}

/**
 * Gwet's AC1 (labels) or AC2 (weighted): agreement of any number of raters beyond chance that stays meaningful when
 * nearly all ratings are the same, where kappa collapses (Gwet 2008; with missing ratings Gwet 2014, chapters 4–5).
 * Chance agreement is T/(q(q − 1))·Σπ(1 − π), with T the sum of the weights and π the mean share of a category. Standard
 * error over the units, Student's t with units − 1, limits at most 1.
 *
 * When the raters never disagree the warning `no-spread` says that the interval is too narrow: the formula sees no
 * spread, and without gaps it is [1, 1]. One rated unit is `too-few`; `zero-variance` when every unit shows the same
 * disagreement. The estimate is kept.
 *
 * @throws StatsError `not-finite`, `out-of-range` (a rating that is no category, too), `length-mismatch`
 * @example
 * gwetAgreement([[1, 1], [1, 1], [0, 1], [0, 0], [1, null]], { categories: [0, 1] });
 * // { estimate: 0.569, low: -0.709, high: 1, …, observed: 0.75, expected: 0.42, n: 5 }
 */
export function gwetAgreement(units: Ratings, options: GwetAgreementOptions): GwetAgreement | UndefinedInterval {
  const level = checkLevel(options.level);
  const coded = codeByCategories(units, options.categories);
  const q = coded.categories.length;
  const distance = categoryDistance(options.weights ?? 'none', q);
  const rated = coded.units.filter((codes) => codes.length > 0);
  const n = rated.length;
  const about = { level, n, missing: units.length - n };
  const pairable = rated.filter((codes) => codes.length > 1).length;
  if (pairable === 0) return { undefined: 'no-data', ...about };

  const shares = categoryShares(rated, q);
  const chanceFactor = sumOfWeights(distance, q) / (q * (q - 1));
  const expected = chanceFactor * shares.reduce((sum, share) => sum + share * (1 - share), 0);
  const agreements = rated.map((codes) => (codes.length > 1 ? agreementOf(codes, distance) : 0));
  const observed = agreements.reduce((sum, agreement) => sum + agreement, 0) / pairable;
  const estimate = (observed - expected) / (1 - expected);
  if (n === 1) return { undefined: 'too-few', estimate, ...about };

  let squares = 0;
  rated.forEach((codes, u) => {
    const paired = codes.length > 1 ? ((n / pairable) * ((agreements[u] ?? 0) - expected)) / (1 - expected) : 0;
    const ownChance = (chanceFactor * codes.reduce((sum, code) => sum + 1 - (shares[code] ?? 0), 0)) / codes.length;
    const value = paired - (2 * (1 - estimate) * (ownChance - expected)) / (1 - expected);
    squares += (value - estimate) ** 2;
  });
  const se = Math.sqrt(squares / (n * (n - 1)));
  const unanimous = rated.every(isUnanimous);
  if (se <= 1e-12 && !unanimous) return { undefined: 'zero-variance', estimate, ...about };
  const half = -tQuantile((1 - level) / 2, n - 1) * se;
  return {
    estimate,
    low: estimate - half,
    high: Math.min(1, estimate + half),
    method: 't',
    se,
    df: n - 1,
    observed,
    expected,
    ...about,
    warnings: unanimous ? ['no-spread'] : [],
  };
}

/** Mean over the units of the share of their ratings that fell into each category. */
function categoryShares(rated: readonly (readonly number[])[], q: number): Float64Array {
  const shares = new Float64Array(q);
  for (const codes of rated) {
    for (const code of codes) shares[code] = (shares[code] ?? 0) + 1 / codes.length / rated.length;
  }
  return shares;
}

function sumOfWeights(distance: (i: number, j: number) => number, q: number): number {
  let sum = 0;
  for (let i = 0; i < q; i++) for (let j = 0; j < q; j++) sum += 1 - distance(i, j);
  return sum;
}

/** Mean weight of the pairs of one unit's ratings. */
function agreementOf(codes: readonly number[], distance: (i: number, j: number) => number): number {
  let apart = 0;
  for (let i = 0; i < codes.length; i++) {
    for (let j = i + 1; j < codes.length; j++) apart += distance(codes[i] ?? 0, codes[j] ?? 0);
  }
  return 1 - (2 * apart) / (codes.length * (codes.length - 1));
}

function isUnanimous(codes: readonly number[]): boolean {
  return codes.every((code) => code === codes[0]);
}
