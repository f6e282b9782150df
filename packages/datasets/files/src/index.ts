export { arrowFile } from './arrow-file.ts';
export { type CsvOptions, csvFile } from './csv-file.ts';
export type { SyncDataset } from './describe-files.ts';
export { type JsonOptions, jsonFile, jsonLinesFile } from './json-files.ts';
export { parquetFile } from './parquet-file.ts';
export { default } from './plugin.ts';
