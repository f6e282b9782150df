import { type Cell, canonicalJson, DigestTable, oneLine, type Row, TextDigest, truncate } from '@touchstone/core';
import { cellOf } from '../cell-of.ts';
import { ColumnProfile, type ColumnReport } from './column-profile.ts';
import type { Copy, CopyIndex } from './copy-index.ts';
import { FirstOf, type Listed } from './listed.ts';
import { textOf } from './words.ts';

/** Rows that must not be among those that are looked at: few-shot examples, a training set. */
export interface Originals {
  readonly name: string;
  /** The columns that are compared, in both. */
  readonly columns: readonly string[];
  readonly index: CopyIndex;
}

export interface InspectOptions {
  /** The column that identifies a row. */
  readonly id?: string;
  /** The columns that a row's key hashes when there is no `id`. */
  readonly inputs?: readonly string[];
  readonly originals?: readonly Originals[];
  /** How many places of each finding are listed, at least 1; all are counted. Default: 100. */
  readonly listed?: number;
}

/** A row that says again what an earlier one said. */
export interface Repeat {
  readonly at: number;
  /** Where the first one stands. */
  readonly first: number;
}

export interface CopiedRow extends Copy {
  readonly at: number;
  /** The beginning of its text. */
  readonly text: string;
}

export interface CopyReport {
  /** The name of the originals. */
  readonly against: string;
  readonly columns: readonly string[];
  readonly sameWords: number;
  readonly near: number;
  /** Of how many triples of words one was looked at: 1 = all, and what was found is exact. */
  readonly sampled: number;
  readonly listed: readonly CopiedRow[];
}

/** What is in a data set and what looks wrong with it. What was not found is left out. */
export interface RowsReport {
  readonly rows: number;
  /** In the order in which they were first seen. */
  readonly columns: readonly ColumnReport[];
  /** Rows that are equal to an earlier one in every cell. */
  readonly duplicateRows?: Listed<Repeat>;
  /** Rows with the inputs of an earlier one: `run` tells them apart by counting. */
  readonly repeatedInputs?: Listed<Repeat>;
  readonly duplicateIds?: Listed<Repeat & { readonly id: string | number }>;
  /** Rows that `run` would refuse for the cell in their id column. */
  readonly badIds?: Listed<{ readonly at: number; readonly what: string }>;
  /** One for each of the `originals`. */
  readonly copies?: readonly CopyReport[];
}

/**
 * Looks at rows, one after the other, and says at the end what is in them: columns and kinds of cells, repeated rows and ids,
 * mixed types, empty and damaged texts, unusual lengths, copies of rows that should not be there.
 *
 * Memory: 42 bytes a row for each of equal rows, inputs and ids; a report of each column, which does not grow with the rows; the
 * index of the originals, see {@link CopyIndex}.
 *
 * @example
 * const inspection = new RowsInspection({ id: 'id' });
 * for (const [index, row] of rows.entries()) inspection.add(row, index + 1);
 * inspection.report().duplicateRows?.total; // undefined: there are none
 */
export class RowsInspection {
  readonly #options: InspectOptions;
  readonly #most: number;
  readonly #columns = new Map<string, ColumnProfile>();
  readonly #digest = new TextDigest();
  readonly #rows = new DigestTable();
  readonly #inputs = new DigestTable();
  readonly #ids = new DigestTable();
  readonly #duplicateRows: FirstOf<Repeat>;
  readonly #repeatedInputs: FirstOf<Repeat>;
  readonly #duplicateIds: FirstOf<Repeat & { readonly id: string | number }>;
  readonly #badIds: FirstOf<{ readonly at: number; readonly what: string }>;
  readonly #copies: readonly CopiesOf[];
  #count = 0;

  constructor(options: InspectOptions = {}) {
    this.#options = options;
    this.#most = options.listed ?? 100;
    this.#duplicateRows = new FirstOf(this.#most);
    this.#repeatedInputs = new FirstOf(this.#most);
    this.#duplicateIds = new FirstOf(this.#most);
    this.#badIds = new FirstOf(this.#most);
    this.#copies = (options.originals ?? []).map((originals) => new CopiesOf(originals, this.#most));
  }

