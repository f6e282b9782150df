import type { Listed } from './listed.ts';

/** A text of unusual length, and where it stands. */
export interface UnusualLength {
  readonly at: number;
  /** Characters (Unicode code points). */
  readonly characters: number;
}

export interface LengthReport {
  readonly shortest: number;
  readonly median: number;
  readonly longest: number;
  /** Texts that are much longer or shorter than the others; see {@link TextLengths}. */
  readonly outliers?: Listed<UnusualLength>;
}

/** Fewer texts have no usual length. */
const FEWEST = 20;
/** Of a normal distribution, one value in 2,000 is so many standard deviations away. */
const DEVIATIONS = 3.5;
/** Natural logarithm of 4: nothing is unusual that is less than four times as long or short as the median. */
const LEAST_DISTANCE = Math.log(4);
/** MAD → standard deviation of a normal distribution. */
const MAD_TO_SIGMA = 1.4826;

/**
 * How long the texts of a column are, and which ones are unusual: those whose logarithm of the length is more than
 * 3.5 · 1.4826 · MAD away from the median of the logarithms (MAD = median absolute deviation, Iglewicz & Hoaglin 1993), and at
 * least a factor of 4. Neither is moved by the outliers themselves. Empty texts are not counted, and of fewer than 20 texts none
 * is unusual.
 *
 * Holds a count for each length, with three digits of those above 1,000, and the longest and shortest texts' places: its size does
 * not grow with the rows.
 */
export class TextLengths {
  readonly #most: number;
  readonly #counts = new Map<number, number>();
  #texts = 0;
  /** Longest first; shortest first. */
  readonly #longest: UnusualLength[] = [];
  readonly #shortest: UnusualLength[] = [];

  /** @param most how many outliers are listed */
  constructor(most: number) {
    this.#most = most;
  }

  add(text: string, at: number): void {
    const characters = countCharacters(text);
    if (characters === 0) return;
    this.#texts += 1;
    const length = rounded(characters);
    this.#counts.set(length, (this.#counts.get(length) ?? 0) + 1);
    this.#hold(this.#longest, { at, characters }, (a, b) => a > b);
    this.#hold(this.#shortest, { at, characters }, (a, b) => a < b);
  }

  report(): LengthReport | undefined {
    if (this.#texts === 0) return undefined;
    const byLength = [...this.#counts].sort(([a], [b]) => a - b);
    const median = weightedMedian(byLength, this.#texts);
    const outliers = this.#outliers(byLength, median);
    return {
      shortest: this.#shortest[0]?.characters ?? 0,
      median,
      longest: this.#longest[0]?.characters ?? 0,
      ...(outliers.total === 0 ? {} : { outliers }),
    };
  }

  #outliers(byLength: readonly (readonly [number, number])[], median: number): Listed<UnusualLength> {
    if (this.#texts < FEWEST) return { total: 0, listed: [] };
    const distance = (length: number): number => Math.abs(Math.log(length / median));
    const deviations = byLength.map(([length, count]) => [distance(length), count] as const).sort(([a], [b]) => a - b);
    const limit = Math.max(DEVIATIONS * MAD_TO_SIGMA * weightedMedian(deviations, this.#texts), LEAST_DISTANCE);
    const isUnusual = ({ characters }: UnusualLength): boolean => distance(rounded(characters)) > limit;
    const total = byLength.reduce((sum, [length, count]) => (distance(length) > limit ? sum + count : sum), 0);
    // A text can be among the longest and the shortest ones when there are few.
    const long = this.#longest.filter((text) => isUnusual(text) && text.characters > median);
    const short = this.#shortest.filter((text) => isUnusual(text) && text.characters < median);
    const listed = [...long, ...short];
    // The farthest away are the most interesting ones, whichever way.
    listed.sort((a, b) => distance(b.characters) - distance(a.characters) || a.at - b.at);
    return { total, listed: listed.slice(0, this.#most) };
  }

  #hold(held: UnusualLength[], text: UnusualLength, before: (a: number, b: number) => boolean): void {
    const last = held.at(-1);
    if (held.length >= this.#most && last !== undefined && !before(text.characters, last.characters)) return;
    const place = held.findIndex((other) => before(text.characters, other.characters));
    held.splice(place === -1 ? held.length : place, 0, text);
    if (held.length > this.#most) held.pop();
  }
}

function countCharacters(text: string): number {
  return text.length - (text.match(/[\ud800-\udbff][\udc00-\udfff]/g)?.length ?? 0);
}

/** Three digits of a large number. */
function rounded(length: number): number {
  if (length <= 1000) return length;
  const unit = 10 ** (Math.floor(Math.log10(length)) - 2);
  return Math.round(length / unit) * unit;
}

/** The lower median of values that come with their counts, ascending. */
function weightedMedian(values: readonly (readonly [number, number])[], total: number): number {
  let passed = 0;
  for (const [value, count] of values) {
    passed += count;
    if (passed * 2 >= total) return value;
  }
  return 0;
}
