import type { Dataset } from '@touchstone/core';
import { describeFiles } from './describe-files.ts';
import { type RandomAccess, randomAccess } from './random-access.ts';

/**
 * Parquet files, read row group by row group. Numbers stay numbers; 64-bit integers are numbers when all of a column are safe
 * ones, else digits; decimals are texts with all their digits; dates, times and timestamps are ISO 8601; bytes are base64; lists,
 * structs and maps are JSON.
 *
 * @param path one file, or several that have the same columns of the same kinds
 * @throws TouchstoneError `data-not-readable`; when rows are read `broken-data`, `different-columns`, `file-changed`
 * @example
 * evaluate({ data: parquetFile('answers.parquet'), predictions: 'output', … })
 */
export function parquetFile(path: string | readonly string[]): Dataset<Record<string, unknown>> {
  const files = [path].flat().map((one) => randomAccess(one));
  return { ...describeFiles(files, {}), rows: () => laterRows(files) };
}

/** With the number of rows, for which the files are looked into. @throws TouchstoneError as `parquetFile` and its rows */
export async function openParquet(paths: readonly string[]): Promise<Dataset> {
  const files = paths.map((path) => randomAccess(path));
  const { openTables } = await import('./parquet-rows.ts');
  const tables = openTables(files);
  return { ...describeFiles(files, {}), size: tables.size, rows: () => tables.rows() };
}

/** What decodes Parquet is loaded with the first file. */
async function* laterRows(files: readonly RandomAccess[]): AsyncGenerator<Record<string, unknown>> {
  const { openTables } = await import('./parquet-rows.ts');
  yield* openTables(files).rows();
}
