import type { Row } from '@touchstone/core';
import { describe, expect, test } from 'vitest';
import { type InspectOptions, RowsInspection, type RowsReport } from '../index.ts';

function inspect(rows: readonly Row[], options?: InspectOptions): RowsReport {
  const inspection = new RowsInspection(options);
  for (const [index, row] of rows.entries()) inspection.add(row, index + 1);
  return inspection.report();
}

const columnOf = ({ columns }: RowsReport, name: string) => columns.find((column) => column.name === name);

describe('columns', () => {
  test('kinds, nulls, missing cells, ranges and lengths are counted', () => {
    const report = inspect([
      { q: '서울은?', n: 3, tags: ['a'], ok: true },
      { q: 'b', n: -0.5, tags: { x: 1 }, ok: null, late: 'x' },
      { q: '😀', n: 7 },
    ]);
    expect(report).toEqual({
      rows: 3,
      columns: [
        {
          name: 'q',
          kinds: { text: 3 },
          null: 0,
          missing: 0,
          examples: ['서울은?', 'b', '😀'],
          lengths: { shortest: 1, median: 1, longest: 4 },
        },
        { name: 'n', kinds: { number: 3 }, null: 0, missing: 0, examples: ['3', '-0.5', '7'], range: [-0.5, 7] },
        {
          name: 'tags',
          kinds: { list: 1, object: 1 },
          null: 0,
          missing: 1,
          examples: ['["a"]', '{"x":1}'],
          mixed: { total: 1, listed: [{ at: 2, kind: 'object' }] },
        },
        { name: 'ok', kinds: { boolean: 1 }, null: 1, missing: 1, examples: ['true'] },
        {
          name: 'late',
          kinds: { text: 1 },
          null: 0,
          missing: 2,
          examples: ['x'],
          lengths: { shortest: 1, median: 1, longest: 1 },
        },
      ],
    });
  });

  test('examples are different, in one line, and cut to 60 cells, of which a Hangul syllable takes two', () => {
    const report = inspect(['가'.repeat(40), '가'.repeat(40), 'two\nlines\u001b[31m', 'c', 'd'].map((q) => ({ q })));
    expect(columnOf(report, 'q')?.examples).toEqual([`${'가'.repeat(29)}…`, 'two lines␛[31m', 'c']);
  });

  test('the most frequent kind is the first, and the places of the others are listed in the order of rows', () => {
    const cells = [1, 'a', 'b', true, 'c', 2, null];
    expect(columnOf(inspect(cells.map((c) => ({ c }))), 'c')).toMatchObject({
      kinds: { text: 3, number: 2, boolean: 1 },
      null: 1,
      mixed: {
        total: 3,
        listed: [
          { at: 1, kind: 'number' },
          { at: 4, kind: 'boolean' },
          { at: 6, kind: 'number' },
        ],
      },
    });
  });

  test('texts without a visible character are empty', () => {
    const report = inspect(['', ' \n\t', '\u3000', 'a', '\u00a0'].map((q) => ({ q })));
    expect(columnOf(report, 'q')?.empty).toEqual({ total: 4, listed: [{ at: 1 }, { at: 2 }, { at: 3 }, { at: 5 }] });
  });

  test('half a character and what stands for a lost one are found, also deep within', () => {
    const report = inspect(
      ['fine 😀', 'cut \ud83d', '\udc00', 'lost \ufffd', { a: ['x', { b: 'y\ud83d' }] }, [['\ufffd']]].map((q) => ({ q })),
    );
    expect(columnOf(report, 'q')?.damaged).toEqual({
      total: 5,
      listed: [
        { at: 2, what: 'half a character' },
        { at: 3, what: 'half a character' },
        { at: 4, what: 'U+FFFD' },
        { at: 5, what: 'half a character' },
        { at: 6, what: 'U+FFFD' },
      ],
    });
  });

  test('columns with names of Object.prototype are columns', () => {
    const report = inspect([JSON.parse('{"__proto__":"a","constructor":1}'), { a: 'x' }], {
      inputs: ['toString'],
      id: 'constructor',
    });
    expect(report.columns.map(({ name, missing }) => [name, missing])).toEqual([
      ['__proto__', 1],
      ['constructor', 1],
      ['a', 1],
    ]);
    expect(report.badIds).toEqual({ total: 1, listed: [{ at: 2, what: 'missing' }] });
  });
});

describe('repeats', () => {
  test('equal rows are found whatever the order of their columns, and a missing cell is not null', () => {
    const report = inspect([
      { a: 1, b: { x: 1, y: [2] } },
      { b: { y: [2], x: 1 }, a: 1 },
      { a: 1, b: null },
      { a: 1 },
      { a: '1' },
      { a: 1 },
    ]);
    expect(report.duplicateRows).toEqual({
      total: 2,
      listed: [
        { at: 2, first: 1 },
        { at: 6, first: 4 },
      ],
    });
  });

  test('repeated inputs are told apart from equal rows, and there a missing cell is null, as for row keys', () => {
    const rows = [{ q: 'a', t: 1 }, { q: 'a', t: 2 }, { t: 3 }, { q: null, t: 4 }];
    expect(inspect(rows, { inputs: ['q'] })).toMatchObject({
      repeatedInputs: {
        total: 2,
        listed: [
          { at: 2, first: 1 },
          { at: 4, first: 3 },
        ],
      },
    });
    expect(inspect(rows, { inputs: ['q'] })).not.toHaveProperty('duplicateRows');
  });

  test('ids that are not unique, and cells that are no ids', () => {
    const rows = [7, 'a', '7', '', null, undefined, true, ['a'], {}, 'a'].map((id, n) => (id === undefined ? { n } : { id, n }));
    expect(inspect(rows, { id: 'id' })).toMatchObject({
      duplicateIds: {
        total: 2,
        listed: [
          { at: 3, first: 1, id: '7' },
          { at: 10, first: 2, id: 'a' },
        ],
      },
      badIds: {
        total: 6,
        listed: [
          { at: 4, what: 'empty' },
          { at: 5, what: 'null' },
          { at: 6, what: 'missing' },
          { at: 7, what: 'true' },
          { at: 8, what: 'a list' },
          { at: 9, what: 'an object' },
        ],
      },
    });
  });

  test('all are counted and the first ones listed', () => {
    const rows = Array.from({ length: 500 }, () => ({ a: '' }));
    const { duplicateRows, columns } = inspect(rows, { listed: 2 });
    expect(duplicateRows).toEqual({
      total: 499,
      listed: [
        { at: 2, first: 1 },
        { at: 3, first: 1 },
      ],
    });
    expect(columns[0]?.empty).toEqual({ total: 500, listed: [{ at: 1 }, { at: 2 }] });
  });

  test('without rows there is nothing', () => expect(inspect([])).toEqual({ rows: 0, columns: [] }));
});
