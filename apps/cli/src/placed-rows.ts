import { type OpenedData, type Row, TouchstoneError } from '@touchstone/core';
import type { Listed } from '@touchstone/dataset-files';
import type { BrokenPlace } from './data-document.ts';
import { inFlagWords } from './flag-words.ts';

/** A row and where it stands: its line in a file of lines, else its number; from 1. */
interface PlacedRow {
  readonly row: Row;
  readonly at: number;
}

/** Rows that decide which columns there are, before all of them are read. */
const HEAD = 1000;

/** The rows of a file with their places, past what cannot be read. They are read once. */
export class PlacedRows implements AsyncIterable<PlacedRow> {
  readonly #data: OpenedData;
  readonly #listed: number;
  readonly #rows: AsyncIterator<PlacedRow>;
  readonly #head: PlacedRow[] = [];
  readonly #broken: BrokenPlace[] = [];
  #brokenTotal = 0;
  #read = 0;

  /** @param listed how many places that cannot be read are listed */
  constructor(data: OpenedData, listed: number) {
    this.#data = data;
    this.#listed = listed;
    this.#rows = this.#placed();
  }

  /** What could not be read so far. */
  get broken(): Listed<BrokenPlace> {
    return { total: this.#brokenTotal, listed: this.#broken };
  }

  /** The columns of the first 1,000 rows. */
  async columns(): Promise<readonly string[]> {
    while (this.#head.length < HEAD) {
      const next = await this.#rows.next();
      if (next.done === true) break;
      this.#head.push(next.value);
    }
    return [...new Set(this.#head.flatMap(({ row }) => Object.keys(row)))];
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<PlacedRow> {
    yield* this.#head.splice(0);
    for (let next = await this.#rows.next(); next.done !== true; next = await this.#rows.next()) yield next.value;
  }

  async *#placed(): AsyncGenerator<PlacedRow> {
    try {
      for await (const placed of this.#numbered()) {
        this.#read += 1;
        yield placed;
      }
    } catch (error) {
      // A format that cannot go on has still given what came before.
      const nothing = this.#read === 0 && this.#brokenTotal === 0;
      if (nothing || !TouchstoneError.isInstance(error) || error.code !== 'broken-data') throw error;
      this.#note({ message: `${error.message} Nothing behind it was read.` });
    }
  }

  async *#numbered(): AsyncGenerator<PlacedRow> {
    const lines = this.#data.lines?.(({ line, message }) => this.#note({ at: line, message }));
    if (lines !== undefined) {
      for await (const { line, row } of lines) yield { row, at: line };
      return;
    }
    let number = 0;
    for await (const row of this.#data.rows()) yield { row, at: ++number };
  }

  #note({ message, ...place }: BrokenPlace): void {
    this.#brokenTotal += 1;
    if (this.#broken.length < this.#listed) this.#broken.push({ ...place, message: inFlagWords(message) });
  }
}
