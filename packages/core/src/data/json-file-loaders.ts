import type { DatasetLoader } from '../contracts/index.ts';

/**
 * The file types that core reads itself: JSON Lines, and JSON as a list of objects or in MLflow's split orientation.
 * Their reader is loaded with the first file, because importing core must cost little.
 */
export const jsonFileLoaders: readonly DatasetLoader[] = [
  { extensions: ['.jsonl', '.ndjson'], open: async (path) => (await import('./json-files.ts')).jsonLinesFile(path) },
  { extensions: ['.json'], open: async (path) => (await import('./json-files.ts')).jsonFile(path) },
];
