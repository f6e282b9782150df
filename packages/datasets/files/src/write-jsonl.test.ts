import { ResultTable, type Row } from '@touchstone/core';
import { expect, test } from 'vitest';
import { type WriteOptions, writeJsonl } from './index.ts';

const jsonl = async (rows: Iterable<Row>, options?: WriteOptions) => (await Array.fromAsync(writeJsonl(rows, options))).join('');

test('an object a row, and a missing cell is missing', async () => {
  expect(
    await jsonl([
      { a: 1e21, b: '줄\n바꿈' },
      { a: null, c: [{ d: true }] },
    ]),
  ).toBe('{"a":1e+21,"b":"줄\\n바꿈"}\n{"a":null,"c":[{"d":true}]}\n');
});

test('half a character is an escape, so that nothing is lost', async () => {
  const rows = [{ cut: 'a\ud83d', 'b\udc00': 'x' }];
  const text = await jsonl(rows);
  expect(text).toBe('{"cut":"a\\ud83d","b\\udc00":"x"}\n');
  expect(JSON.parse(text)).toEqual(rows[0]);
});

test('columns choose and order, also those that are called by numbers', async () => {
  expect(await jsonl([{ 1: 'x', b: 'y', c: 'z' }, { b: null }], { columns: ['b', '1', 'constructor'] })).toBe(
    '{"b":"y","1":"x"}\n{"b":null}\n',
  );
});

test('an iterator will do', async () => {
  expect(await jsonl([{ a: 1 }, { a: 2 }].values())).toBe('{"a":1}\n{"a":2}\n');
});

test('a table of results has every column in every row', async () => {
  const table = new ResultTable('t', {
    columns: async () => ['2', 'a'],
    async *lines(columns) {
      yield [columns.map((column) => (column === 'a' ? null : 7)), columns.map((column) => column)];
    },
  });
  expect((await Array.fromAsync(writeJsonl(table))).join('')).toBe('{"2":7,"a":null}\n{"2":"2","a":"a"}\n');
  expect((await Array.fromAsync(writeJsonl(table, { columns: ['a'] }))).join('')).toBe('{"a":null}\n{"a":"a"}\n');
});
