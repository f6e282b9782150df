/** What all cells of a column of text have in common. */
export type GuessedType = 'number' | 'boolean' | 'text';

/** Ways to write numbers and booleans. Each gives a value one text, so the texts can be had back from the values. */
const WAY = {
  /** As JSON does: `1`, `0.5`, `1e+21`. */
  json: 1,
  /** As Python, and so pandas, writes floats: `1.0`, `0.5`, `1e-05`. */
  python: 2,
  /** With the same number of digits after the point in all cells: `2.50`. */
  fixed: 4,
  lower: 8,
  title: 16,
  upper: 32,
} as const;
const NUMBERS = WAY.json | WAY.python | WAY.fixed;
const ALL = NUMBERS | WAY.lower | WAY.title | WAY.upper;

const BOOLEANS: ReadonlyMap<string, number> = new Map([
  ['true', WAY.lower],
  ['false', WAY.lower],
  ['True', WAY.title],
  ['False', WAY.title],
  ['TRUE', WAY.upper],
  ['FALSE', WAY.upper],
]);

/** More digits than a number holds come back as others. */
const MAX_DIGITS = 15;

/**
 * Finds the type of a column from the texts of its cells: numbers or booleans if all of them are, and if nothing is lost by
 * it. A column of `007` and `8`, of `1.10` and `1.9`, or of 20 digits stays text.
 *
 * @example
 * const guess = new ColumnGuess();
 * for (const cell of ['1.0', '0.25']) guess.see(cell);
 * guess.type; // 'number'
 */
export class ColumnGuess {
  #ways: number = ALL;
  /** Digits after the point, where all cells have the same number of them. */
  #digits: number | undefined;

  /** `text` as long as nothing was seen. */
  get type(): GuessedType {
    if (this.#ways === ALL || this.#ways === 0) return 'text';
    return (this.#ways & NUMBERS) === 0 ? 'boolean' : 'number';
  }

  /** Whether further cells can still change something. */
  get isOpen(): boolean {
    return this.#ways !== 0;
  }

  /** A cell in quotes was meant as text. */
  seeText(): void {
    this.#ways = 0;
  }

  see(text: string): void {
    const code = text.charCodeAt(0);
    const isNumeric = code === 45 || (code >= 48 && code <= 57);
    this.#ways &= isNumeric ? this.#numberWays(text) : (BOOLEANS.get(text) ?? 0);
  }

  #numberWays(text: string): number {
    if (isSmallInteger(text)) return WAY.json;
    const value = Number(text);
    if (!Number.isFinite(value)) return 0;
    let ways = 0;
    if (this.#ways & WAY.json && String(value) === text) ways |= WAY.json;
    if (this.#ways & WAY.python && pythonFloat(value) === text) ways |= WAY.python;
    if (this.#ways & WAY.fixed && this.#isFixed(text, value)) ways |= WAY.fixed;
    return ways;
  }

  #isFixed(text: string, value: number): boolean {
    const point = text.indexOf('.');
    const digits = text.length - point - 1;
    if (point === -1 || digits === 0 || text.length - 1 > MAX_DIGITS) return false;
    this.#digits ??= digits;
    return (
      digits === this.#digits && `${Object.is(value, -0) || value < 0 ? '-' : ''}${Math.abs(value).toFixed(digits)}` === text
    );
  }
}

/** A whole number that is surely written as JSON does, seen without making numbers and texts of it. */
function isSmallInteger(text: string): boolean {
  const start = text.charCodeAt(0) === 45 ? 1 : 0;
  if (text.length - start > MAX_DIGITS || text.length === start) return false;
  for (let at = start; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 48 || code > 57) return false;
  }
  return text.charCodeAt(start) !== 48 || text === '0';
}

/** `repr(float)` of Python: the shortest digits that give the number back, with a point or an exponent. */
function pythonFloat(value: number): string {
  const sign = Object.is(value, -0) ? '-' : '';
  const size = Math.abs(value);
  if (size === 0 || (size >= 1e-4 && size < 1e16)) return `${sign}${value}${Number.isInteger(value) ? '.0' : ''}`;
  // JavaScript's 1.5e-7 has an exponent of one digit, Python's at least two.
  return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
}
