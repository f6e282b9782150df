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
  /**
   * The rows of `rows()` with the lines on which they begin, for files that are made of lines. Where `rows()` throws at the first
   * line that cannot be read, `broken` is told of each of them, and reading goes on behind it as far as the format allows.
   */
  lines?(broken: (line: BrokenLine) => void): Iterable<NumberedRow<R>> | AsyncIterable<NumberedRow<R>>;
  /** Hash of the whole content, for sources that can say it before they are read through. */
  fingerprint?(): Promise<string>;
  /** Columns that the data set itself declares; `evaluate` takes them unless told otherwise. */
  readonly targets?: string;
  readonly predictions?: string;
  readonly inputs?: string | readonly string[];
  readonly cluster?: string;
  /** Where the rows came from, for the record: a path, a table name. */
  readonly source?: string;
  readonly '~row'?: R;
}

/** A row and the line of the file on which it begins, from 1. */
export interface NumberedRow<R> {
  readonly line: number;
  readonly row: R;
}

/** A line that cannot be read, and the sentence that says why and where. */
export interface BrokenLine {
  readonly line: number;
  readonly message: string;
}

/** What the cells of a text file are read as. `json` is any JSON value, such as a list of retrieved texts. */
export type ColumnType = 'text' | 'number' | 'boolean' | 'json';

/** How to read a file, where its bytes do not say it. A loader names the options it takes. */
export interface FileOptions {
  /** The encoding of a text file, e.g. `euc-kr`, `windows-1252`, `utf-16le`. Default: UTF-8, or what a byte order mark says. */
  readonly encoding?: string;
  /** The one character between the cells of a .csv or .tsv file. Default: a comma in .csv, a tab in .tsv. */
  readonly delimiter?: string;
  /** The type of columns of a .csv or .tsv file, of all of them or by name, `*` for those not named. Default: what all cells of the column have in common. */
  readonly types?: ColumnType | Readonly<Record<string, ColumnType>>;
}

/** Opens files of some kinds. Registered with `registry.add(DATASET_LOADERS, …)`. */
export interface DatasetLoader {
  /** With the dot, lower case: `['.jsonl', '.ndjson']`. */
  readonly extensions: readonly string[];
  /** The options that it takes; `open` is never given another one. Default: none. */
  readonly options?: readonly (keyof FileOptions)[];
  /**
   * Checks that the path can be read, and no more: rows are read when the run starts.
   * @throws TouchstoneError `data-not-readable` naming the path
   */
  open(path: string, options?: FileOptions): Promise<Dataset>;
  /**
   * Opens several files as one data set, for a loader that looks at all of them: whether they have the same columns, of the same types.
   * Default: each is opened by itself, and their rows are read one file after the other.
   */
  openAll?(paths: readonly string[], options?: FileOptions): Promise<Dataset>;
}
