import { describe, expect, it } from 'vitest';
import { openData } from './open-data.ts';
import { toArray } from './opened-data.ts';
import { peekRows } from './peek.ts';

const rows = Array.from({ length: 20 }, (_, n) => (n < 10 ? { n } : { n, late: true }));

async function* stream() {
  yield* rows;
}

describe('peekRows', () => {
  it.each([
    ['a function', () => rows.values()],
    ['a stream made anew', stream],
    ['a generator', rows.values()],
    ['a stream', stream()],
  ])('sees the first rows of %s and loses none', async (_, source) => {
    const { rows: first, complete, columns, data } = await peekRows(await openData(source, { loaders: [] }), 5);
    expect(first).toEqual(rows.slice(0, 5));
    expect([complete, columns]).toEqual([false, ['n']]);
    expect(await toArray(data.rows())).toEqual(rows);
    expect(first).toHaveLength(5);
  });

  it('checks every row of an array', async () => {
    const { rows: all, complete, columns } = await peekRows(await openData(rows, { loaders: [] }), 5);
    expect(all).toEqual(rows);
    expect([complete, columns]).toEqual([true, ['n', 'late']]);
    const broken = await openData([...rows, { n: Number.POSITIVE_INFINITY }], { loaders: [] });
    await expect(peekRows(broken, 5)).rejects.toMatchObject({
      code: 'bad-cell',
      message: expect.stringMatching(/^Row 21, column 'n'/),
    });
  });

  it('closes a source that it will open again', async () => {
    let open = 0;
    const source = async function* () {
      open += 1;
      try {
        yield* rows;
      } finally {
        open -= 1;
      }
    };
    await peekRows(await openData(source, { loaders: [] }), 5);
    expect(open).toBe(0);
  });

  it('closes a one-shot source when the rows after the first are not wanted', async () => {
    let open = 0;
    function* source() {
      open += 1;
      try {
        yield* rows;
      } finally {
        open -= 1;
      }
    }
    async function* asyncSource() {
      yield* source();
    }
    for (const once of [source(), asyncSource()]) {
      const { data } = await peekRows(await openData(once, { loaders: [] }), 5);
      expect(open).toBe(1);
      for await (const _ of data.rows()) break;
      expect(open).toBe(0);
    }
  });

  it('refuses data without rows', async () => {
    const questions = { name: 'questions', rereadable: true, rows: () => [] };
    await expect(peekRows(await openData(questions, { loaders: [] }))).rejects.toMatchObject({
      code: 'empty-data',
      message: "'questions' has no rows; there is nothing to evaluate.",
    });
    await expect(peekRows(await openData(new Set(), { loaders: [] }))).rejects.toMatchObject({
      message: 'data has no rows; there is nothing to evaluate.',
    });
  });
});
