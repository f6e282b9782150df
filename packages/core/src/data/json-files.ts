import { constants, isUtf8 } from 'node:buffer';
import type { BrokenLine, Dataset, NumberedRow, Row } from '../contracts/index.ts';
import { TouchstoneError } from '../errors/touchstone-error.ts';
import { type FileBytes, fileBytes } from './file-bytes.ts';
import { JsonLines } from './json-lines.ts';
import { brokenJson, isJsonObject, kindOfJson, notUtf8 } from './json-mistakes.ts';

/**
 * A JSON Lines file, one object a line. Only one piece of it is in memory at a time.
 * @throws TouchstoneError `data-not-readable`; when rows are read `broken-data` naming line and column
 */
export function jsonLinesFile(path: string): Dataset<Row> {
  const file = fileBytes(path);
  const { name, rereadable, fingerprint } = file;
  return {
    name,
    source: path,
    rereadable,
    rows: () => jsonLineRows(file.pieces(), name),
    lines: (broken) => numberedJsonLines(file.pieces(), name, broken),
    ...(rereadable ? { fingerprint } : {}),
  };
}

/** The rows of a JSON Lines file. @throws TouchstoneError `broken-data` naming the line */
export function* jsonLineRows(pieces: Iterable<Uint8Array>, name: string): Generator<Row> {
  const lines = new JsonLines(name);
  for (const piece of pieces) yield* lines.push(piece);
  yield* lines.end();
}

/** The rows with their lines, past those that cannot be read. */
export function* numberedJsonLines(
  pieces: Iterable<Uint8Array>,
  name: string,
  broken: (line: BrokenLine) => void,
): Generator<NumberedRow<Row>> {
  const lines = new JsonLines(name, broken);
  for (const piece of pieces) for (const row of lines.push(piece)) yield { line: lines.line, row };
  for (const row of lines.end()) yield { line: lines.line, row };
}

/**
 * A JSON file: a list of objects, or `{"columns": […], "data": [[…], …]}` as MLflow and pandas write tables. It is read as
 * a whole when its rows are first asked for, and kept.
 * @throws TouchstoneError as `jsonLinesFile`
 */
export function jsonFile(path: string): Dataset<Row> {
  const file = fileBytes(path);
  const { name, rereadable, fingerprint } = file;
  let rows: readonly Row[] | undefined;
  return {
    name,
    source: path,
    rereadable: true,
    rows() {
      rows ??= jsonTable(wholeFile(file), name);
      return rows;
    },
    ...(rereadable ? { fingerprint } : {}),
  };
}

/** A pipe has no size, and is read to its end. */
function wholeFile(file: FileBytes): Buffer {
  checkWholeText(file.size, file.name);
  return Buffer.concat(Array.from(file.pieces(), (piece) => Buffer.from(piece)));
}

function checkWholeText(bytes: number, name: string): void {
  if (bytes <= constants.MAX_STRING_LENGTH) return;
  throw new TouchstoneError(
    'broken-data',
    `${name} has ${bytes} bytes, and a .json file is read as a whole; write it as .jsonl, one object a line.`,
  );
}

/**
 * The rows of a JSON document: a list of objects, or a table in MLflow's and pandas' split orientation.
 * @param name what error messages call the document: a file's name
 * @throws TouchstoneError `broken-data` naming line and column, or the row
 */
export function jsonTable(bytes: Buffer, name: string): readonly Row[] {
  checkWholeText(bytes.length, name);
  if (!isUtf8(bytes)) throw notUtf8(name, bytes);
  const text = bytes.toString('utf8').replace(/^\uFEFF/, '');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw brokenJson(name, text, { error });
  }
  return toRows(value, name);
}

function toRows(value: unknown, name: string): readonly Row[] {
  if (Array.isArray(value)) return value.map((item, ordinal) => objectRow(item, ordinal, name));
  if (isSplit(value)) return splitRows(value, name);
  const given = typeof value === 'object' && value !== null ? "an object without 'columns' and 'data'" : kindOfJson(value);
  throw new TouchstoneError(
    'broken-data',
    `${name} holds ${given}; a .json data set is a list of objects, or {"columns": […], "data": [[…], …]}. Objects one a line are called .jsonl.`,
  );
}

function objectRow(item: unknown, ordinal: number, name: string): Row {
  if (isJsonObject(item)) return item;
  throw new TouchstoneError(
    'broken-data',
    `Row ${ordinal + 1} of ${name} is ${kindOfJson(item)}; every row must be an object of columns.`,
  );
}

interface Split {
  readonly columns: readonly unknown[];
  readonly data: readonly unknown[];
}

function isSplit(value: unknown): value is Split {
  return (
    typeof value === 'object' &&
    value !== null &&
    'columns' in value &&
    'data' in value &&
    Array.isArray(value.columns) &&
    Array.isArray(value.data)
  );
}

function splitRows({ columns, data }: Split, name: string): readonly Row[] {
  const names = columns.map(String);
  const twice = names.find((column, i) => names.indexOf(column) !== i);
  if (twice !== undefined) throw new TouchstoneError('broken-data', `${name} names the column '${twice}' twice.`);
  return data.map((cells, ordinal) => {
    if (!Array.isArray(cells))
      throw new TouchstoneError(
        'broken-data',
        `Row ${ordinal + 1} of ${name} is ${kindOfJson(cells)}; beside 'columns', every row must be a list.`,
      );
    if (cells.length === names.length) return Object.fromEntries(names.map((column, i) => [column, cells[i]]));
    throw new TouchstoneError(
      'broken-data',
      `Row ${ordinal + 1} of ${name} has ${cells.length} cells for ${names.length} columns.`,
    );
  });
}
