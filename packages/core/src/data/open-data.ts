import { createHash } from 'node:crypto';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { Dataset, DatasetLoader, NumberedRow, Row } from '../contracts/index.ts';
import { TouchstoneError } from '../errors/touchstone-error.ts';
import { ArrowRows, type ArrowTable, isArrowTable } from './arrow-rows.ts';
import { fileOf, openOptions } from './dataset.ts';
import { kindOfJson } from './json-mistakes.ts';
import type { OpenedData } from './opened-data.ts';
import { readRow } from './read-row.ts';
import { checkFeatureNames, type RowShape, shapeOf, shapeRow, TARGET_COLUMN } from './row-shape.ts';
import { type Items, itemsOf, onlyOnce, shapedRows, shapedSync } from './shaped-rows.ts';
import { validatedRows } from './validated-rows.ts';

export interface OpenDataOptions {
  /** Column names for rows that are texts (one name) or lists. */
  readonly featureNames?: readonly string[];
  /** A column of the data; or, for an array of texts or lists, the targets themselves, which become the column `target`. */
  readonly targets?: string | readonly unknown[];
  /** Where relative paths start; the working directory of the process by default. */
  readonly cwd?: string;
  readonly loaders: readonly DatasetLoader[];
}

/**
 * Opens whatever `evaluate({ data })` takes: an array or iterable of objects, texts or lists; an async iterable; a function
 * that returns one of these (or a promise of it); a `Dataset`; an Arrow table; `file(…)`; the path of a file.
 *
 * @throws TouchstoneError `bad-data`, `empty-data`, `bad-feature-names`, `bad-targets`, `data-not-readable`, `unknown-file-type`;
 *   while rows are read `bad-row`, `mixed-rows`, `ragged-rows`, `bad-cell`, `broken-data`, `wrong-size`, `already-read`
 * @example
 * const data = await openData(['What is MLflow?'], { loaders: jsonFileLoaders });
 * [...data.rows()]; // [{ inputs: 'What is MLflow?' }]
 */
export async function openData(data: unknown, options: OpenDataOptions): Promise<OpenedData> {
  checkFeatureNames(options.featureNames ?? [], options.targets);
  if (Array.isArray(data)) return openArray(data, options);
  if (Array.isArray(options.targets)) {
    throw new TouchstoneError(
      'bad-targets',
      'targets is an array, which goes with an array of texts or lists as data; for other data name the column that holds the targets.',
    );
  }
  if (typeof data === 'string') return openDataset(await openPaths(data, options), options);
  if (isFunction(data)) return openFunction(data, options);
  if (typeof data === 'object' && data !== null) return openObject(data, options);
  throw badData(data === undefined ? 'missing' : kindOfJson(data));
}

function openArray(items: readonly unknown[], options: OpenDataOptions): OpenedData {
  if (items.length === 0) throw new TouchstoneError('empty-data', 'data is an empty array; there is nothing to evaluate.');
  const shape = shapeOf(items[0], options.featureNames);
  const targets = Array.isArray(options.targets) ? checkTargets(options.targets, items, shape) : undefined;
  const rows = () => arrayRows(items, shape, targets);
  let fingerprint: string | undefined;
  return {
    name: 'data',
    size: items.length,
    rereadable: true,
    inMemory: true,
    rows,
    ...(targets === undefined ? {} : { targets: TARGET_COLUMN }),
    async fingerprint() {
      fingerprint ??= hashRows(rows());
      return fingerprint;
    },
  };
}

function checkTargets(targets: readonly unknown[], items: readonly unknown[], shape: RowShape): readonly unknown[] {
  if (shape.kind === 'object') {
    throw new TouchstoneError(
      'bad-targets',
      'targets is an array, but the rows are objects; name the column that holds the targets.',
    );
  }
  if (targets.length === items.length) return targets;
  throw new TouchstoneError(
    'bad-targets',
    `targets has ${count(targets.length, 'value')}, but data has ${count(items.length, 'row')}; there must be one target a row.`,
  );
}

function* arrayRows(items: readonly unknown[], shape: RowShape, targets: readonly unknown[] | undefined): Generator<Row> {
  for (let ordinal = 0; ordinal < items.length; ordinal++) {
    yield shapeRow(shape, items[ordinal], ordinal, targets === undefined ? undefined : { cell: targets[ordinal] });
  }
}

/** SHA-256 over the rows as JSON lines, fed in pieces. */
function hashRows(rows: Iterable<Row>): string {
  const digest = createHash('sha256');
  let piece = '';
  for (const row of rows) {
    piece += `${JSON.stringify(row)}\n`;
    if (piece.length < 65_536) continue;
    digest.update(piece);
    piece = '';
  }
  return digest.update(piece).digest('hex');
}

