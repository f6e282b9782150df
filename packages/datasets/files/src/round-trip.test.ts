import { mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ColumnType, Dataset, Json, Row } from '@touchstone/core';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { csvFile, jsonFile, jsonLinesFile, parquetFile, type TableWriter, tableWriter } from './index.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'touchstone-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Writes rows in the format of the name, and gives the path. */
async function written(name: string, rows: readonly Row[], options: Parameters<TableWriter>[1] = {}): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, tableWriter(name)(rows, options));
  return path;
}

async function read(data: Dataset): Promise<readonly object[]> {
  // Rows of readers may have other prototypes.
  return (await Array.fromAsync(data.rows())).map((row) => ({ ...row }));
}

const HOSTILE = [
  '',
  ' ',
  '007',
  '1e3',
  'true',
  'NULL',
  'NaN',
  '=1+1',
  '-',
  'a"b',
  'a,b',
  '한\r\n줄',
  '\r',
  '\ufeffx',
  '[1]',
  '{"a":1}',
  '👩‍💻',
  "'",
];
const text = fc.oneof(
  fc.constantFrom(...HOSTILE),
  fc.string({ unit: 'binary' }).map((each) => each.replaceAll('\0', '')),
);
const number = fc
  .oneof(
    fc.integer(),
    fc.maxSafeInteger(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.constantFrom(1e21, 5e-324, 0.1 + 0.2),
  )
  .map((each) => (each === 0 ? 0 : each));
const nested = fc
  .oneof(fc.array(fc.jsonValue()), fc.dictionary(fc.string(), fc.jsonValue()))
  .map((each): Json => JSON.parse(JSON.stringify(each)));
const NAMES = ['id', '질문', 'a,b', '"q"', 'two\nlines', '=x', ' spaced ', 'constructor', '7'];

type Kind = 'text' | 'number' | 'boolean' | 'nested' | 'any';
const CELLS: Readonly<Record<Kind, fc.Arbitrary<Json>>> = {
  text,
  number,
  boolean: fc.boolean(),
  nested,
  any: fc.oneof(text, number, fc.boolean(), nested),
};

/** Columns of one kind each, or of any; and rows in which every cell may be null. */
const table = fc
  .record({
    names: fc.uniqueArray(fc.constantFrom(...NAMES), { minLength: 2, maxLength: 5 }),
    kinds: fc.array(fc.constantFrom<Kind>('text', 'number', 'boolean', 'nested', 'any'), { minLength: 5, maxLength: 5 }),
  })
  .chain(({ names, kinds }) => {
    const cells = names.map((_, index) => fc.option(CELLS[kinds[index] ?? 'any'], { freq: 4 }));
    const rows = fc.array(
      fc.tuple(...cells).map((line) => Object.fromEntries(names.map((name, index) => [name, line[index] ?? null]))),
      { minLength: 1, maxLength: 8 },
    );
    return rows.map((rows) => ({ names, kinds, rows }));
  });

const column = (rows: readonly Row[], name: string): readonly Json[] =>
  rows.map((row) => row[name] ?? null).filter((cell) => cell !== null);

describe('CSV', () => {
  test('a column of one kind comes back as it was, lists and objects where types says that they are JSON', async () => {
    await fc.assert(
      fc.asyncProperty(table, async ({ names, kinds, rows }) => {
        const types = Object.fromEntries(
          names.flatMap((name, index): [string, ColumnType][] => (kinds[index] === 'nested' ? [[name, 'json']] : [])),
        );
        const again = await read(csvFile(await written('t.csv', rows, { columns: names }), { types }));
        expect(again).toEqual(
          rows.map((row) =>
            Object.fromEntries(
              names.map((name, index) => [
                name,
                kinds[index] === 'any' ? asRead(row[name] ?? null, column(rows, name)) : row[name],
              ]),
            ),
          ),
        );
      }),
    );
  });

  test('a row that is null in its only column comes back as an empty text, because a blank line is no row', async () => {
    expect(await read(csvFile(await written('t.csv', [{ a: null }, { a: 'x' }])))).toEqual([{ a: '' }, { a: 'x' }]);
  });

  test('what is written for spreadsheets has the same rows but for the apostrophes', async () => {
    const rows = [{ '=q': '=1+1', n: -5, t: "it's" }];
    expect(await read(csvFile(await written('t.csv', rows, { for: 'spreadsheets' })))).toEqual([
      { "'=q": "'=1+1", n: -5, t: "it's" },
    ]);
  });
});

describe('JSON Lines', () => {
  test('every row comes back as it was, whatever its cells', async () => {
    const row = fc
      .dictionary(fc.string({ unit: 'binary' }), fc.oneof(fc.jsonValue(), fc.constantFrom('half \ud83d', '\udc00')))
      .map((each): Row => JSON.parse(JSON.stringify(each)));
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 8 }), async (rows) => {
        expect(JSON.stringify(await read(jsonLinesFile(await written('t.jsonl', rows))))).toBe(JSON.stringify(rows));
        expect(JSON.stringify(await read(jsonLinesFile(await written('t.jsonl.gz', rows))))).toBe(JSON.stringify(rows));
      }),
    );
  });
});

describe('JSON in split orientation', () => {
  test('every cell comes back as it was, and a missing one as null', async () => {
    await fc.assert(
      fc.asyncProperty(table, async ({ names, rows }) => {
        const again = await read(jsonFile(await written('t.json.gz', rows, { columns: [...names, 'more'] })));
        expect(again).toEqual(rows.map((row) => ({ ...row, more: null })));
      }),
    );
  });
});

describe('Parquet', () => {
  test('every cell comes back as it was, in columns of several kinds too, and a missing one as null', async () => {
    await fc.assert(
      fc.asyncProperty(table, async ({ names, rows }) => {
        const again = await read(parquetFile(await written('t.parquet', rows, { columns: [...names, 'more'] })));
        expect(again).toEqual(rows.map((row) => ({ ...whole(row), more: null })));
      }),
    );
  });

  test('half a character comes back as U+FFFD', async () => {
    const rows = [{ text: 'cut \ud83d', list: ['\udc00', { a: '\\ud83d' }] }];
    expect(await read(parquetFile(await written('t.parquet', rows)))).toEqual([
      { text: 'cut \ufffd', list: ['\ufffd', { a: '\\ud83d' }] },
    ]);
  });

  test('rows of several row groups come back in their order', async () => {
    const rows = Array.from({ length: 50_001 }, (_, n) => ({ n, text: n % 7 === 0 ? null : `답 ${n}` }));
    const again = await read(parquetFile(await written('t.parquet', rows)));
    expect(again).toEqual(rows);
  });
});

/** What fast-check's JSON holds of half characters, as Parquet gives it back. */
function whole(row: Row): Row {
  return JSON.parse(JSON.stringify(row, (_, value) => (typeof value === 'string' ? value.toWellFormed() : value)));
}

/** Cells of different kinds are texts when a CSV column is read. */
function asRead(cell: Json, all: readonly Json[]): Json {
  const kinds = new Set(all.map((each) => (typeof each === 'object' ? 'text' : typeof each)));
  if (cell === null || typeof cell === 'string') return cell;
  return kinds.size > 1 || typeof cell === 'object' ? JSON.stringify(cell) : cell;
}
