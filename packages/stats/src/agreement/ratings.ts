import { LARGEST_SCORE, shown } from '../check-argument.ts';
import { TIE } from '../scores.ts';
import { StatsError } from '../stats-error.ts';

/** What one rater said of one unit: a number or a label. Booleans count as 1 and 0. */
export type Rating = number | string | boolean;

/**
 * Units × raters: one list for each unit (row, answer, text), in it one entry for each rater, always in the same order.
 * `null`, `undefined` and entries that are not there are missing: the rater abstained or was not asked.
 */
export type Ratings = readonly ArrayLike<Rating | null | undefined>[];

/** Ratings as category numbers, without the missing ones. */
export interface CodedRatings {
  /** For each unit the category numbers of those who rated it. */
  readonly units: readonly (readonly number[])[];
  /** The categories in their order: as declared, else numbers ascending before labels as they first appear. */
  readonly categories: readonly Rating[];
}

/** Numbers the ratings by declared categories; a rating that is none of them is an error. */
export function codeByCategories(units: Ratings, categories: readonly Rating[]): CodedRatings {
  const code = categoryCoder(categories);
  return { units: units.map((unit, u) => present(unit, u).map(({ rating, place }) => code(rating, place))), categories };
}

/** Numbers the ratings by the distinct ratings there are; numbers that are equal up to rounding are one category. */
export function codeByValue(units: Ratings): CodedRatings {
  const seen = units.map(present);
  const numbers = seen.flatMap((unit) => unit.map(({ rating }) => rating).filter((rating) => typeof rating === 'number'));
  const codes = new Map<Rating, number>();
  const categories: Rating[] = [];
  const scale = numbers.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  let previous = Number.NEGATIVE_INFINITY;
  for (const value of numbers.sort((a, b) => a - b)) {
    if (value - previous > TIE * scale || categories.length === 0) categories.push(value);
    codes.set(value, categories.length - 1);
    previous = value;
  }
  for (const { rating } of seen.flat()) {
    if (codes.has(rating)) continue;
    codes.set(rating, categories.length);
    categories.push(rating);
  }
  return { units: seen.map((unit) => unit.map(({ rating }) => codes.get(rating) ?? 0)), categories };
}

/** Where a rating stands, for sentences. */
export interface Place {
  readonly argument: string;
  readonly index: number;
  /** As one would write it: `units[3][0]`. */
  readonly text: string;
}

/** Checks declared categories, and makes the function that gives a rating its number among them. */
export function categoryCoder(categories: readonly Rating[]): (rating: number | string, place: Place) => number {
  // From JavaScript they may be missing altogether.
  const codes = new Map((Array.isArray(categories) ? categories : []).map((category: Rating, code) => [plain(category), code]));
  if (codes.size < 2 || codes.size < categories.length) {
    throw new StatsError(
      'out-of-range',
      `categories are ${list(categories)}: declare all categories of the scale in their order, at least two, each once.`,
      { argument: 'categories' },
    );
  }
  return (rating, place) => {
    const code = codes.get(rating);
    if (code !== undefined) return code;
    throw new StatsError('out-of-range', `${place.text} is ${shown(rating)}: it is none of the categories ${list(categories)}.`, {
      argument: place.argument,
      index: place.index,
    });
  };
}

/** The rating at a place, booleans as numbers; null if it is missing, an error if it is not finite. */
export function readRating(rating: Rating | null | undefined, place: Place): number | string | null {
  if (rating === null || rating === undefined) return null;
  const value = plain(rating);
  if (typeof value === 'string' || (typeof value === 'number' && Math.abs(value) <= LARGEST_SCORE)) return value;
  throw new StatsError(
    'not-finite',
    `${place.text} is ${shown(value)}: a rating must be a finite number up to 1e100 or a label, or null when it is missing.`,
    { argument: place.argument, index: place.index },
  );
}

/** Checks that the ratings come as units × raters and not as one flat list. */
export function checkUnit(unit: Ratings[number], index: number, argument = 'units'): void {
  if (typeof unit === 'object' && unit !== null && typeof unit.length === 'number') return;
  throw new StatsError(
    'length-mismatch',
    `${argument}[${index}] is ${shown(unit)}: give one list of ratings for each unit, like [[4, 5], [2, null]].`,
    { argument, index },
  );
}

function present(unit: Ratings[number], u: number): readonly { readonly rating: number | string; readonly place: Place }[] {
  checkUnit(unit, u);
  return Array.from(unit).flatMap((given, r) => {
    const place = { argument: 'units', index: u, text: `units[${u}][${r}]` };
    const rating = readRating(given, place);
    return rating === null ? [] : [{ rating, place }];
  });
}

function plain(rating: Rating): number | string {
  return typeof rating === 'boolean' ? Number(rating) : rating;
}

function list(categories: readonly Rating[]): string {
  return Array.isArray(categories) ? `[${categories.map(shown).join(', ')}]` : shown(categories);
}