  /** @param at where the row stands: its line in a file of lines, else its number; from 1 */
  add(row: Row, at: number): void {
    this.#count += 1;
    for (const column of Object.keys(row)) {
      const cell = row[column];
      if (cell !== undefined) this.#profileOf(column).add(cell, at);
    }
    const firstRow = this.#firstWith(this.#rows, canonicalJson(row), at);
    if (firstRow !== at) this.#duplicateRows.add({ at, first: firstRow });
    this.#addInputs(row, at);
    this.#addId(row, at);
    for (const copies of this.#copies) copies.add(row, at);
  }

  report(): RowsReport {
    const { id, inputs } = this.#options;
    return {
      rows: this.#count,
      columns: Array.from(this.#columns.values(), (profile) => profile.report(this.#count)),
      ...found('duplicateRows', this.#duplicateRows),
      ...(inputs === undefined ? {} : found('repeatedInputs', this.#repeatedInputs)),
      ...(id === undefined ? {} : { ...found('duplicateIds', this.#duplicateIds), ...found('badIds', this.#badIds) }),
      ...(this.#copies.length === 0 ? {} : { copies: this.#copies.map((copies) => copies.report()) }),
    };
  }

  #profileOf(column: string): ColumnProfile {
    const known = this.#columns.get(column);
    if (known !== undefined) return known;
    const profile = new ColumnProfile(column, this.#most);
    this.#columns.set(column, profile);
    return profile;
  }

  #firstWith(table: DigestTable, text: string, at: number): number {
    this.#digest.take(text);
    return table.first(this.#digest.words, at);
  }

  #addInputs(row: Row, at: number): void {
    const { inputs } = this.#options;
    if (inputs === undefined) return;
    // As row keys are made, so that what is found here is what `run` will count.
    const first = this.#firstWith(this.#inputs, canonicalJson(inputs.map((column) => cellOf(row, column) ?? null)), at);
    if (first !== at) this.#repeatedInputs.add({ at, first });
  }

  #addId(row: Row, at: number): void {
    if (this.#options.id === undefined) return;
    const id = cellOf(row, this.#options.id);
    if (typeof id === 'number' || (typeof id === 'string' && id !== '')) {
      const first = this.#firstWith(this.#ids, String(id), at);
      if (first !== at) this.#duplicateIds.add({ at, first, id });
    } else {
      this.#badIds.add({ at, what: whatInstead(id) });
    }
  }
}

/** Copies of one set of originals. */
class CopiesOf {
  readonly #originals: Originals;
  readonly #listed: FirstOf<CopiedRow>;
  #sameWords = 0;

  constructor(originals: Originals, most: number) {
    this.#originals = originals;
    this.#listed = new FirstOf(most);
  }

  add(row: Row, at: number): void {
    const { index, columns } = this.#originals;
    const text = comparedText(row, columns);
    const copy = index.find(text);
    if (copy === undefined) return;
    if (copy.kind === 'same words') this.#sameWords += 1;
    this.#listed.add({ at, ...copy, text: beginningOf(text) });
  }

  report(): CopyReport {
    const { name, columns, index } = this.#originals;
    const { total, listed } = this.#listed;
    return { against: name, columns, sameWords: this.#sameWords, near: total - this.#sameWords, sampled: index.sampled, listed };
  }
}

/** What of a row is compared with originals, and what of originals goes into a {@link CopyIndex}. */
export function comparedText(row: Row, columns: readonly string[]): string {
  return textOf(columns.map((column) => cellOf(row, column)));
}

function whatInstead(id: Exclude<Cell, number>): string {
  if (id === undefined) return 'missing';
  if (id === null) return 'null';
  if (typeof id === 'object') return Array.isArray(id) ? 'a list' : 'an object';
  return id === '' ? 'empty' : String(id);
}

const TEXT_WIDTH = 60;

function beginningOf(text: string): string {
  return truncate(oneLine(text.slice(0, TEXT_WIDTH * 4)), TEXT_WIDTH);
}

function found<K extends string, T>(key: K, list: Listed<T>): { readonly [P in K]?: Listed<T> } | Readonly<Record<never, never>> {
  return list.total === 0 ? {} : { [key]: list };
}
