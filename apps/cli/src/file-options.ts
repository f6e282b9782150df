import type { FileDatasetOptions, FileOptions } from '@touchstone/core';
import { pairsOf } from './flag-pairs.ts';
import { definedOnly } from './run-document.ts';

/** Flags that say how data files are read. */
export interface ReadingFlags {
  readonly encoding?: string;
  readonly delimiter?: string;
  readonly columnType?: readonly string[];
  readonly maxDownload?: number;
}

/** The flags as options of `file()`; those that were not given are left out. */
export function fileOptionsOf({ encoding, delimiter, columnType, maxDownload }: ReadingFlags): FileDatasetOptions {
  return definedOnly({ encoding, delimiter, types: columnTypesOf(columnType), maxDownload });
}

/** `score=number` → `{ score: 'number' }`. That these are types is checked where the columns are known. */
function columnTypesOf(pairs: readonly string[] | undefined): FileOptions['types'] {
  return pairs === undefined ? undefined : (pairsOf('--column-type', pairs) as FileOptions['types']);
}
