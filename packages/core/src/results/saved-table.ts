import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Json, ScoredRow } from '../contracts/index.ts';
import { messageOf, TouchstoneError } from '../errors/touchstone-error.ts';
import { ResultTable, type SplitTable } from './result-table.ts';
import { isObject } from './saved-format.ts';

/**
 * A table in split orientation, read from its file when it is asked for: line by line as `toSplitJSON` writes it,
 * or as a whole where somebody has written it otherwise.
 * @throws TouchstoneError (when read) `result-broken`
 */
export function savedTable(name: string, path: string): ResultTable {
  return new ResultTable(name, {
    async columns() {
      return (await savedColumns(path)) ?? (await wholeTable(path)).columns;
    },
    async *lines(columns) {
      if ((await savedColumns(path)) === undefined) {
        yield (await wholeTable(path)).data;
        return;
      }
      for await (const { lines, first } of textLines(path))
        yield lines.flatMap((line, index) => readLine(line, columns, path, first + index));
    },
  });
}

/**
 * Scored rows, read from their file line by line.
 * @throws TouchstoneError `result-broken`
 */
export async function* savedRows(path: string): AsyncGenerator<ScoredRow> {
  for await (const { lines, first } of textLines(path)) {
    for (const [index, line] of lines.entries()) {
      if (line === '') continue;
      const row = parse(line, path, first + index);
      if (!isScoredRow(row)) throw broken(path, `line ${first + index} is no scored row`);
      yield row;
    }
  }
}

/** `undefined`: the file is not written line by line. */
async function savedColumns(path: string): Promise<readonly string[] | undefined> {
  for await (const { lines } of textLines(path)) {
    const [, columns] = /^\{"columns":(\[.*\]),"data":\[$/u.exec(lines[0] ?? '') ?? [];
    const parsed = columns === undefined ? undefined : parse(columns, path, 1);
    return isTexts(parsed) ? parsed : undefined;
  }
  return undefined;
}

function readLine(line: string, columns: readonly string[], path: string, number: number): readonly (readonly Json[])[] {
  if (number === 1 || line === '' || line === ']}') return [];
  const cells = parse(line.endsWith(',') ? line.slice(0, -1) : line, path, number);
  if (isCells(cells, columns.length)) return [cells];
  throw broken(path, `line ${number} is no list of ${columns.length} cells`);
}

async function wholeTable(path: string): Promise<SplitTable> {
  const table = parse(await read(path), path, undefined);
  if (isObject(table) && isTexts(table.columns) && isLines(table.data, table.columns.length))
    return { columns: table.columns, data: table.data };
  throw broken(path, 'it is no table of columns and data');
}

interface TextLines {
  readonly lines: readonly string[];
  /** Number of the first of them, from 1. */
  readonly first: number;
}

/** The lines that end in each piece of the file. Split at `\n` only: JSON may hold other line separators as they are. */
async function* textLines(path: string): AsyncGenerator<TextLines> {
  let unfinished = '';
  let first = 1;
  try {
    for await (const piece of createReadStream(path, { encoding: 'utf8', highWaterMark: 1 << 18 })) {
      const lines = (unfinished + piece).split('\n');
      unfinished = lines.pop() ?? '';
      if (lines.length > 0) yield { lines, first };
      first += lines.length;
    }
  } catch (error) {
    throw TouchstoneError.isInstance(error) ? error : broken(path, messageOf(error), error);
  }
  if (unfinished !== '') yield { lines: [unfinished], first };
}

async function read(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw broken(path, messageOf(error), error);
  }
}

function parse(text: string, path: string, line: number | undefined): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw broken(path, line === undefined ? 'it is no JSON' : `line ${line} is no JSON`, error);
  }
}

function broken(path: string, what: string, cause?: unknown): TouchstoneError {
  return new TouchstoneError('result-broken', `The saved file '${path}' is damaged: ${what}. Save the result again.`, {
    kind: 'store',
    ...(cause === undefined ? {} : { cause }),
  });
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function isLines(value: unknown, width: number): value is readonly (readonly Json[])[] {
  return Array.isArray(value) && value.every((line) => isCells(line, width));
}

/** What came out of `JSON.parse` is JSON all through. */
function isCells(value: unknown, width: number): value is readonly Json[] {
  return Array.isArray(value) && value.length === width;
}

function isScoredRow(value: unknown): value is ScoredRow {
  if (!isObject(value) || !isObject(value.columns) || !isObject(value.scores)) return false;
  const { ordinal, key, trial } = value;
  return (
    Number.isInteger(ordinal) && typeof key === 'string' && Number.isInteger(trial) && Object.values(value.scores).every(isScore)
  );
}

function isScore(value: unknown): boolean {
  if (!isObject(value)) return false;
  if (value.status === 'scored') return ['number', 'boolean', 'string'].includes(typeof value.value);
  if (value.status === 'skipped') return typeof value.code === 'string' && typeof value.reason === 'string';
  return (
    value.status === 'failed' &&
    isObject(value.error) &&
    typeof value.error.code === 'string' &&
    typeof value.error.message === 'string'
  );
}
