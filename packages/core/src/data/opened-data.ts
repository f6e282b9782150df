import type { BrokenLine, NumberedRow, Row } from '../contracts/index.ts';

/** Data of any kind, opened: rows of JSON cells in order, whatever was given. */
export interface OpenedData {
  /** Shown in plans and results: the file's name, the data set's name, `data` for rows from memory. */
  readonly name: string;
  /** Where the rows came from, for the record: a path. */
  readonly source?: string;
  /** Number of rows, when known without reading them. */
  readonly size?: number;
  /** Whether `rows()` can be called again and gives the same rows. */
  readonly rereadable: boolean;
  /** An array, which costs nothing to read through. */
  readonly inMemory: boolean;
  /**
   * SHA-256 (hex): of a file's bytes, of the JSON of rows in memory, or what a data set says itself; computed once.
   * `undefined` where it would need a pass over the data.
   */
  fingerprint(): Promise<string | undefined>;
  /**
   * The rows in order; a row's ordinal is its position here.
   * @throws TouchstoneError (also while reading) as the kind of data says; `already-read` on the second call for a source that can be read once
   */
  rows(): Iterable<Row> | AsyncIterable<Row>;
  /** For files made of lines: the rows with their lines, past those that cannot be read; see `Dataset.lines`. */
  lines?(broken: (line: BrokenLine) => void): AsyncIterable<NumberedRow<Row>>;
  /** What the data itself declares. */
  readonly targets?: string;
  readonly predictions?: string;
  readonly inputs?: string | readonly string[];
  readonly cluster?: string;
}

export type Rows = Iterable<Row> | AsyncIterable<Row>;

/** Whether rows come synchronously: no promise a row, so several times faster. */
export function isSync<T>(rows: Iterable<T> | AsyncIterable<T>): rows is Iterable<T> {
  return Symbol.iterator in rows;
}

/** All items of an iterable, sync or async, in memory. */
export async function toArray<T>(items: Iterable<T> | AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
