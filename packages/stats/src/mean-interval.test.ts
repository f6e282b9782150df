import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  clusteredMean,
  type Interval,
  type IntervalResult,
  isUndefined,
  meanInterval,
  tInterval,
  wilsonInterval,
} from './index.ts';

const unitScores = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 2, maxLength: 60 });
const labelledScores = fc.array(fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 0, max: 6 })), {
  minLength: 2,
  maxLength: 60,
});
const levels = fc.double({ min: 0.5, max: 0.999, noNaN: true });

function defined(result: IntervalResult): Interval {
  if (isUndefined(result)) throw new Error(`undefined: ${result.undefined}`);
  return result;
}

describe('meanInterval', () => {
  test('contains its estimate and stays in the declared range, whatever the scores', () => {
    fc.assert(
      fc.property(unitScores, levels, (values, level) => {
        const { estimate, low, high } = defined(meanInterval(values, { range: [0, 1], level }));
        expect(low).toBeLessThanOrEqual(estimate);
        expect(high).toBeGreaterThanOrEqual(estimate);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        expect(high - low).toBeGreaterThan(0);
      }),
    );
  });

  test('contains its estimate and stays in the declared range with clusters, or says that there is only one', () => {
    fc.assert(
      fc.property(labelledScores, levels, (rows, level) => {
        const values = rows.map(([value]) => value);
        const clusters = rows.map(([, label]) => label);
        const result = meanInterval(values, { range: [1, 5], clusters, level });
        if (isUndefined(result)) {
          expect(result.undefined).toBe('single-cluster');
          expect(new Set(clusters).size).toBe(1);
          return;
        }
        expect(1 <= result.low && result.low <= result.estimate && result.estimate <= result.high && result.high <= 5).toBe(true);
      }),
    );
  });

  test('gives no NaN for any finite scores', () => {
    const anyScores = fc.array(fc.option(fc.double({ min: -1e100, max: 1e100, noNaN: true })), { maxLength: 20 });
    fc.assert(
      fc.property(anyScores, fc.boolean(), (values, clustered) => {
        const clusters = values.map((_, i) => i % 4);
        const result = meanInterval(values, clustered ? { clusters } : {});
        for (const value of Object.values(result)) expect(value).not.toBeNaN();
      }),
    );
  });

  test('is wider at a higher level', () => {
    fc.assert(
      fc.property(unitScores, (values) => {
        const narrow = defined(meanInterval(values, { range: [0, 1], level: 0.8 }));
        const wide = defined(meanInterval(values, { range: [0, 1], level: 0.95 }));
        expect(wide.low).toBeLessThanOrEqual(narrow.low);
        expect(wide.high).toBeGreaterThanOrEqual(narrow.high);
      }),
    );
  });

  test('turns with the scale: 1 − x has the mirrored interval', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 8 }), { minLength: 2, maxLength: 40 }), (eighths) => {
        const up = defined(
          meanInterval(
            eighths.map((x) => x / 8),
            { range: [0, 1] },
          ),
        ); // eighths: no rounding in 1 − x
        const down = defined(
          meanInterval(
            eighths.map((x) => 1 - x / 8),
            { range: [0, 1] },
          ),
        );
        expect(down.method).toBe(up.method);
        expect(down.low).toBeCloseTo(1 - up.high, 12);
        expect(down.high).toBeCloseTo(1 - up.low, 12);
      }),
    );
  });

  test('reads plain arrays, typed arrays and booleans alike', () => {
    const flags = [true, false, true, true, false];
    const numbers = flags.map(Number);
    const expected = meanInterval(numbers, { range: [0, 1] });
    expect(meanInterval(flags, { range: [0, 1] })).toEqual(expected);
    expect(meanInterval(Float64Array.from(numbers), { range: [0, 1] })).toEqual(expected);
    expect(expected).toMatchObject({ method: 'wilson', estimate: 0.6 });
  });

  test('does not change the array it was given', () => {
    const values = Float64Array.of(0.9, 0.1, 1 + 1e-14, 0.4);
    meanInterval(values, { range: [0, 1] });
    expect(Array.from(values)).toEqual([0.9, 0.1, 1 + 1e-14, 0.4]);
  });

  test('takes a score that leaves the range by rounding only as the limit', () => {
    expect(meanInterval([1 + 1e-14, 1, 0], { range: [0, 1] })).toMatchObject({ method: 'wilson', estimate: 2 / 3 });
  });

  test('does not treat yes/no scores of clusters larger than one as independent', () => {
    const values = [1, 1, 0, 0, 1, 1];
    expect(meanInterval(values, { range: [0, 1], clusters: ['a', 'b', 'c', 'd', 'e', 'f'] })).toEqual({
      ...wilsonInterval(4, 6),
      clusters: 6,
    });
    expect(meanInterval(values, { range: [0, 1], clusters: ['a', 'a', 'b', 'b', 'c', 'c'] })).toMatchObject({
      method: 'bounded-logit',
      clusters: 3,
    });
  });

  test('compares cluster labels as text', () => {
    const values = [3, 4, 1, 5, 2];
    expect(meanInterval(values, { clusters: [10, 2, '10', 2, 7] })).toEqual(
      meanInterval(values, { clusters: ['10', '2', '10', '2', '7'] }),
    );
  });

  test('equals the row formula when every cluster has one row', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 2, maxLength: 30 }), (values) => {
        const rows = meanInterval(values, { range: [1, 5] });
        const clustered = meanInterval(values, { range: [1, 5], clusters: values.map((_, i) => `row ${i}`) });
        if (isUndefined(rows) || isUndefined(clustered)) throw new Error('Every sample of two has an interval here.');
        expect(clustered.low).toBeCloseTo(rows.low, 9);
        expect(clustered.high).toBeCloseTo(rows.high, 9);
        expect(clustered.df).toBeCloseTo(rows.df ?? 0, 9);
      }),
    );
  });

  test('warns of few clusters and of nearly constant scores', () => {
    expect(meanInterval([1, 4, 2, 5], { range: [1, 5], clusters: ['a', 'a', 'b', 'c'] })).toMatchObject({
      warnings: ['few-clusters'],
    });
    expect(meanInterval([1, 1, 1, 0.999], { range: [0, 1] })).toMatchObject({ warnings: ['nearly-constant'] });
    expect(meanInterval([1, 1, 1, 0.9], { range: [0, 1] })).toMatchObject({ warnings: [] });
  });

  test('gives a constant sample an interval if the range is known, and says zero-variance if not', () => {
    const values = [0.3, 0.1 + 0.2, 0.3]; // equal up to rounding
    expect(meanInterval(values, { range: [0, 1] })).toMatchObject({ method: 'bounded-wilson', effectiveN: 3 });
    expect(meanInterval(values)).toMatchObject({ undefined: 'zero-variance', n: 3 });
  });
});

