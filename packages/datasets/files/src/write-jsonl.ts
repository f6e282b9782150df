import type { Row } from '@touchstone/core';
import { cellOf } from './cell-of.ts';
import { chunksOf, isTable, type RowsOrTable, type WriteOptions } from './rows-or-table.ts';

/**
 * JSON Lines, in pieces: one object a row. A column that a row does not have is left out; a table of results has every column in
 * every row, null where there is no cell. Texts that were cut in the middle of a character are written as escapes (`\ud83d`), so
 * nothing is lost.
 *
 * @example
 * await writeFile('rows.jsonl', writeJsonl(rows));
 */
export async function* writeJsonl(source: RowsOrTable, { columns }: WriteOptions = {}): AsyncGenerator<string> {
  if (isTable(source)) {
    const named = columns ?? (await source.columns());
    const keys = named.map((column) => `${JSON.stringify(column)}:`);
    for await (const lines of source.lines(named)) {
      yield lines.map((line) => `{${keys.map((key, index) => key + JSON.stringify(line[index] ?? null)).join(',')}}\n`).join('');
    }
    return;
  }
  const textOf = columns === undefined ? JSON.stringify : (row: Row): string => objectOf(row, columns);
  for await (const rows of chunksOf(source)) yield rows.map((row) => `${textOf(row)}\n`).join('');
}

/** In the order of the columns, also of those whose names are whole numbers, which an object would put in front. */
function objectOf(row: Row, columns: readonly string[]): string {
  const members = columns.flatMap((column) => {
    const cell = cellOf(row, column);
    return cell === undefined ? [] : [`${JSON.stringify(column)}:${JSON.stringify(cell)}`];
  });
  return `{${members.join(',')}}`;
}
