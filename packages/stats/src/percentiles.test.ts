import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { describe as describeScores, mean, percentile, percentiles, populationVariance } from './index.ts';

const scores = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 50 });

describe('mean, populationVariance and percentile', () => {
  test('agree with describe and percentiles', () => {
    fc.assert(
      fc.property(scores, fc.integer({ min: 0, max: 100 }), (values, percent) => {
        const typed = Float64Array.from(values);
        expect(mean(typed)).toBe(describeScores(values).mean);
        expect(populationVariance(typed)).toBe(describeScores(values).populationVariance);
        expect([percentile(typed, percent)]).toEqual(percentiles(values, [percent]));
      }),
    );
  });

  test('leave a typed array as it was', () => {
    const values = Float64Array.of(3, 1, 2);
    expect([percentile(values, 50), mean(values), populationVariance(values)]).toEqual([2, 2, 2 / 3]);
    expect(Array.from(values)).toEqual([3, 1, 2]);
  });

  test('are undefined without data, never NaN', () => {
    const none = { undefined: 'no-data' };
    expect([mean([]), populationVariance([null]), percentile(new Float64Array(0), 90)]).toEqual([none, none, none]);
  });
});

describe('percentiles', () => {
  test('rise with the percent, from the least to the greatest score', () => {
    fc.assert(
      fc.property(scores, (values) => {
        const result = percentiles(values, [0, 10, 50, 90, 100]);
        if ('undefined' in result) throw new Error(result.undefined);
        expect(result).toEqual([...result].sort((a, b) => a - b));
        expect([result[0], result[4]]).toEqual([Math.min(...values), Math.max(...values)]);
      }),
    );
  });
});
