import { TouchstoneError } from '@touchstone/core';
import { type RowsOrTable, tableWriter, type WriteOptions } from '@touchstone/dataset-files';
import { checkOutputFile, writeWhole } from './write-file.ts';

export interface TableFlags {
  readonly forSpreadsheets?: boolean | undefined;
}

/** Refuses a table file that could not be written. @throws TouchstoneError `bad-output`, `unknown-file-type`, `bad-option` */
export function checkTableFile(flag: string, path: string | undefined, { forSpreadsheets }: TableFlags): void {
  if (path !== undefined) tableWriter(path);
  if (forSpreadsheets === true && !/\.csv(?:\.gz)?$/iu.test(path ?? '')) {
    const given = path === undefined ? `there is no ${flag}` : `${flag} is '${path}'`;
    throw new TouchstoneError('bad-option', `--for-spreadsheets is for CSV, and ${given}: write ${flag} FILE.csv.`);
  }
  checkOutputFile(flag, path);
}

/** Writes a table in the format that the file's name says. @throws TouchstoneError `output-not-written` */
export async function writeTable(
  path: string,
  source: RowsOrTable,
  { forSpreadsheets, ...options }: TableFlags & WriteOptions,
): Promise<void> {
  await writeWhole(path, tableWriter(path)(source, { ...options, for: forSpreadsheets === true ? 'spreadsheets' : 'programs' }));
}
