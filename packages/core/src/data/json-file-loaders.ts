import type { DatasetLoader } from '../contracts/index.ts';
import { jsonFile, jsonLinesFile } from './json-files.ts';

/** The file types that core reads itself: JSON Lines, and JSON as a list of objects or in MLflow's split orientation. */
export const jsonFileLoaders: readonly DatasetLoader[] = [
  { extensions: ['.jsonl', '.ndjson'], open: async (path) => jsonLinesFile(path) },
  { extensions: ['.json'], open: async (path) => jsonFile(path) },
];
