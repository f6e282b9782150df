import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { type OpenDataOptions, openData } from './open-data.ts';
import { toArray } from './opened-data.ts';

const DATA_KINDS =
  "it may be an array or iterable of rows, an async iterable, a function that returns one, a Dataset, an Arrow table, or a file's path.";

function open(data: unknown, options: Omit<OpenDataOptions, 'loaders'> = {}) {
  return openData(data, { ...options, loaders: [] });
}

async function read(data: unknown, options: Omit<OpenDataOptions, 'loaders'> = {}): Promise<unknown[]> {
  return toArray((await open(data, options)).rows());
}

describe('rows in memory', () => {
  it('are objects, with their size and a fingerprint of their JSON', async () => {
    const data = await open([{ q: 'a', n: 1n }, { q: 'b' }]);
    expect(data).toMatchObject({ name: 'data', size: 2, rereadable: true, inMemory: true });
    expect([...(data.rows() as Iterable<unknown>)]).toEqual([{ q: 'a', n: '1' }, { q: 'b' }]);
    expect(await data.fingerprint()).toBe(createHash('sha256').update('{"q":"a","n":"1"}\n{"q":"b"}\n').digest('hex'));
  });

  it('may be texts: the column inputs, or as featureNames says', async () => {
    expect(await read(['a', 'b'])).toEqual([{ inputs: 'a' }, { inputs: 'b' }]);
    expect(await read(['a'], { featureNames: ['question'] })).toEqual([{ question: 'a' }]);
    const data = await open(['a', 'b'], { targets: ['A', 'B'] });
    expect(data.targets).toBe('target');
    expect(await toArray(data.rows())).toEqual([
      { inputs: 'a', target: 'A' },
      { inputs: 'b', target: 'B' },
    ]);
  });

  it('may be lists, with names or those of MLflow', async () => {
    expect(await read([[1, 'x'], new Float32Array([2, 3])], { featureNames: ['n', 's'], targets: [0, null] })).toEqual([
      { n: 1, s: 'x', target: 0 },
      { n: 2, s: 3, target: null },
    ]);
    expect(await read([[1, 2]])).toEqual([{ feature_1: 1, feature_2: 2 }]);
    const names = async (width: number) => Object.keys((await read([Array(width).fill(0)]))[0] ?? {});
    expect((await names(9)).at(0)).toBe('feature_1');
    expect((await names(10)).at(0)).toBe('feature_01');
    expect((await names(99)).at(-1)).toBe('feature_99');
    expect((await names(100)).at(0)).toBe('feature_001');
  });

  it.each([
    [[], {}, 'empty-data', 'data is an empty array; there is nothing to evaluate.'],
    [[{ q: 'a' }, 'b'], {}, 'mixed-rows', 'Row 2 is a text, but row 1 is an object of columns; all rows must be of one kind.'],
    [['a', ['b']], {}, 'mixed-rows', 'Row 2 is a list, but row 1 is a text; all rows must be of one kind.'],
    [[{}, null], {}, 'bad-row', 'Row 2 is null; rows are objects of columns, texts, or lists of cells.'],
    [[17], {}, 'bad-row', 'Row 1 is a number; rows are objects of columns, texts, or lists of cells.'],
    [[[1, 2], [1]], {}, 'ragged-rows', 'Row 2 has 1 cell, but row 1 has 2; lists must all have one length.'],
    [[[1, 2]], { featureNames: ['a'] }, 'bad-feature-names', 'featureNames has 1 name (a), but row 1 has 2 cells.'],
    [
      ['x'],
      { featureNames: ['a', 'b'] },
      'bad-feature-names',
      'featureNames has 2 names (a, b), but the rows are texts, which are one column.',
    ],
    [
      [[1, 2]],
      { featureNames: ['a', 'a'] },
      'bad-feature-names',
      "featureNames has 'a' twice; every column needs a name of its own.",
    ],
    [
      [[1]],
      { featureNames: ['target'], targets: [1] },
      'bad-feature-names',
      "featureNames has 'target', which is the column that targets given as an array become; name the feature otherwise.",
    ],
    [['a', 'b'], { targets: ['A'] }, 'bad-targets', 'targets has 1 value, but data has 2 rows; there must be one target a row.'],
    [
      [{ q: 'a' }],
      { targets: ['A'] },
      'bad-targets',
      'targets is an array, but the rows are objects; name the column that holds the targets.',
    ],
    [
      new Set(['a']),
      { targets: ['A'] },
      'bad-targets',
      'targets is an array, which goes with an array of texts or lists as data; for other data name the column that holds the targets.',
    ],
    [undefined, {}, 'bad-data', `data is missing; ${DATA_KINDS}`],
    [17, {}, 'bad-data', `data is a number; ${DATA_KINDS}`],
    [{ q: ['a'] }, {}, 'bad-data', `data is an object without rows; ${DATA_KINDS}`],
    [{ rows: [{ q: 'a' }] }, {}, 'bad-data', `data is an object with an array \`rows\`; give that array; ${DATA_KINDS}`],
    [Promise.resolve([]), {}, 'bad-data', `data is a Promise; await it; ${DATA_KINDS}`],
    [() => 'a.jsonl', {}, 'bad-data', 'data() returned a text; it must return an iterable or async iterable of rows.'],
    [async () => undefined, {}, 'bad-data', 'data() returned undefined; it must return an iterable or async iterable of rows.'],
  ])('%#: %o is refused', async (data, options, code, message) => {
    await expect(read(data, options)).rejects.toMatchObject({ code, message });
  });
});

