import type { Row } from './json.ts';

/**
 * Rows to evaluate, and what is known of them beforehand.
 *
 * @typeParam R the row's type as the user knows it: column names and cell types are checked against it at compile time
 */
export interface Dataset<R extends object = object> {
  readonly name: string;
  /** Number of rows, when known without reading them. */
  readonly size?: number;
  /** Whether `rows()` can be called again and gives the same rows. A resume needs that or an equal source. */
  readonly rereadable: boolean;
  /** The rows in order. Sync iterables are read faster. Cells may be anything that the reading of rows turns into JSON (api.md §2). */
  rows(): AsyncIterable<R> | Iterable<R>;
  /** Hash of the whole content, for sources that can say it before they are read through. */
  fingerprint?(): Promise<string>;
  /** Columns that the data set itself declares; `evaluate` takes them unless told otherwise. */
  readonly targets?: string;
  readonly predictions?: string;
  readonly inputs?: string | readonly string[];
  /** Where the rows came from, for the record: a path, a table name. */
  readonly source?: string;
  readonly '~row'?: R;
}

/** Opens files of some kinds. Registered with `registry.add(DATASET_LOADERS, …)`. */
export interface DatasetLoader {
  /** With the dot, lower case: `['.jsonl', '.ndjson']`. */
  readonly extensions: readonly string[];
  /**
   * Checks that the path can be read, and no more: rows are read when the run starts.
   * @throws TouchstoneError `data-not-readable` naming the path
   */
  open(path: string): Promise<Dataset<Row>>;
}
