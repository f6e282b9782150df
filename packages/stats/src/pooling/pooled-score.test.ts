import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mean, percentile, pooledMean, pooledMedian } from '../index.ts';

const scores = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 9 });
const votes = fc.array(fc.tuple(fc.option(fc.integer({ min: 1, max: 5 })), fc.integer({ min: 0, max: 4 })), { maxLength: 8 });

describe.each([
  ['pooledMean', pooledMean],
  ['pooledMedian', pooledMedian],
] as const)('%s', (_, pool) => {
  test('does not depend on the order of the judges, nor on the unit of the weights', () => {
    fc.assert(
      fc.property(votes, (given) => {
        const of = (panel: typeof given, factor: number) =>
          pool(
            panel.map(([score]) => score),
            { weights: panel.map(([, weight]) => factor * weight) },
          );
        const [there, back] = [of(given, 1), of(given.toReversed(), 0.1)];
        expect(back.undefined).toBe(there.undefined);
        if (back.undefined === undefined && there.undefined === undefined) expect(back.estimate).toBeCloseTo(there.estimate, 10);
      }),
    );
  });

  test('takes a judge that abstains, or has no weight, as one that is not there', () => {
    fc.assert(
      fc.property(votes, (given) => {
        const counted = given.filter(([score, weight]) => score !== null && weight > 0);
        const all = pool(
          given.map(([score]) => score),
          { weights: given.map(([, weight]) => weight) },
        );
        const few = pool(
          counted.map(([score]) => score),
          { weights: counted.map(([, weight]) => weight) },
        );
        if (all.undefined !== undefined || few.undefined !== undefined) expect(counted).toEqual([]);
        else expect(all.estimate).toBeCloseTo(few.estimate, 10);
      }),
    );
  });

  test('stays between the lowest and the highest score', () => {
    fc.assert(
      fc.property(scores, (given) => {
        const result = pool(given);
        if (result.undefined !== undefined) throw new Error(result.undefined);
        expect([result.min, result.max]).toEqual([Math.min(...given), Math.max(...given)]);
        expect(result.min <= result.estimate && result.estimate <= result.max).toBe(true);
      }),
    );
  });

  test('says why there is no score: nobody voted, too few did, or nobody who counts', () => {
    expect(pool([null, null])).toEqual({ undefined: 'no-data', voters: 0, abstained: 2 });
    expect(pool([4, null, null], { quorum: 2 })).toEqual({ undefined: 'too-few', voters: 1, abstained: 2 });
    expect(pool([4, 5], { weights: [0, 0] })).toEqual({ undefined: 'zero-denominator', voters: 2, abstained: 0 });
  });
});

describe('equal weights', () => {
  test('give the common mean and median', () => {
    fc.assert(
      fc.property(scores, (given) => {
        expect(pooledMean(given)).toMatchObject({ estimate: expect.closeTo(Number(mean(given)), 10) });
        expect(pooledMedian(given)).toMatchObject({ estimate: percentile(given, 50) });
      }),
    );
  });

  test('are the same as whole weights that count copies', () => {
    const [panel, weights, copies] = [
      [5, 1, 3],
      [2, 1, 3],
      [5, 5, 1, 3, 3, 3],
    ];
    expect(pooledMean(panel, { weights })).toMatchObject({ estimate: expect.closeTo(20 / 6, 12) });
    expect(pooledMedian(panel, { weights })).toMatchObject({ estimate: percentile(copies, 50) });
  });
});
