import { describe, expect, test } from 'vitest';
import { batchModel, evaluate, functionModel, metric } from '../index.ts';

const length = metric('length', ({ predictions }) => predictions.length);
const data = [{ q: 'a' }, { q: 'bb' }, { q: 'ccc' }];

async function outcomes(model: unknown): Promise<unknown[]> {
  const results = await evaluate({ data, model: model as () => string, extraMetrics: [length] });
  const rows = await Array.fromAsync(results.rows());
  return rows.map(({ scores: { length: score }, columns }) => {
    if (score?.status === 'failed') return score.error.message.replace('there is no prediction: ', '');
    return score?.status === 'skipped' ? score.reason : columns.outputs;
  });
}

describe('a function as a model', () => {
  test.each<[string, (row: { readonly q: string }) => unknown, unknown]>([
    ['a text', ({ q }) => q, 'a'],
    ['an empty text', () => '', ''],
    ['null', () => null, 'the model returned null instead of an output'],
    ['nothing', () => undefined, 'the model returned undefined instead of an output'],
    ['a number', () => 7, "'predictions' is a number, and length reads text"],
    ['a list', () => ['x'], "'predictions' is a list, and length reads text"],
    [
      'a function',
      () => () => 'x',
      'the value is a function, and it may be text, a number, true, false, null, a list or an object of these, a bigint, a Date or a decimal',
    ],
    [
      'an object with a Map',
      () => ({ a: new Map() }),
      "'a' is a Map (use Object.fromEntries(map)), and it may be text, a number, true, false, null, a list or an object of these, a bigint, a Date or a decimal",
    ],
    ['a date', () => new Date(0), '1970-01-01T00:00:00.000Z'],
  ])('that returns %s', async (_, fn, expected) => {
    expect((await outcomes(fn))[0]).toEqual(expected);
    expect((await outcomes(async (row: { readonly q: string }) => fn(row)))[0]).toEqual(expected);
  });

  test('that throws fails the row with the message', async () => {
    const some = ({ q }: { readonly q: string }) => {
      if (q === 'bb') throw new Error('no bb');
      return q;
    };
    expect(await outcomes(some)).toEqual(['a', 'no bb', 'ccc']);
    expect(await outcomes(async (row: { readonly q: string }) => some(row))).toEqual(['a', 'no bb', 'ccc']);
  });

  test('is known by its name and its source, or by the file that it comes from', () => {
    const answer = () => 'x';
    const same = (() => answer)();
    expect(functionModel(answer)).toMatchObject({
      id: 'function answer',
      identity: { function: expect.stringMatching(/^[0-9a-f]{64}$/) },
    });
    expect(functionModel(same).identity).toEqual(functionModel(answer).identity);
    expect(functionModel(() => 'y').identity).not.toEqual(functionModel(answer).identity);
    expect(functionModel(() => 'y').id).toBe('function');
    const spec = { module: './answer.ts', export: 'answer', options: null, sourceHash: 'abc' };
    expect(functionModel(answer, { id: 'mine', spec })).toMatchObject({
      id: 'mine',
      identity: { module: './answer.ts', export: 'answer', source: 'abc' },
      spec,
    });
  });
});

describe('a function of many rows as a model', () => {
  test('returns one output a row, or a map of columns', async () => {
    const seen: unknown[] = [];
    const list = batchModel(
      (rows: readonly { readonly q: string }[], calls) => {
        seen.push({ rows, calls: calls.map(({ trial, rowKey }) => `${trial} ${rowKey.length > 0}`) });
        return rows.map(({ q }) => q.toUpperCase());
      },
      { size: 2 },
    );
    expect(await outcomes(list)).toEqual(['A', 'BB', 'CCC']);
    expect(seen).toEqual([
      { rows: [{ q: 'a' }, { q: 'bb' }], calls: ['0 true', '0 true'] },
      { rows: [{ q: 'ccc' }], calls: ['0 true'] },
    ]);
    const results = await evaluate({
      data,
      model: batchModel(
        async (rows: readonly { readonly q: string }[]) => ({
          answer: rows.map(({ q }) => `${q}!`),
          context: rows.map(() => 'c'),
        }),
        { size: 2 },
      ),
      predictions: 'answer',
      extraMetrics: [length, metric('context_length', ({ context }) => context.length, { needs: ['context'] })],
    });
    expect(results.metrics).toMatchObject({ 'length/mean': 3, 'context_length/mean': 1 });
  });

  test.each<[string, (rows: readonly unknown[]) => unknown, string]>([
    ['too few outputs', () => ['x'], 'the model returned 1 output for 3 rows'],
    ['a text', () => 'xyz', 'a batch model returns a list of outputs or a map of columns, and this one returned string'],
    ['nothing', () => undefined, 'a batch model returns a list of outputs or a map of columns, and this one returned undefined'],
    ['a column that is no list', () => ({ answer: 'x' }), "the model's output 'answer' is not a list with one cell per row"],
    ['a short column', () => ({ answer: ['x'] }), "the model's output 'answer' has 1 cell for 3 rows"],
    [
      'an exception',
      () => {
        throw new Error('out of memory');
      },
      'out of memory',
    ],
  ])('that returns %s fails its rows', async (_, fn, message) => {
    expect(await outcomes(batchModel(fn as () => string[], { size: 3 }))).toEqual([message, message, message]);
  });

  test('fails a row alone where only its output is missing', async () => {
    const model = batchModel((rows: readonly { readonly q: string }[]) => rows.map(({ q }) => (q === 'bb' ? null : q)), {
      size: 3,
    });
    expect(await outcomes(model)).toEqual(['a', 'the model returned null instead of an output', 'ccc']);
  });

  test.each([0, 1.5, Number.NaN, '3'])('needs a size: %s is none', (size) => {
    expect(() => batchModel(() => [], { size: size as number })).toThrow(
      `batchModel: 'size' must be a whole number of at least 1, and it is ${size}.`,
    );
  });
});
