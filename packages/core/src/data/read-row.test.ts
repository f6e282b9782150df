import { inspect } from 'node:util';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCell, readRow } from './read-row.ts';

/** As decimal.js, big.js and database drivers make them: a class with its own toString. */
class Decimal {
  readonly #digits: string;
  constructor(digits: string) {
    this.#digits = digits;
  }
  toString(): string {
    return this.#digits;
  }
}

const KINDS = 'text, a number, true, false, null, a list or an object of these, a bigint, a Date or a decimal';

describe('readRow', () => {
  it('gives bigints, dates and decimals their lossless text', () => {
    const row = readRow(
      {
        id: 9007199254740993n,
        when: new Date(Date.UTC(2026, 10, 24, 9, 30, 0, 7)),
        price: new Decimal('0.1000000000000000000001'),
        nested: { total: new Decimal('12.50'), at: [new Date(0)] },
      },
      0,
    );
    expect(row).toEqual({
      id: '9007199254740993',
      when: '2026-11-24T09:30:00.007Z',
      price: '0.1000000000000000000001',
      nested: { total: '12.50', at: ['1970-01-01T00:00:00.000Z'] },
    });
  });

  it('reads dates and objects of another realm', () => {
    const raw: object = runInNewContext('({ when: new Date(0), list: [{ a: 1 }] })');
    expect(readRow(raw, 0)).toEqual({ when: '1970-01-01T00:00:00.000Z', list: [{ a: 1 }] });
  });

  it('leaves out undefined, and reads NaN as null', () => {
    const row = readRow({ a: undefined, b: Number.NaN, c: { d: undefined, e: Number.NaN }, f: [undefined, Number.NaN] }, 0);
    expect(Object.keys(row)).toEqual(['b', 'c', 'f']);
    expect(row).toEqual({ b: null, c: { e: null }, f: [null, null] });
    expect(JSON.stringify(row.c)).toBe('{"e":null}');
  });

  it('reads typed arrays, iterables and objects of classes', () => {
    class Point {
      x = 1;
      y = 2;
    }
    class Vector {
      *[Symbol.iterator]() {
        yield* [1, 2];
      }
    }
    const row = readRow(
      { floats: new Float32Array([0.5, Number.NaN]), big: new BigInt64Array([5n]), point: new Point(), vector: new Vector() },
      0,
    );
    expect(row).toEqual({ floats: [0.5, null], big: ['5'], point: { x: 1, y: 2 }, vector: [1, 2] });
  });

  it('reads documents of an ORM through toJSON, and class rows of a driver by their own properties', () => {
    class Document {
      readonly state = 'hidden';
      toJSON() {
        return { question: 'q' };
      }
    }
    class TextRow {
      question = 'q';
    }
    expect(readRow(new Document(), 0)).toEqual({ question: 'q' });
    expect(readRow(new TextRow(), 0)).toEqual({ question: 'q' });
  });

  it('knows only the columns of the row, whatever they are called', () => {
    const raw: object = JSON.parse('{"__proto__":"p","constructor":"c","a":{"__proto__":{"x":1}}}');
    const row = readRow(raw, 0);
    expect(Object.entries(row)).toEqual([
      ['__proto__', 'p'],
      ['constructor', 'c'],
      ['a', JSON.parse('{"__proto__":{"x":1}}')],
    ]);
    expect(JSON.stringify(row)).toBe(JSON.stringify(raw));
    const other = readRow({ a: 1 }, 0);
    expect(['constructor', 'toString', '__proto__'].map((column) => other[column])).toEqual([undefined, undefined, undefined]);
    expect(inspect(other)).toBe('{ a: 1 }');
  });

  it('does not see later changes of the object it was given', () => {
    const raw = { text: 'a', list: [{ role: 'user' }] };
    const row = readRow(raw, 0);
    raw.text = 'b';
    raw.list.push({ role: 'system' });
    expect(row).toEqual({ text: 'a', list: [{ role: 'user' }] });
  });

  const circle: { name: string; self?: unknown } = { name: 'x' };
  circle.self = { deep: [circle] };
  it.each([
    [{ score: Number.POSITIVE_INFINITY }, 'score', 'Infinity'],
    [{ score: [0, { low: Number.NEGATIVE_INFINITY }] }, 'score[1].low', '-Infinity'],
    [{ when: new Date(Number.NaN) }, 'when', 'an invalid date'],
    [{ answer: { render: () => 'x' } }, 'answer.render', 'a function'],
    [{ kind: Symbol('x') }, 'kind', 'a symbol'],
    [{ cells: new Map() }, 'cells', 'a Map (use Object.fromEntries(map))'],
    [{ cells: new Set() }, 'cells', 'a Set (use [...set])'],
    [{ answer: Promise.resolve('x') }, 'answer', 'a Promise (await it first)'],
    [{ blob: Buffer.from('x') }, 'blob', 'bytes (decode them to text first)'],
    [{ circle }, 'circle.self.deep[0]', 'an object that contains itself'],
  ])('refuses %o, naming row and column', (raw, column, what) => {
    expect(() => readRow(raw, 16)).toThrow(
      expect.objectContaining({
        code: 'bad-cell',
        message: `Row 17, column '${column}': the cell is ${what}, and it may be ${KINDS}.`,
      }),
    );
  });

  it('refuses a cell that is nested without end instead of running out of stack', () => {
    let deep: unknown = 'x';
    for (let i = 0; i < 100_000; i++) deep = [deep];
    expect(() => readRow({ deep }, 0)).toThrow(
      /^Row 1, column 'deep(?:\[0\])+': the cell is nested more than 500 levels deep, and it may be /,
    );
  });

  it.each([
    [new Map([['a', 1]]), 'a Map (use Object.fromEntries(map))'],
    [Promise.resolve({}), 'a Promise (await it first)'],
    [new Date(0), 'a Date'],
    [[1], 'a list'],
  ])('refuses %o as a row', (raw, what) => {
    expect(() => readRow(raw, 2)).toThrow(
      expect.objectContaining({ code: 'bad-row', message: `Row 3 is ${what}; a row is an object of columns.` }),
    );
  });

  it('gives any JSON row back as it was', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 })), (raw) => {
        expect(JSON.stringify(readRow(raw, 0))).toBe(JSON.stringify(raw));
      }),
    );
  });

  it('gives JSON or a bad-cell error for anything at all', () => {
    const anything = fc.anything({
      withBigInt: true,
      withDate: true,
      withTypedArray: true,
      withMap: true,
      withSet: true,
      withNullPrototype: true,
    });
    fc.assert(
      fc.property(anything, (cell) => {
        let row: object;
        try {
          row = readRow({ cell }, 0);
        } catch (error) {
          expect(error).toMatchObject({ code: 'bad-cell' });
          return;
        }
        expect(JSON.parse(JSON.stringify(row))).toEqual(JSON.parse(JSON.stringify(structuredClone(row))));
        expect(JSON.stringify(readRow(row, 0))).toBe(JSON.stringify(row));
      }),
    );
  });
});

describe('readCell', () => {
  it('says what is wrong with a value, and where', () => {
    expect(() => readCell({ scores: [1, Number.POSITIVE_INFINITY] })).toThrow(`'scores[1]' is Infinity, and it may be ${KINDS}`);
    expect(() => readCell(() => 1)).toThrow(`the value is a function, and it may be ${KINDS}`);
  });
});
