import type { Listed, RowsReport } from '@touchstone/dataset-files';

/** A place that could not be read, and why. */
export interface BrokenPlace {
  readonly at?: number;
  readonly message: string;
}

/** What `touchstone data --json` prints of a file. What was not found is left out. */
export interface DataDocument extends RowsReport {
  /** As it was typed. */
  readonly file: string;
  readonly bytes?: number;
  /** SHA-256 of the bytes, as plans have it. */
  readonly fingerprint?: string;
  /** What the numbers called `at` and `first` count, from 1. */
  readonly places: 'lines' | 'rows';
  /** What cannot be read; the rest of the document is about all other rows. */
  readonly broken?: Listed<BrokenPlace>;
}
