import type { Json, Row } from '@touchstone/core';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { describe, expect, test } from 'vitest';
import { type RowsOrTable, writeParquet } from './index.ts';

async function parquet(source: RowsOrTable, columns?: readonly string[]): Promise<ArrayBuffer> {
  const pieces = await Array.fromAsync(writeParquet(source, columns === undefined ? {} : { columns }));
  const bytes = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes.buffer;
}

/** The type of the only column of these cells, as the footer tells it, and what a reader gets. */
async function column(cells: readonly Json[]): Promise<readonly [string, unknown]> {
  const file = await parquet(cells.map((c) => ({ c })));
  const { type, converted_type } = parquetMetadata(file).schema[1] ?? {};
  const rows = await parquetReadObjects({ file });
  return [`${type}${converted_type === undefined ? '' : ` ${converted_type}`}`, rows.map(({ c }) => c)];
}

describe('a column has the type of its cells', () => {
  test.each<[string, readonly Json[], string, readonly unknown[]]>([
    ['booleans', [true, null, false], 'BOOLEAN', [true, null, false]],
    ['whole numbers', [1, null, -9007199254740991], 'INT64', [1n, null, -9007199254740991n]],
    ['numbers with a fraction', [1, 0.1 + 0.2, null], 'DOUBLE', [1, 0.30000000000000004, null]],
    ['numbers beyond 2⁵³', [1, 9007199254740992, 1e21, 5e-324], 'DOUBLE', [1, 9007199254740992, 1e21, 5e-324]],
    [
      'texts',
      ['007', '', null, '9007199254740993', '한 줄\n😀'],
      'BYTE_ARRAY UTF8',
      ['007', '', null, '9007199254740993', '한 줄\n😀'],
    ],
    ['lists and objects', [[1, '둘'], { a: null }, null], 'BYTE_ARRAY JSON', [[1, '둘'], { a: null }, null]],
    ['nothing', [null, null], 'BYTE_ARRAY UTF8', [null, null]],
    ['a text and a number', [7, '7', null], 'BYTE_ARRAY JSON', [7, '7', null]],
    ['a boolean and a number', [true, 1], 'BYTE_ARRAY JSON', [true, 1]],
    ['a text and a list', ['a', ['a']], 'BYTE_ARRAY JSON', ['a', ['a']]],
  ])('%s', async (_, cells, type, read) => expect(await column(cells)).toEqual([type, read]));
});

test('half a character becomes U+FFFD in texts, and in JSON too, where readers would refuse its escape', async () => {
  expect(await column(['a\ud83d', 'b'])).toEqual(['BYTE_ARRAY UTF8', ['a\ufffd', 'b']]);
  const escaped = String.raw`\ud83d \\ud83d`;
  expect(await column([{ cut: '\ud83d', 'k\udc00': [escaped, '😀'] }])).toEqual([
    'BYTE_ARRAY JSON',
    [{ cut: '\ufffd', 'k\ufffd': [escaped, '😀'] }],
  ]);
});

test('members called __proto__ are kept', async () => {
  const [, [cell]] = (await column([JSON.parse('{"__proto__":{"a":1}}')])) as [string, [object]];
  expect(JSON.stringify(cell)).toBe('{"__proto__":{"a":1}}');
});

test('columns choose and order, and a missing cell is null', async () => {
  const rows: Row[] = [
    { a: 1, b: 'x' },
    { b: 'y', c: true },
  ];
  expect(await parquetReadObjects({ file: await parquet(rows, ['c', 'a']) })).toEqual([
    { c: null, a: 1n },
    { c: true, a: null },
  ]);
  expect(parquetMetadata(await parquet(rows)).schema.map(({ name }) => name)).toEqual(['root', 'a', 'b', 'c']);
});

test('without rows there are columns, and without columns an error', async () => {
  expect(parquetMetadata(await parquet([], ['a']))).toMatchObject({ num_rows: 0n, schema: [{ name: 'root' }, { name: 'a' }] });
  await expect(parquet([])).rejects.toThrow(
    'There are no columns, and a Parquet file needs at least one; give `columns`, or rows that have some.',
  );
});

test('an iterator is refused', async () => {
  await expect(parquet([{ a: 1 }].values(), ['a'])).rejects.toThrow(
    'The rows are an iterator, which can be read only once, and a Parquet file needs the types of all columns first: give something that can be read again: an array, a table of results.',
  );
});

test('row groups end at 50,000 rows or 4 Mi characters, and what was written is handed on', async () => {
  const rows = Array.from({ length: 50_010 }, (_, n) => ({ n, text: n < 10 ? 'x'.repeat(1024 * 1024) : '' }));
  const groups = parquetMetadata(await parquet(rows)).row_groups.map(({ num_rows }) => Number(num_rows));
  expect(groups).toEqual([4, 4, 50_000, 2]);

  let read = 0;
  const counted = {
    *[Symbol.iterator]() {
      for (const row of rows) {
        read++;
        yield row;
      }
    },
  };
  const pieces = writeParquet(counted, { columns: ['n', 'text'] });
  await pieces.next();
  // The pass for the types, and the chunk of rows in which the first group ended.
  expect(read).toBe(rows.length + 256);
});
