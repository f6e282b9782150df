import { describe, expect, test } from 'vitest';
import {
  bradleyTerry,
  clusteredMean,
  cohenKappa,
  constantSampleInterval,
  davidson,
  fleissKappa,
  gwetAgreement,
  isUndefined,
  krippendorffAlpha,
  krippendorffAlphaInterval,
  majorityVote,
  meanInterval,
  pairedProportionDifference,
  pairedT,
  percentiles,
  pooledMean,
  positionBias,
  raterReliability,
  StatsError,
  sampleIndices,
  tQuantile,
  twoWayIcc,
  wilsonInterval,
  winRate,
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
    [
      'a rating that is no category',
      () => cohenKappa(['예', '아니요'], ['예', '아니오'], { categories: ['예', '아니오'] }),
      'out-of-range',
      'a[1] is "아니요": it is none of the categories ["예", "아니오"].',
    ],
    [
      'a scale of one category',
      () => gwetAgreement([[1, 1]], { categories: [1] }),
      'out-of-range',
      'categories are [1]: declare all categories of the scale in their order, at least two, each once.',
    ],
    [
      'a scale that was not declared',
      () => gwetAgreement([[1, 1]], JSON.parse('{}')),
      'out-of-range',
      'categories are undefined: declare all categories of the scale in their order, at least two, each once.',
    ],
    [
      'a rating that is not finite',
      () =>
        krippendorffAlpha(
          [
            [1, 2],
            [3, Number.NaN],
          ],
          { scale: 'interval' },
        ),
      'not-finite',
      'units[1][1] is NaN: a rating must be a finite number up to 1e100 or a label, or null when it is missing.',
    ],
    [
      'labels without an order on an ordinal scale',
      () => krippendorffAlpha([['low', 'high']], { scale: 'ordinal' }),
      'not-finite',
      'units hold "low": a rating on the ordinal scale must be a number; declare categories in their order.',
    ],
    [
      'a negative rating on a ratio scale',
      () => krippendorffAlpha([[1, -2]], { scale: 'ratio' }),
      'out-of-range',
      'units hold -2: a ratio scale starts at 0; use the interval scale.',
    ],
    [
      'one flat list of ratings',
      () => krippendorffAlpha(JSON.parse('["yes", "no"]'), { scale: 'nominal' }),
      'length-mismatch',
      'units[0] is "yes": give one list of ratings for each unit, like [[4, 5], [2, null]].',
    ],
    [
      'a misspelt scale',
      () => krippendorffAlpha([[1, 2]], JSON.parse('{ "scale": "ordnal" }')),
      'out-of-range',
      'scale is "ordnal": it must be one of "nominal", "ordinal", "interval", "ratio".',
    ],
    [
      'misspelt weights',
      () => cohenKappa([], [], { categories: [0, 1], ...JSON.parse('{ "weights": "squared" }') }),
      'out-of-range',
      'weights is "squared": it must be one of "none", "linear", "quadratic".',
    ],
    [
      'a covariance that does not exist',
      () => bradleyTerry([], JSON.parse('{ "covariance": "HC0" }')),
      'out-of-range',
      'covariance is "HC0": it must be one of "sandwich", "hessian".',
    ],
    [
      'no resamples',
      () => krippendorffAlphaInterval([[1, 2]], { scale: 'nominal', resamples: 0 }),
      'out-of-range',
      'resamples is 0: it must lie between 1 and 4294967295.',
    ],
    [
      'gaps in Fleiss’ kappa',
      () =>
        fleissKappa([
          ['a', 'b'],
          ['a', null],
        ]),
      'unequal-raters',
      "units[0] and units[1] have 2 and 1 ratings: Fleiss' kappa needs equally many; use krippendorffAlpha or gwetAgreement.",
    ],
    [
      'gaps in an intraclass correlation',
      () =>
        twoWayIcc([
          [1, 2],
          [3, null],
        ]),
      'missing-value',
      'units[1][1] is null: the intraclass correlation needs complete data; use krippendorffAlpha with missing ratings.',
    ],
    ['an outcome that is none', () => winRate([1, 2]), 'out-of-range', 'outcomes[1] is 2: it lies outside the range [0, 1].'],
    [
      'three quarters of a win',
      () => winRate([1, 0.75]),
      'out-of-range',
      'outcomes[1] is 0.75: it must be 1 (won), 0.5 (tie) or 0 (lost).',
    ],
    [
      'an unknown item',
      () => bradleyTerry([{ first: 'gpt', second: 'claud', outcome: 1 }], { items: ['gpt', 'claude'] }),
      'out-of-range',
      'judgments[0].second is "claud": it is none of the items ["gpt", "claude"].',
    ],
    [
      'an item against itself',
      () => bradleyTerry([{ first: 'a', second: 'a', outcome: 1 }]),
      'out-of-range',
      'judgments[0] compares "a" with itself.',
    ],
    [
      'an outcome above 1',
      () => bradleyTerry([{ first: 'a', second: 'b', outcome: 3 }]),
      'out-of-range',
      'judgments[0].outcome is 3: it must lie between 0 (lost) and 1 (won).',
    ],
    [
      'an outcome that is not a number',
      () => bradleyTerry([{ first: 'a', second: 'b', outcome: Number.NaN }]),
      'not-finite',
      'judgments[0].outcome is NaN: it must be a number, or null when it is missing.',
    ],
    [
      'a share where the model has three outcomes',
      () => davidson([{ first: 'a', second: 'b', outcome: 0.75 }]),
      'out-of-range',
      'judgments[0].outcome is 0.75: the model with ties needs 1 (won), 0.5 (tie) or 0 (lost).',
    ],
    [
      'a verdict by system',
      () => positionBias(JSON.parse('[["first", "a"]]')),
      'out-of-range',
      'pairs[0][1] is "a": a verdict is "first", "second" or "tie", or null when it is missing.',
    ],
    [
      'a pair judged once',
      () => positionBias(JSON.parse('[["first"]]')),
      'length-mismatch',
      'pairs[0] is first: give two verdicts, as shown and swapped, like ["first", "second"].',
    ],
    [
      'a negative weight',
      () => pooledMean([4, 5], { weights: [1, -1] }),
      'out-of-range',
      'weights[1] is -1: a weight is a number from 0 to 1e100.',
    ],
    [
      'a weight too few',
      () => majorityVote(['a', 'b'], { weights: [1] }),
      'length-mismatch',
      'labels has 2 entries and weights has 1: they must be equally long, one entry a row.',
    ],
    [
      'true labels of other rows',
      () => raterReliability([[1, 1]], { scale: 'nominal', reference: [1, 2] }),
      'length-mismatch',
      'units has 1 entries and reference has 2: they must be equally long, one entry a row.',
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
