import type { Row } from '@touchstone/core';
import { describe, expect, test } from 'vitest';
import { type WriteCsvOptions, writeCsv } from './index.ts';

const csv = async (rows: readonly Row[], options?: WriteCsvOptions) => (await Array.fromAsync(writeCsv(rows, options))).join('');

test('RFC 4180: JSON for lists and objects, null empty, the empty text quoted, numbers with all their digits', async () => {
  const rows = [
    { text: 'He said "no", twice\r\n', list: [1, 'b'], empty: '', number: 0.1 + 0.2, yes: true },
    { text: '대한민국', list: { a: null }, empty: null, number: 1e21, late: '=1+1' },
  ];
  expect(await csv(rows)).toBe(
    [
      'text,list,empty,number,yes,late',
      '"He said ""no"", twice\r\n","[1,""b""]","",0.30000000000000004,true,',
      '대한민국,"{""a"":null}",,1e+21,,=1+1',
      '',
    ].join('\r\n'),
  );
});

test('a single empty cell is no empty line, which readers would skip', async () => {
  expect(await csv([{ a: null }, { a: 'x' }])).toBe('a\r\n""\r\nx\r\n');
});

test('a text that looks like a number or a boolean is quoted, by which it can be told from one', async () => {
  const cells = ['007', '7', '-1.5e3', '+1', '.5', '0x1F', 'true', 'FALSE', '2024-01-01', '1,5', 'Infinity', '-', 'trueish'];
  expect((await csv(cells.map((c) => ({ c, n: 7 })))).split('\r\n').slice(1, -1)).toEqual([
    ...['"007",7', '"7",7', '"-1.5e3",7', '"+1",7', '".5",7', '"0x1F",7', '"true",7', '"FALSE",7'],
    ...['2024-01-01,7', '"1,5",7', '"Infinity",7', '-,7', 'trueish,7'],
  ]);
});

test('columns choose and order, and a row may lack some', async () => {
  expect(await csv([{ a: 1, b: 2 }, { b: 3 }], { columns: ['b', 'a', 'constructor'] })).toBe(
    'b,a,constructor\r\n2,1,\r\n3,,\r\n',
  );
});

test('without rows there is a header, and without columns nothing', async () => {
  expect(await csv([], { columns: ['a'] })).toBe('a\r\n');
  expect(await csv([])).toBe('');
});

test('an iterator is written when its columns are known, and refused otherwise', async () => {
  const rows = function* (): Generator<Row> {
    yield { a: 1 };
  };
  expect((await Array.fromAsync(writeCsv(rows(), { columns: ['a'] }))).join('')).toBe('a\r\n1\r\n');
  await expect(Array.fromAsync(writeCsv(rows()))).rejects.toThrow(
    'The rows are an iterator, which can be read only once, and their columns are not known yet: give `columns`, or something that can be read again: an array, a table of results.',
  );
});

test('it streams: a piece is written before the rows after it are read', async () => {
  let read = 0;
  const pieces = writeCsv(
    (function* (): Generator<Row> {
      for (; read < 10_000; read++) yield { n: read };
    })(),
    { columns: ['n'] },
  );
  await pieces.next();
  await pieces.next();
  expect(read).toBeLessThan(1000);
});

describe('for spreadsheets', () => {
  test('there is a byte order mark, and what would be calculated gets an apostrophe', async () => {
    const rows = ['=1+1', '+82 2', '-5', '@SUM(A1)', '\tx', '\rx', '＝1', '1-1', "'=1", 'a=b'].map((text) => ({ text }));
    expect(await csv([{ text: '한' }, ...rows], { for: 'spreadsheets' })).toBe(
      ['\ufefftext', '한', "'=1+1", "'+82 2", "'-5", "'@SUM(A1)", "'\tx", '"\'\rx"', "'＝1", '1-1', "'=1", 'a=b', ''].join(
        '\r\n',
      ),
    );
  });

  test('numbers are left as they are, column names are not', async () => {
    expect(await csv([{ '=a': -5 }], { for: 'spreadsheets' })).toBe("\ufeff'=a\r\n-5\r\n");
  });
});
