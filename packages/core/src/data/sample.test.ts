import { describe, expect, it } from 'vitest';
import { openData } from './open-data.ts';
import { toArray } from './opened-data.ts';
import { type Selection, selectedRows, selectedSize, selectOrdinals } from './sample.ts';

const rows = Array.from({ length: 20 }, (_, n) => ({ n }));

async function* stream() {
  yield* rows;
}

async function ordinals(source: unknown, selection: Selection): Promise<number[]> {
  const data = await openData(source, { loaders: [] });
  const selected = await toArray(selectedRows(data, selection));
  for (const { ordinal, row } of selected) expect(row).toEqual({ n: ordinal });
  return selected.map(({ ordinal }) => ordinal);
}

describe('selected rows', () => {
  const sources: readonly (readonly [string, () => unknown])[] = [
    ['an array', () => rows],
    ['a function of a generator', () => () => rows.values()],
    ['a function of a stream', () => stream],
    ['a generator', () => rows.values()],
    ['a stream', () => stream()],
  ];

  it.each(sources)('of %s are all, the first, or a sample that keeps its positions', async (_, source) => {
    const all = rows.map(({ n }) => n);
    expect(await ordinals(source(), { seed: 0 })).toEqual(all);
    expect(await ordinals(source(), { seed: 0, limit: 3 })).toEqual([0, 1, 2]);
    expect(await ordinals(source(), { seed: 0, limit: 30, sample: 30 })).toEqual(all);
    expect(await ordinals(source(), { seed: 7, sample: 5 })).toEqual([...selectOrdinals({ size: 20, sample: 5, seed: 7 })]);
    expect(await ordinals(source(), { seed: 7, limit: 10, sample: 5 })).toEqual([
      ...selectOrdinals({ size: 10, sample: 5, seed: 7 }),
    ]);
  });

  it('of a sample are the same for the same seed, and come from the limit', () => {
    const draw = (seed: number) => [...selectOrdinals({ size: 1000, limit: 50, sample: 10, seed })];
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
    expect(draw(1)).toEqual([...new Set(draw(1))].sort((a, b) => a - b));
    expect(draw(1).every((ordinal) => ordinal < 50)).toBe(true);
  });

  it('end the reading after the last one', async () => {
    let read = 0;
    const source = function* () {
      for (const row of rows) {
        read += 1;
        yield row;
      }
    };
    await ordinals(source, { seed: 0, limit: 3 });
    expect(read).toBe(3);
  });

  it('are counted beforehand where the size is known', () => {
    expect(selectedSize(100, { seed: 0, limit: 50, sample: 10 })).toBe(10);
    expect(selectedSize(5, { seed: 0, limit: 50, sample: 10 })).toBe(5);
    expect(selectedSize(undefined, { seed: 0, limit: 50 })).toBeUndefined();
  });

  it('are refused with a sentence for each wrong number', () => {
    expect(() => selectOrdinals({ size: 5, limit: 0, sample: 1.5, seed: -1 })).toThrow(
      expect.objectContaining({
        code: 'several-problems',
        message: `3 things to correct:
  - limit is a number of rows, a whole number of at least 1, not 0.
  - sample is a number of rows, a whole number of at least 1, not 1.5.
  - seed is a whole number of at least 0, not -1.`,
      }),
    );
  });
});