function openFunction(make: () => unknown, options: OpenDataOptions): OpenedData {
  const name = make.name === '' ? 'data' : make.name;
  const items = itemsOf(make, 'data()');
  return { name, rereadable: true, inMemory: false, rows: () => shapedRows(items(), options), fingerprint: unknownFingerprint };
}

async function openObject(data: object, options: OpenDataOptions): Promise<OpenedData> {
  const file = fileOf(data);
  if (file !== undefined) {
    return openDataset(await openPaths(file.paths, options, openOptions(file.options)), options, file.schema);
  }
  if (isDataset(data)) return openDataset(data, options);
  if (isArrowTable(data)) return openArrowTable(data, options);
  if (isIterable(data)) {
    // An iterator is its own and only pass; anything else gives a new one each time. Streams are async, and are read once.
    const rereadable = Symbol.iterator in data && !('next' in data);
    const rows = () => shapedRows(data, options);
    return {
      name: 'data',
      rereadable,
      inMemory: false,
      rows: rereadable ? rows : onlyOnce(rows, 'data'),
      fingerprint: unknownFingerprint,
    };
  }
  if (data instanceof Promise) throw badData('a Promise; await it');
  if ('rows' in data && Array.isArray(data.rows)) throw badData('an object with an array `rows`; give that array');
  throw badData('an object without rows');
}

/** An Arrow table is in memory, but its rows are made of it: only as many as are looked at. */
function openArrowTable(table: ArrowTable, options: OpenDataOptions): OpenedData {
  if (table.numRows === 0)
    throw new TouchstoneError('empty-data', 'data is an Arrow table without rows; there is nothing to evaluate.');
  const reader = new ArrowRows(table.schema.fields, 'the table');
  reader.survey(table);
  const rows = () => shapedSync(reader.rows(table), options);
  let fingerprint: string | undefined;
  return {
    name: 'data',
    size: table.numRows,
    rereadable: true,
    inMemory: false,
    rows,
    async fingerprint() {
      fingerprint ??= hashRows(rows());
      return fingerprint;
    },
  };
}

/** What reads files is loaded with the first one: importing core must cost little. */
async function openPaths(
  paths: string | readonly string[],
  { loaders, cwd = process.cwd() }: OpenDataOptions,
  how: ReturnType<typeof openOptions> = {},
): Promise<Dataset> {
  const { openFile } = await import('./open-file.ts');
  return openFile(paths, { loaders, cwd, ...how });
}

function openDataset(dataset: Dataset, options: OpenDataOptions, schema?: StandardSchemaV1<unknown, object>): OpenedData {
  const { name = 'data', source, size, targets, predictions, inputs, cluster, rereadable = false } = dataset;
  const items = itemsOf(() => dataset.rows(), `rows() of '${name}'`);
  const read = schema === undefined ? items : () => validatedRows(items(), schema, name);
  const rows = () => shapedRows(read(), { ...options, name, ...(size === undefined ? {} : { size }) });
  const lines = schema === undefined ? dataset.lines?.bind(dataset) : undefined;
  return {
    name,
    rereadable,
    inMemory: false,
    rows: rereadable ? rows : onlyOnce(rows, `'${name}'`),
    ...(lines === undefined ? {} : { lines: (broken) => readLines(lines(broken)) }),
    fingerprint: async () => dataset.fingerprint?.(),
    ...(source === undefined ? {} : { source }),
    ...(size === undefined ? {} : { size }),
    ...(targets === undefined ? {} : { targets }),
    ...(predictions === undefined ? {} : { predictions }),
    ...(inputs === undefined ? {} : { inputs }),
    ...(cluster === undefined ? {} : { cluster }),
  };
}

async function* readLines(
  lines: Iterable<NumberedRow<object>> | AsyncIterable<NumberedRow<object>>,
): AsyncGenerator<NumberedRow<Row>> {
  let ordinal = 0;
  for await (const { line, row } of lines) yield { line, row: readRow(row, ordinal++) };
}

async function unknownFingerprint(): Promise<undefined> {
  return undefined;
}

function isFunction(data: unknown): data is () => unknown {
  return typeof data === 'function';
}

function isDataset(data: object): data is Dataset {
  return 'rows' in data && typeof data.rows === 'function';
}

function isIterable(data: object): data is Items {
  return Symbol.iterator in data || Symbol.asyncIterator in data;
}

function badData(what: string): TouchstoneError {
  return new TouchstoneError(
    'bad-data',
    `data is ${what}; it may be an array or iterable of rows, an async iterable, a function that returns one, a Dataset, an Arrow table, or a file's path.`,
  );
}

function count(n: number, noun: string): string {
  return `${n} ${n === 1 ? noun : `${noun}s`}`;
}
