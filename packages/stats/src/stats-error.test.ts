import { describe, expect, test } from 'vitest';
import {
  clusteredMean,
  constantSampleInterval,
  isUndefined,
  meanInterval,
  pairedProportionDifference,
  pairedT,
  percentiles,
  StatsError,
  sampleIndices,
  tQuantile,
  wilsonInterval,
} from './index.ts';

function thrownBy(call: () => unknown): StatsError {
  try {
    call();
  } catch (error) {
    if (StatsError.isInstance(error)) return error;
    throw error;
  }
  throw new Error('Nothing was thrown.');
}

describe('StatsError', () => {
  test.each<[string, () => unknown, string, string]>([
    [
      'NaN',
      () => meanInterval([1, Number.NaN]),
      'not-finite',
      'values[1] is NaN: a score must be a finite number, or null when it is missing.',
    ],
    [
      'a text',
      () => meanInterval(JSON.parse('[1, "0.5"]')),
      'not-finite',
      'values[1] is "0.5": a score must be a finite number, or null when it is missing.',
    ],
    [
      'a score outside the range',
      () => meanInterval([1, 6], { range: [1, 5] }),
      'out-of-range',
      'values[1] is 6: it lies outside the range [1, 5].',
    ],
    [
      'a score too large to be squared',
      () => meanInterval([1e200]),
      'out-of-range',
      'values[0] is 1e+200: it lies outside the range [-1e+100, 1e+100].',
    ],
    [
      'a range upside down',
      () => meanInterval([1], { range: [5, 1] }),
      'out-of-range',
      'range is [5, 1]: it must be two numbers, the lower first, like [0, 1].',
    ],
    [
      'percent for level',
      () => meanInterval([1, 2], { level: 95 }),
      'out-of-range',
      'level is 95: it must lie strictly between 0 and 1, like 0.95.',
    ],
    [
      'a row without cluster',
      () => clusteredMean([1, 2], JSON.parse('["a", null]')),
      'missing-cluster',
      'clusters[1] is null: every row needs a cluster label; give a row that stands alone a label of its own.',
    ],
    [
      'unequal lengths',
      () => pairedT([1, 2], [1]),
      'length-mismatch',
      'a has 2 entries and b has 1: they must be equally long, one entry a row.',
    ],
    ['half a success', () => wilsonInterval(1.5, 2), 'not-integer', 'successes is 1.5: it must be an integer.'],
    ['more successes than rows', () => wilsonInterval(3, 2), 'out-of-range', 'successes is 3: it must lie between 0 and 2.'],
    [
      'more disagreements than rows',
      () => pairedProportionDifference({ n: 3, onlyA: 2, onlyB: 2 }),
      'out-of-range',
      'onlyA + onlyB is 4: it cannot exceed n, which is 3.',
    ],
    [
      'a percent above 100',
      () => percentiles([1, 2], [50, 101]),
      'out-of-range',
      'percents[1] is 101: it must lie between 0 and 100.',
    ],
    [
      'a negative seed',
      () => sampleIndices(10, 3, -1),
      'out-of-range',
      'seed is -1: it must lie between 0 and 9007199254740991.',
    ],
    ['no degrees of freedom', () => tQuantile(0.9, 0), 'out-of-range', 'df is 0: it must be a finite number above 0.'],
    [
      'values that differ',
      () => constantSampleInterval([1, 0], [0, 1]),
      'out-of-range',
      'values lie between 0 and 1: constantSampleInterval is for values that are all equal; use meanInterval.',
    ],
  ])('says what is wrong with %s', (_, call, code, message) => {
    const error = thrownBy(call);
    expect(error.message).toBe(message);
    expect(error.code).toBe(code);
  });

  test('carries the argument and the index', () => {
    expect(thrownBy(() => pairedT([1, 2], [1, Number.POSITIVE_INFINITY]))).toMatchObject({ argument: 'b', index: 1 });
    expect(thrownBy(() => wilsonInterval(1, -1))).toMatchObject({ argument: 'n', index: undefined });
  });

  test('is no other error', () => {
    expect(StatsError.isInstance(new Error('values[1] is NaN'))).toBe(false);
  });
});

describe('isUndefined', () => {
  test('tells undefined results and fields from defined ones', () => {
    expect(isUndefined(meanInterval([]))).toBe(true);
    expect(isUndefined(meanInterval([1, 2]))).toBe(false);
    expect(isUndefined(3)).toBe(false);
    expect(isUndefined({ undefined: 'too-few' })).toBe(true);
  });
});
