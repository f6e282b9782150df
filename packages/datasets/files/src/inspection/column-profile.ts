import { type Cell, type Json, oneLine, truncate } from '@touchstone/core';
import { FirstOf, type Listed } from './listed.ts';
import { type LengthReport, TextLengths } from './text-lengths.ts';

export type CellKind = 'text' | 'number' | 'boolean' | 'list' | 'object';

export interface ColumnReport {
  readonly name: string;
  /** How many cells of each kind; kinds that are not there are left out. */
  readonly kinds: Readonly<Partial<Record<CellKind, number>>>;
  readonly null: number;
  /** Rows that have no such column. */
  readonly missing: number;
  /** Different cells, the first ones, each in one line of at most 60 terminal cells. */
  readonly examples: readonly string[];
  /** Smallest and largest number. */
  readonly range?: readonly [number, number];
  /** Of the texts that are not empty. */
  readonly lengths?: LengthReport;
  /** Cells of other kinds than the most frequent one. */
  readonly mixed?: Listed<{ readonly at: number; readonly kind: CellKind }>;
  /** Texts that are empty, or nothing but white space. */
  readonly empty?: Listed<{ readonly at: number }>;
  /** Texts, also within lists and objects, with half a character (a lone surrogate), or with U+FFFD, which stands where one was lost. */
  readonly damaged?: Listed<{ readonly at: number; readonly what: Damage }>;
}

/** What is left of a character: a lone surrogate, or what stands where a decoder found none. */
type Damage = 'half a character' | 'U+FFFD';

const EXAMPLES = 3;
const EXAMPLE_WIDTH = 60;
/** More of a text is never looked at for an example. */
const EXAMPLE_CHARACTERS = 400;

/** What is in one column, cell by cell. Its size does not grow with the rows. */
export class ColumnProfile {
  readonly #name: string;
  readonly #most: number;
  readonly #places = new Map<CellKind, FirstOf<number>>();
  readonly #examples = new Set<string>();
  readonly #lengths: TextLengths;
  readonly #empty: FirstOf<{ readonly at: number }>;
  readonly #damaged: FirstOf<{ readonly at: number; readonly what: Damage }>;
  #null = 0;
  #cells = 0;
  #range: readonly [number, number] | undefined;

  /** @param most how many places of each finding are listed */
  constructor(name: string, most: number) {
    this.#name = name;
    this.#most = most;
    this.#lengths = new TextLengths(most);
    this.#empty = new FirstOf(most);
    this.#damaged = new FirstOf(most);
  }

  add(cell: Exclude<Cell, undefined>, at: number): void {
    this.#cells += 1;
    if (cell === null) {
      this.#null += 1;
      return;
    }
    this.#placesOf(kindOf(cell)).add(at);
    if (typeof cell === 'string') this.#addText(cell, at);
    else if (typeof cell === 'number') this.#addNumber(cell);
    else if (typeof cell === 'object') this.#noteDamage(damageWithin(cell), at);
    if (this.#examples.size < EXAMPLES) this.#addExample(cell);
  }

  /** @param rows of the whole data set */
  report(rows: number): ColumnReport {
    const kinds = [...this.#places].sort(([, a], [, b]) => b.total - a.total);
    const lengths = this.#lengths.report();
    return {
      name: this.#name,
      kinds: Object.fromEntries(kinds.map(([kind, { total }]) => [kind, total])),
      null: this.#null,
      missing: rows - this.#cells,
      examples: [...this.#examples],
      ...(this.#range === undefined ? {} : { range: this.#range }),
      ...(lengths === undefined ? {} : { lengths }),
      ...(kinds.length < 2 ? {} : { mixed: this.#mixed(kinds.slice(1)) }),
      ...(this.#empty.total === 0 ? {} : { empty: this.#empty }),
      ...(this.#damaged.total === 0 ? {} : { damaged: this.#damaged }),
    };
  }

  #placesOf(kind: CellKind): FirstOf<number> {
    const known = this.#places.get(kind);
    if (known !== undefined) return known;
    const places = new FirstOf<number>(this.#most);
    this.#places.set(kind, places);
    return places;
  }

  #addText(text: string, at: number): void {
    if (text.trim() === '') this.#empty.add({ at });
    else this.#lengths.add(text, at);
    this.#noteDamage(damageOf(text), at);
  }

  #addNumber(number: number): void {
    const [low, high] = this.#range ?? [number, number];
    if (this.#range === undefined || number < low || number > high) this.#range = [Math.min(low, number), Math.max(high, number)];
  }

  #noteDamage(what: Damage | undefined, at: number): void {
    if (what !== undefined) this.#damaged.add({ at, what });
  }

  #addExample(cell: Json): void {
    const text = typeof cell === 'string' ? cell : JSON.stringify(cell);
    const example = truncate(oneLine(text.slice(0, EXAMPLE_CHARACTERS)), EXAMPLE_WIDTH);
    if (example !== '') this.#examples.add(example);
  }

  #mixed(others: readonly (readonly [CellKind, FirstOf<number>])[]): Listed<{ readonly at: number; readonly kind: CellKind }> {
    const listed = others.flatMap(([kind, places]) => places.listed.map((at) => ({ at, kind })));
    return {
      total: others.reduce((sum, [, { total }]) => sum + total, 0),
      listed: listed.sort((a, b) => a.at - b.at).slice(0, this.#most),
    };
  }
}

function kindOf(cell: Exclude<Json, null>): CellKind {
  if (typeof cell === 'string') return 'text';
  if (typeof cell === 'object') return Array.isArray(cell) ? 'list' : 'object';
  return typeof cell === 'number' ? 'number' : 'boolean';
}

function damageOf(text: string): Damage | undefined {
  if (!text.isWellFormed()) return 'half a character';
  return text.includes('\ufffd') ? 'U+FFFD' : undefined;
}

function damageWithin(cell: Json): Damage | undefined {
  if (typeof cell === 'string') return damageOf(cell);
  if (typeof cell !== 'object' || cell === null) return undefined;
  for (const part of Object.values(cell)) {
    const damage = damageWithin(part);
    if (damage !== undefined) return damage;
  }
  return undefined;
}