describe('sources', () => {
  const rows = [{ q: 'a' }, { q: 'b' }];
  async function* stream() {
    yield* rows;
  }

  it.each([
    ['a set', new Set(rows), 'again'],
    ['a generator', rows.values(), 'once'],
    ['an async generator', stream(), 'once'],
    ['a stream', Readable.from(rows), 'once'],
    ['a function', () => rows.values(), 'again'],
    ['an async generator function', stream, 'again'],
    ['an async function', async () => rows, 'again'],
    ['a data set', { name: 'qa', rereadable: true, rows: () => rows }, 'again'],
    ['a data set that can be read once', { name: 'qa', rereadable: false, rows: stream }, 'once'],
  ])('%s can be read', async (_, source, times) => {
    const data = await open(source);
    expect(data.rereadable).toBe(times === 'again');
    expect(await data.fingerprint()).toBeUndefined();
    expect(await toArray(data.rows())).toEqual(rows);
    if (times === 'again') expect(await toArray(data.rows())).toEqual(rows);
    else expect(() => data.rows()).toThrow(expect.objectContaining({ code: 'already-read' }));
  });

  it('say that they were read already', async () => {
    const data = await open(stream());
    await toArray(data.rows());
    expect(() => data.rows()).toThrow(
      'data can be read once only and was read already; give a function that makes the iterable, so that it can be read again.',
    );
  });

  it('are closed when reading stops early', async () => {
    let closed = 0;
    const data = await open(async function* questions() {
      try {
        yield* rows;
      } finally {
        closed += 1;
      }
    });
    for await (const _ of data.rows()) break;
    expect([closed, data.name]).toEqual([1, 'questions']);
  });

  it('must be new at every call of a function', async () => {
    const same = rows.values();
    const data = await open(() => same);
    await toArray(data.rows());
    expect(() => data.rows()).toThrow(
      'data() returned the same iterator again, which can be read once only; make a new one at every call.',
    );
  });

  it('keep what a data set declares', async () => {
    const data = await open({
      name: 'qa',
      source: 'table qa',
      size: 2,
      rereadable: true,
      targets: 'q',
      predictions: 'p',
      inputs: ['q'],
      fingerprint: async () => 'abc',
      rows: () => rows,
    });
    expect(data).toMatchObject({ name: 'qa', source: 'table qa', size: 2, targets: 'q', predictions: 'p', inputs: ['q'] });
    expect(await data.fingerprint()).toBe('abc');
  });

  it('must have the size that they say', async () => {
    await expect(read({ name: 'qa', size: 3, rereadable: true, rows: () => rows })).rejects.toMatchObject({
      code: 'wrong-size',
      message: "'qa' says that it has 3 rows, but gave 2; leave size out, or make it true.",
    });
  });
});
