import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { Dataset, FileOptions } from '../contracts/index.ts';
import { nameOfFiles } from './file-bytes.ts';
import { jsonFileLoaders } from './json-file-loaders.ts';
import type { OpenFileOptions } from './open-file.ts';
import { validatedRows } from './validated-rows.ts';

/** Column names of a row type; any name where the type leaves them open. */
type ColumnOf<R> = string extends keyof R ? string : Extract<keyof R, string>;

export interface DatasetOptions<R extends object> {
  /** Shown in plans and results. */
  readonly name: string;
  /** Called for every pass over the data, and gives the same rows each time. */
  readonly rows: () => Iterable<R> | AsyncIterable<R>;
  /** Number of rows, when known without reading them. */
  readonly size?: number;
  readonly targets?: ColumnOf<R>;
  readonly predictions?: ColumnOf<R>;
  readonly inputs?: ColumnOf<R> | readonly ColumnOf<R>[];
  /** Hash of the whole content, when it can be said before the rows are read. */
  readonly fingerprint?: () => Promise<string>;
}

export interface SchemaDatasetOptions<R extends object> extends Omit<DatasetOptions<R>, 'rows'> {
  readonly rows: () => Iterable<unknown> | AsyncIterable<unknown>;
  /** Any Standard Schema for one row. It checks every row as it is read, and its output is what is evaluated. */
  readonly schema: StandardSchemaV1<unknown, R>;
}

/**
 * Rows from anywhere, with a name and what is known of them: a database, a generator, a service. The type of a row is
 * that of `schema`'s output, else that of the rows.
 *
 * @throws (when read) TouchstoneError `bad-row` naming the first row that does not fit the schema
 * @example
 * const questions = dataset({ name: 'questions', rows: () => db.iterate('SELECT question, answer FROM qa'), targets: 'answer' });
 */
export function dataset<R extends object>(options: SchemaDatasetOptions<R>): Dataset<R>;
export function dataset<R extends object>(options: DatasetOptions<R>): Dataset<R>;
export function dataset<R extends object>(options: SchemaDatasetOptions<R> | DatasetOptions<R>): Dataset<R> {
  if ('schema' in options) {
    const { schema, ...described } = options;
    return { ...described, rereadable: true, rows: () => validatedRows(options.rows(), schema, options.name) };
  }
  return { ...options, rereadable: true };
}

/** How a file is found and read. */
export interface FileDatasetOptions extends FileOptions {
  /** Lets http(s) addresses be downloaded, of at most so many megabytes (10⁶ bytes) each. Default: addresses are an error. */
  readonly maxDownload?: number;
}

export interface SchemaFileOptions<R extends object> extends FileDatasetOptions {
  /** Any Standard Schema for one row. It checks every row as it is read, and its output is what is evaluated. */
  readonly schema: StandardSchemaV1<unknown, R>;
}

/** A data file, or several; `evaluate` opens them with the loaders of its plug-ins. */
export interface FileDataset<R extends object> extends Dataset<R> {
  readonly [FILE]: {
    readonly paths: string | readonly string[];
    readonly options: FileDatasetOptions;
    readonly schema?: StandardSchemaV1<unknown, R>;
  };
}

const FILE: unique symbol = Symbol.for('touchstone.file-dataset');

/**
 * Data files with what their bytes do not say: a row type (what the schema gives), an encoding, a delimiter. Without any of
 * it, `data: 'questions.jsonl'` says the same.
 *
 * @param path from the working directory of the process, or absolute; a pattern such as `part-*.csv`; or a list of these. Several
 *   files are one data set: their rows one file after the other, those of a pattern in the order of their names
 * @throws (when opened) TouchstoneError `data-not-readable`, `unknown-file-type`, `unknown-option`; (when read) `bad-row` naming the first row that does not fit the schema
 * @example
 * evaluate({ data: file('questions.jsonl', { schema: z.object({ question: z.string(), answer: z.string() }) }), targets: 'answer', … })
 * @example
 * touchstone.evaluate({ data: file(['old.csv', 'new.csv'], { encoding: 'euc-kr' }), … })
 */
export function file(path: string | readonly string[], options?: FileDatasetOptions): FileDataset<Record<string, unknown>>;
export function file<R extends object>(path: string | readonly string[], options: SchemaFileOptions<R>): FileDataset<R>;
export function file<R extends object>(
  path: string | readonly string[],
  { schema, ...options }: FileDatasetOptions & Partial<SchemaFileOptions<R>> = {},
): FileDataset<R> | FileDataset<object> {
  const paths = typeof path === 'string' ? [path] : path;
  const head = { name: nameOfFiles(paths), source: paths.join(', '), rereadable: true };
  const open = async () => {
    const { openFile } = await import('./open-file.ts');
    return openFile(path, { cwd: process.cwd(), loaders: jsonFileLoaders, ...openOptions(options) });
  };
  if (schema === undefined) return { ...head, [FILE]: { paths: path, options }, rows: () => fileRows(open) };
  return { ...head, [FILE]: { paths: path, options, schema }, rows: () => validatedRows(fileRows(open), schema, head.name) };
}

/** What `file(…)` was given, also of one that another copy of core made. */
export function fileOf(data: object): FileDataset<object>[typeof FILE] | undefined {
  return isFileDataset(data) ? data[FILE] : undefined;
}

/** The options of the loader, apart from those of finding the file; none where nothing was said. */
export function openOptions({ maxDownload, ...given }: FileDatasetOptions): Pick<OpenFileOptions, 'fileOptions' | 'maxDownload'> {
  const fileOptions = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return {
    ...(Object.keys(fileOptions).length === 0 ? {} : { fileOptions }),
    ...(maxDownload === undefined ? {} : { maxDownload }),
  };
}

function isFileDataset(data: object): data is FileDataset<object> {
  return FILE in data;
}

/** Read without `evaluate`: with core's own loaders. */
async function* fileRows(open: () => Promise<Dataset>): AsyncGenerator<object> {
  yield* (await open()).rows();
}
