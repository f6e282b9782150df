import { type DatasetLoader, definePlugin, versionOf } from '@touchstone/core';
import { arrowFile } from './arrow-file.ts';
import { csvFile } from './csv-file.ts';
import { jsonFile, jsonLinesFile } from './json-files.ts';
import { openParquet } from './parquet-file.ts';

/**
 * Opens data files by their extension: CSV, TSV, Parquet, Arrow, and JSON that is gzipped or in another encoding than UTF-8.
 *
 * @example
 * const touchstone = createTouchstone({ plugins: [files()] });
 * await touchstone.evaluate({ data: 'answers.csv', predictions: 'output', targets: 'expected', extraMetrics: ['rougeL'] });
 */
export default function files() {
  return definePlugin({ name: '@touchstone/dataset-files', version: versionOf(import.meta.url), datasetLoaders: loaders });
}

const loaders: readonly DatasetLoader[] = [
  {
    extensions: ['.csv', '.csv.gz', '.tsv', '.tsv.gz'],
    options: ['encoding', 'delimiter', 'types'],
    open: async (path, options) => csvFile(path, options),
    openAll: async (paths, options) => csvFile(paths, options),
  },
  {
    extensions: ['.parquet', '.parquet.gz'],
    open: (path) => openParquet([path]),
    openAll: openParquet,
  },
  {
    extensions: ['.arrow', '.arrow.gz', '.arrows', '.arrows.gz', '.feather', '.feather.gz'],
    open: async (path) => arrowFile(path),
    openAll: async (paths) => arrowFile(paths),
  },
  // Core reads these itself unless an encoding is asked for.
  {
    extensions: ['.jsonl', '.jsonl.gz', '.ndjson', '.ndjson.gz'],
    options: ['encoding'],
    open: async (path, options) => jsonLinesFile(path, options),
  },
  { extensions: ['.json', '.json.gz'], options: ['encoding'], open: async (path, options) => jsonFile(path, options) },
];
