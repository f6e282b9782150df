import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { ResultTable, suggestion, TouchstoneError } from '@touchstone/core';
import { type RowsOrTable, tableOf } from './rows-or-table.ts';
import { type WriteCsvOptions, writeCsv } from './write-csv.ts';
import { writeJsonl } from './write-jsonl.ts';
import { writeParquet } from './write-parquet.ts';

/** Writes rows or a table in the format of one kind of file. */
export type TableWriter = (source: RowsOrTable, options?: WriteCsvOptions) => AsyncIterable<string | Uint8Array>;

/**
 * The writer for a file of this name: `.csv`, `.jsonl`, `.json` (pandas' split orientation, as MLflow writes tables), each of them
 * also with `.gz`, and `.parquet`.
 *
 * @throws TouchstoneError `unknown-file-type` with the endings there are
 * @example
 * const write = tableWriter('table.csv.gz');
 * await writeFile('table.csv.gz', write(results.tables.eval_results_table));
 */
export function tableWriter(fileName: string): TableWriter {
  const [, ending = ''] = /((?:\.\w+)?\.gz|\.\w+)$/i.exec(fileName) ?? [];
  const writer = WRITERS[ending.toLowerCase()];
  if (writer !== undefined) return writer;
  const hint = /\.parquet\.gz$/i.test(fileName)
    ? ' Parquet is compressed already: name it .parquet.'
    : suggestion(ending, Object.keys(WRITERS));
  throw new TouchstoneError(
    'unknown-file-type',
    `A table is written as ${Object.keys(WRITERS).join(', ')}, and '${fileName}' is none of these.${hint}`,
  );
}

const splitJson: TableWriter = (source, options = {}) => new ResultTable('table', tableOf(source, options)).toSplitJSON();

const WRITERS: Readonly<Record<string, TableWriter | undefined>> = {
  '.csv': writeCsv,
  '.jsonl': writeJsonl,
  '.json': splitJson,
  '.parquet': writeParquet,
  '.csv.gz': gzipped(writeCsv),
  '.jsonl.gz': gzipped(writeJsonl),
  '.json.gz': gzipped(splitJson),
};

function gzipped(write: TableWriter): TableWriter {
  return async function* (source, options) {
    const gzip = createGzip();
    // What goes wrong while writing ends the stream, and is thrown where it is read.
    pipeline(Readable.from(write(source, options)), gzip).catch(() => undefined);
    yield* gzip;
  };
}
