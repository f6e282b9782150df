import { type Json, type Row, type TableSource, TouchstoneError } from '@touchstone/core';
import { cellOf } from './cell-of.ts';

/**
 * What can be written as a table: a table of results, or rows. Formats that say first which columns there are, or of what type
 * they are, go over rows more than once; an iterator, which can be read once, is refused there.
 */
export type RowsOrTable = TableSource | Iterable<Row> | AsyncIterable<Row>;

export interface WriteOptions {
  /** The columns that are written, in this order. By default all there are, in the order in which they are first seen. */
  readonly columns?: readonly string[];
}

/**
 * Anything that can be written, as a table.
 * @throws TouchstoneError `already-read` when the columns have to be found first, and the rows can be read only once
 */
export function tableOf(source: RowsOrTable, { columns }: WriteOptions): TableSource {
  if (isTable(source)) {
    return columns === undefined ? source : { columns: async () => columns, lines: (named) => source.lines(named) };
  }
  if (columns === undefined) checkRereadable(source, 'their columns are not known yet: give `columns`, or');
  return { columns: async () => columns ?? columnsOf(source), lines: (named) => linesOf(source, named) };
}

/** @throws TouchstoneError `already-read` for an iterator, saying why its rows are read more than once */
export function checkRereadable(source: RowsOrTable, why: string): void {
  if (!('next' in source)) return;
  throw new TouchstoneError(
    'already-read',
    `The rows are an iterator, which can be read only once, and ${why} something that can be read again: an array, a table of results.`,
  );
}

export function isTable(source: RowsOrTable): source is TableSource {
  return 'lines' in source && 'columns' in source && typeof source.lines === 'function';
}

/** Rows are handed on in chunks, because a promise a row would cost more than the row. */
const CHUNK = 256;

export async function* chunksOf(rows: Iterable<Row> | AsyncIterable<Row>): AsyncGenerator<readonly Row[]> {
  let chunk: Row[] = [];
  for await (const row of rows) {
    chunk.push(row);
    if (chunk.length < CHUNK) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}

async function columnsOf(rows: Iterable<Row> | AsyncIterable<Row>): Promise<readonly string[]> {
  const columns = new Set<string>();
  for await (const row of rows) for (const column of Object.keys(row)) columns.add(column);
  return [...columns];
}

async function* linesOf(
  rows: Iterable<Row> | AsyncIterable<Row>,
  columns: readonly string[],
): AsyncGenerator<readonly (readonly Json[])[]> {
  for await (const chunk of chunksOf(rows)) yield chunk.map((row) => columns.map((column) => cellOf(row, column) ?? null));
}
