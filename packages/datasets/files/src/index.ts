export { arrowFile } from './arrow-file.ts';
export { type CsvOptions, csvFile } from './csv-file.ts';
export type { SyncDataset } from './describe-files.ts';
export type { CellKind, ColumnReport } from './inspection/column-profile.ts';
export { type Copy, CopyIndex } from './inspection/copy-index.ts';
export {
  type CopiedRow,
  type CopyReport,
  comparedText,
  type InspectOptions,
  type Originals,
  type Repeat,
  RowsInspection,
  type RowsReport,
} from './inspection/inspect-rows.ts';
export type { Listed } from './inspection/listed.ts';
export type { LengthReport, UnusualLength } from './inspection/text-lengths.ts';
export { type JsonOptions, jsonFile, jsonLinesFile } from './json-files.ts';
export { parquetFile } from './parquet-file.ts';
export { default } from './plugin.ts';
export type { RowsOrTable, WriteOptions } from './rows-or-table.ts';
export { type WriteCsvOptions, writeCsv } from './write-csv.ts';
export { writeJsonl } from './write-jsonl.ts';
export { writeParquet } from './write-parquet.ts';
export { type TableWriter, tableWriter } from './write-table.ts';
