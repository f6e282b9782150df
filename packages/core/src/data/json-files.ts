import { constants, isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { closeSync, createReadStream, openSync, readFileSync, readSync } from 'node:fs';
import { basename } from 'node:path';
import type { Dataset, Row } from '../contracts/index.ts';
import { TouchstoneError } from '../errors/touchstone-error.ts';
import { JsonLines } from './json-lines.ts';
import { brokenJson, isJsonObject, kindOfJson, notUtf8 } from './json-mistakes.ts';
import { checkReadableFile } from './readable-file.ts';

/** Read piece by piece, so that any file fits; synchronously, because a row then costs no promise. */
const PIECE = 256 * 1024;

/**
 * A JSON Lines file, one object a line. Only one piece of it is in memory at a time.
 * @throws TouchstoneError `data-not-readable`; when rows are read `broken-data` naming line and column
 */
export function jsonLinesFile(path: string): Dataset<Row> {
  const rereadable = checkReadableFile(path).isFile();
  const name = basename(path);
  return {
    name,
    source: path,
    rereadable,
    rows: () => readJsonLines(path, name),
    ...(rereadable ? { fingerprint: onceFor(path) } : {}),
  };
}

function* readJsonLines(path: string, name: string): Generator<Row> {
  const file = openSync(path, 'r');
  try {
    const piece = Buffer.allocUnsafe(PIECE);
    const lines = new JsonLines(name);
    for (let length = readSync(file, piece); length > 0; length = readSync(file, piece)) {
      yield* lines.push(piece.subarray(0, length));
    }
    yield* lines.end();
  } finally {
    closeSync(file);
  }
}

/**
 * A JSON file: a list of objects, or `{"columns": […], "data": [[…], …]}` as MLflow and pandas write tables. It is read as
 * a whole when its rows are first asked for, and kept.
 * @throws TouchstoneError as `jsonLinesFile`
 */
export function jsonFile(path: string): Dataset<Row> {
  const { size } = checkReadableFile(path);
  const name = basename(path);
  let rows: readonly Row[] | undefined;
  return {
    name,
    source: path,
    rereadable: true,
    rows() {
      rows ??= toRows(parseFile(path, name, size), name);
      return rows;
    },
    fingerprint: onceFor(path),
  };
}

function parseFile(path: string, name: string, size: number): unknown {
  if (size > constants.MAX_STRING_LENGTH) {
    throw new TouchstoneError(
      'broken-data',
      `${name} has ${size} bytes, and a .json file is read as a whole; write it as .jsonl, one object a line.`,
    );
  }
  const bytes = readFileSync(path);
  if (!isUtf8(bytes)) throw notUtf8(name, bytes);
  const text = bytes.toString('utf8').replace(/^\uFEFF/, '');
  try {
    return JSON.parse(text);
  } catch (error) {
    throw brokenJson(name, text, { error });
  }
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

/** SHA-256 (hex) of the file's bytes, read through once. */
function onceFor(path: string): () => Promise<string> {
  let fingerprint: Promise<string> | undefined;
  return () => {
    fingerprint ??= hashFile(path);
    return fingerprint;
  };
}

async function hashFile(path: string): Promise<string> {
  const digest = createHash('sha256');
  for await (const piece of createReadStream(path, { highWaterMark: PIECE })) digest.update(piece);
  return digest.digest('hex');
}
