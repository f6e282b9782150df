import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { file as dataFile, type OpenedData, suggestion, TouchstoneError, type TouchstoneRuntime } from '@touchstone/core';
import { CopyIndex, comparedText, type Originals, RowsInspection } from '@touchstone/dataset-files';
import type { DataDocument } from './data-document.ts';
import { fileOptionsOf, type ReadingFlags } from './file-options.ts';
import { PlacedRows } from './placed-rows.ts';
import { definedOnly } from './run-document.ts';
import { say } from './say.ts';
import { standardInput } from './standard-input.ts';

export interface LookFlags extends ReadingFlags {
  readonly id?: string;
  readonly inputs?: readonly string[];
  /** Files whose rows must not be among those that are looked at. */
  readonly against?: readonly string[];
  /** How many places of each finding are listed. */
  readonly listed: number;
}

/**
 * Reads a data file to its end and says what is in it.
 * @throws TouchstoneError when it cannot be read, has no rows, or lacks a column that was named
 */
export async function lookAtFile(file: string, flags: LookFlags, touchstone: TouchstoneRuntime): Promise<DataDocument> {
  const options = fileOptionsOf(flags);
  const open = (path: string): Promise<OpenedData> =>
    touchstone.openData(path === '-' ? standardInput('data -') : dataFile(path, options));
  const data = await open(file);
  const rows = new PlacedRows(data, flags.listed);
  const originals: Originals[] = [];
  for (const against of flags.against ?? []) {
    checkOtherFile(file, against);
    originals.push(await originalsOf(against, await open(against), { name: file, columns: await rows.columns() }, flags));
  }

  const { id, inputs, listed } = flags;
  const inspection = new RowsInspection({ ...definedOnly({ id, inputs }), originals, listed });
  for await (const { row, at } of rows) inspection.add(row, at);
  const { broken } = rows;
  const report = inspection.report();
  if (report.rows === 0 && broken.total === 0)
    throw new TouchstoneError('empty-data', `'${file}' has no rows; there is nothing to look at.`);
  if (report.rows > 0) {
    const columns = report.columns.map(({ name }) => name);
    if (id !== undefined) checkColumn('--id', id, columns, file);
    for (const column of inputs ?? []) checkColumn('--inputs', column, columns, file);
  }
  const stats = statSync(resolve(file), { throwIfNoEntry: false });
  return {
    file: file === '-' ? data.name : file,
    ...definedOnly({ bytes: stats?.isFile() === true ? stats.size : undefined, fingerprint: await data.fingerprint() }),
    places: data.lines === undefined ? 'rows' : 'lines',
    ...report,
    ...(broken.total === 0 ? {} : { broken }),
  };
}

/** The index of a file's rows, over the columns that can be compared. */
async function originalsOf(
  against: string,
  data: OpenedData,
  looked: { readonly name: string; readonly columns: readonly string[] },
  flags: LookFlags,
): Promise<Originals> {
  const rows = new PlacedRows(data, flags.listed);
  const there = await rows.columns();
  if (there.length === 0) {
    const what = rows.broken.total === 0 ? 'has no rows' : 'has no row that can be read';
    throw new TouchstoneError('empty-data', `'${against}' ${what}; there is nothing to compare with.`);
  }
  const columns = flags.inputs ?? comparableColumns(looked, { name: against, columns: there }, flags.id);
  for (const column of columns) checkColumn('--inputs', column, there, against);
  const index = new CopyIndex();
  for await (const { row, at } of rows) index.add(comparedText(row, columns), at);
  const { total } = rows.broken;
  if (total > 0)
    say(
      `${against}: ${total === 1 ? '1 line' : `${total} lines`} cannot be read and ${total === 1 ? 'is' : 'are'} not compared. See touchstone data ${against}.`,
    );
  return { name: against, columns, index };
}

/** As `run` chooses inputs: the column `inputs` where there is one, else all; here, those that both files have, but not ids. */
function comparableColumns(
  looked: { readonly name: string; readonly columns: readonly string[] },
  against: { readonly name: string; readonly columns: readonly string[] },
  id: string | undefined,
): readonly string[] {
  const shared = looked.columns.filter((column) => column !== id && against.columns.includes(column));
  if (shared.length === 0) {
    throw new TouchstoneError(
      'no-shared-column',
      `${looked.name} and ${against.name} have no column in common that could be compared: ${looked.columns.join(', ')} and ${against.columns.join(', ')}. Name one alike in both.`,
    );
  }
  return shared.includes('inputs') ? ['inputs'] : shared;
}

function checkOtherFile(file: string, against: string): void {
  if (resolve(file) !== resolve(against)) return;
  throw new TouchstoneError(
    'named-twice',
    `--against is '${against}', the file itself, and every row would be a copy of itself.`,
  );
}

function checkColumn(flag: string, column: string, columns: readonly string[], file: string): void {
  if (columns.includes(column)) return;
  const hint = suggestion(column, columns, { list: 'It has' });
  throw new TouchstoneError('unknown-column', `${flag} is '${column}', and ${file} has no such column.${hint}`);
}
