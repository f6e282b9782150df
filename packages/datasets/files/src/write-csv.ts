import type { Json } from '@touchstone/core';
import { type RowsOrTable, tableOf, type WriteOptions } from './rows-or-table.ts';

export interface WriteCsvOptions extends WriteOptions {
  /**
   * Who opens the file. `programs` (the default) get every text as it is. `spreadsheets` get a byte order mark, without which
   * Excel takes UTF-8 for the code page of the country, and a `'` in front of texts that would be calculated: those that begin
   * with `=`, `+`, `-` or `@`, a tab or a carriage return. What a model wrote should never run as a formula.
   */
  readonly for?: 'programs' | 'spreadsheets';
}

/**
 * CSV after RFC 4180, in pieces: a header, records that end in CRLF, UTF-8. Numbers have all their digits, booleans are `true`
 * and `false`, lists and objects are JSON. A missing cell is empty and an empty text is `""`.
 *
 * CSV has no types. A text that looks like a number, `true` or `false` is quoted, by which readers that look at quotes (`csvFile` of
 * this package) tell it from one; others make 7 of `"007"` unless they are told not to. Half a character becomes U+FFFD.
 *
 * @throws TouchstoneError `already-read` for an iterator without `columns`
 * @example
 * await writeFile('table.csv', writeCsv(results.tables.eval_results_table));
 * await writeFile('answers.csv', writeCsv(rows, { columns: ['question', 'answer'], for: 'spreadsheets' }));
 */
export async function* writeCsv(source: RowsOrTable, options: WriteCsvOptions = {}): AsyncGenerator<string> {
  const table = tableOf(source, options);
  const columns = await table.columns();
  if (columns.length === 0) return;
  const spreadsheet = options.for === 'spreadsheets';
  const textOf = spreadsheet ? harmless : (text: string): string => text;
  yield (spreadsheet ? BYTE_ORDER_MARK : '') + record(columns, textOf);
  for await (const lines of table.lines(columns)) yield lines.map((line) => record(line, textOf)).join('');
}

const BYTE_ORDER_MARK = '\ufeff';

type TextOf = (text: string) => string;

function record(cells: readonly Json[], textOf: TextOf): string {
  // A record of one empty field would be an empty line, which readers skip.
  if (cells.length === 1 && cells[0] === null) return '""\r\n';
  return `${cells.map((cell) => field(cell, textOf)).join(',')}\r\n`;
}

function field(cell: Json, textOf: TextOf): string {
  if (cell === null) return '';
  if (typeof cell === 'number' || typeof cell === 'boolean') return JSON.stringify(cell);
  const text = typeof cell === 'string' ? textOf(cell) : JSON.stringify(cell);
  return /[",\r\n]/.test(text) || looksLikeAnother(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Unquoted it would be read as a number, a boolean, or a missing cell. */
function looksLikeAnother(text: string): boolean {
  return text === '' || (/^[-+.\dIN]/.test(text) && !Number.isNaN(Number(text))) || /^(?:true|false)$/i.test(text);
}

/** Spreadsheets take the full-width forms for the signs that they stand for. */
function harmless(text: string): string {
  return /^[=+\-@\t\r＝＋－＠]/.test(text) ? `'${text}` : text;
}