describe('tInterval', () => {
  test('moves and stretches with the scores', () => {
    const scores = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 2, maxLength: 30 });
    const slope = fc.integer({ min: -9, max: 9 }).filter((b) => b !== 0);
    fc.assert(
      fc.property(scores, fc.integer({ min: -1000, max: 1000 }), slope, (values, a, b) => {
        fc.pre(new Set(values).size > 1);
        const before = defined(tInterval(values));
        const after = defined(tInterval(values.map((x) => a + b * x)));
        const ends = [a + b * before.low, a + b * before.high].sort((x, y) => x - y);
        expect(after.estimate).toBeCloseTo(a + b * before.estimate, 6);
        expect(after.low).toBeCloseTo(ends[0] ?? Number.NaN, 6);
        expect(after.high).toBeCloseTo(ends[1] ?? Number.NaN, 6);
      }),
    );
  });

  test('does not depend on the order of the rows', () => {
    fc.assert(
      fc.property(unitScores, (values) => {
        const forward = tInterval(values);
        const backward = tInterval(values.toReversed());
        if (isUndefined(forward) || isUndefined(backward)) {
          expect(backward.undefined).toBe(forward.undefined);
          return;
        }
        expect(backward.low).toBeCloseTo(forward.low, 10);
        expect(backward.high).toBeCloseTo(forward.high, 10);
      }),
    );
  });
});

describe('clusteredMean', () => {
  test('has CR1 = CR2 and G − 1 degrees of freedom for equally large clusters', () => {
    const pairs = fc.array(fc.tuple(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 0, max: 50 })), {
      minLength: 2,
      maxLength: 20,
    });
    fc.assert(
      fc.property(pairs, (clusters) => {
        const values = clusters.flat();
        const labels = clusters.flatMap((_, i) => [i, i]);
        const [cr1, cr2] = [clusteredMean(values, labels, { type: 'CR1' }), clusteredMean(values, labels, { type: 'CR2' })];
        if (isUndefined(cr1) || isUndefined(cr2)) {
          expect(cr1.undefined).toBe(cr2.undefined);
          return;
        }
        expect(cr2.se).toBeCloseTo(cr1.se ?? Number.NaN, 9);
        expect(cr2.df).toBeCloseTo(clusters.length - 1, 9);
      }),
    );
  });

  test('tells that rows alone in their clusters have no intraclass correlation to estimate', () => {
    expect(clusteredMean([1, 2, 4], ['a', 'b', 'c'])).toMatchObject({ icc: { undefined: 'too-few' } });
  });
});
