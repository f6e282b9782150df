import { StatsError } from '../stats-error.ts';
import type { Undefined } from '../undefined-result.ts';
import { codeByCategories, codeByValue, type Rating, type Ratings } from './ratings.ts';

/** Options of `fleissKappa`. */
export interface FleissKappaOptions {
  /** All categories, to catch a misspelt rating; the value does not depend on them. */
  readonly categories?: readonly Rating[] | undefined;
}

/** Fleiss' kappa. */
export interface FleissKappa {
  readonly undefined?: never;
  readonly estimate: number;
  /** Share of agreeing pairs, averaged over the units, in [0, 1]. */
  readonly observed: number;
  /** The same by chance: the sum of the squared shares of the categories. */
  readonly expected: number;
  readonly units: number;
  /** Ratings of every unit. */
  readonly raters: number;
  /** Units that nobody rated. */
  readonly missing: number;
}

/**
 * Agreement beyond chance of several raters, not necessarily the same for every unit, on labels without order (Fleiss
 * 1971): (P̄ − Pe)/(1 − Pe). Every unit must have equally many ratings: with gaps use `krippendorffAlpha` or
 * `gwetAgreement`, which also have intervals. `no-variation` when only one category was used, `too-few` for one rater.
 *
 * @throws StatsError `unequal-raters`, `not-finite`, `out-of-range`, `length-mismatch`
 * @example
 * fleissKappa([['a', 'b', 'b'], ['a', 'a', 'a'], ['a', 'a', 'a'], ['a', 'b', 'b'], ['b', 'b', 'b']]).estimate; // 0.464
 */
export function fleissKappa(
  units: Ratings,
  options: FleissKappaOptions = {},
): FleissKappa | (Undefined & { readonly observed?: number }) {
  const coded = options.categories ? codeByCategories(units, options.categories) : codeByValue(units);
  const raters = checkEqualRaters(coded.units);
  if (raters === 0) return { undefined: 'no-data' };
  if (raters === 1) return { undefined: 'too-few' };

  const rated = coded.units.filter((codes) => codes.length > 0);
  const totals = new Float64Array(coded.categories.length);
  let agreeing = 0;
  for (const codes of rated) {
    const counts = new Float64Array(totals.length);
    for (const code of codes) {
      counts[code] = (counts[code] ?? 0) + 1;
      totals[code] = (totals[code] ?? 0) + 1;
    }
    agreeing += counts.reduce((sum, count) => sum + count * (count - 1), 0);
  }
  const ratings = rated.length * raters;
  const observed = agreeing / (ratings * (raters - 1));
  if (totals.some((count) => count === ratings)) return { undefined: 'no-variation', observed };
  const expected = totals.reduce((sum, count) => sum + (count / ratings) ** 2, 0);
  const estimate = (observed - expected) / (1 - expected);
  return { estimate, observed, expected, units: rated.length, raters, missing: units.length - rated.length };
}

/** Ratings of each unit that has any; 0 when there is none. */
function checkEqualRaters(units: readonly (readonly number[])[]): number {
  const first = units.findIndex((codes) => codes.length > 0);
  const raters = units[first]?.length ?? 0;
  const other = units.findIndex((codes) => codes.length > 0 && codes.length !== raters);
  if (other === -1) return raters;
  throw new StatsError(
    'unequal-raters',
    `units[${first}] and units[${other}] have ${raters} and ${units[other]?.length} ratings: Fleiss' kappa needs equally many; use krippendorffAlpha or gwetAgreement.`,
    { argument: 'units', index: other },
  );
}
