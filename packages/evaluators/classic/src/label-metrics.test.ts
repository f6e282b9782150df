import { evaluate } from '@touchstone/core';
import { describe, expect, test } from 'vitest';
import { balancedAccuracy, cohenKappa, f1Score, type Label, matthewsCorrcoef, precisionScore, recallScore } from './index.ts';

const data = [0, 1, 1, 0, 1].map((truth, row) => ({ truth, guess: [0, 1, 0, 1, 1][row] ?? 0 }));
const request = { predictions: 'guess', targets: 'truth' } as const;

test('of two labels the scores are of 1, unless posLabel says another, as in MLflow', async () => {
  const results = await evaluate({
    ...request,
    data,
    extraMetrics: [precisionScore(), recallScore(), f1Score(), f1Score({ posLabel: 0, name: 'f1_of_0' })],
  });
  expect(results.metrics).toEqual({
    precision_score: 2 / 3,
    recall_score: 2 / 3,
    f1_score: 2 / 3,
    f1_of_0: 0.5,
  });
});

test.each<[string, readonly Label[], string]>([
  ['three labels', [0, 1, 2, 0, 1], "it compares two labels, and there are 3: choose average: 'macro', 'micro' or 'weighted'"],
  ['other labels', ['a', 'b', 'a', 'b', 'a'], "posLabel is 1, and the labels are 'a', 'b'"],
])('%s give a reason and no number', async (_, labels, reason) => {
  const rows = labels.map((truth) => ({ truth, guess: truth }));
  const results = await evaluate({ ...request, data: rows, extraMetrics: [f1Score(), balancedAccuracy()] });
  expect(results.metrics).toEqual({ 'balanced_accuracy/v1': 1 });
  expect(results.skippedMetrics).toEqual([{ name: 'f1_score', reason }]);
});

test('a label that is never predicted, or never right, has 0', async () => {
  const rows = data.map(({ truth }) => ({ truth, guess: 0 }));
  const results = await evaluate({ ...request, data: rows, extraMetrics: [precisionScore(), recallScore(), f1Score()] });
  expect(results.metrics).toEqual({ precision_score: 0, recall_score: 0, f1_score: 0 });
});

test('where all labels are one, nothing correlates and nothing is beyond chance', async () => {
  const rows = data.map(() => ({ truth: 'a', guess: 'a' }));
  const results = await evaluate({
    ...request,
    data: rows,
    extraMetrics: [matthewsCorrcoef(), cohenKappa(), balancedAccuracy()],
  });
  expect(results.metrics).toEqual({ 'matthews_corrcoef/v1': 0, 'balanced_accuracy/v1': 1 });
  expect(results.skippedMetrics).toEqual([
    { name: 'cohen_kappa', reason: "targets and predictions are all 'a', and this compares two labels" },
  ]);
});

describe('options', () => {
  test('are checked', () => {
    expect(() => f1Score({ average: 'samples' as 'macro' })).toThrow(
      "f1_score: average must be 'binary', 'macro', 'micro' or 'weighted', and it is \"samples\".",
    );
    expect(() => f1Score({ posLabel: 0.5 })).toThrow(
      'f1_score: posLabel must be a text, a whole number, true or false, and it is 0.5.',
    );
  });

  test('are part of the signature', () => {
    expect([f1Score().signature, f1Score({ posLabel: '1' }).signature, f1Score({ average: 'macro' }).signature]).toEqual([
      'f1_score|average:binary|positive:1',
      'f1_score|average:binary|positive:"1"',
      'f1_score|average:macro',
    ]);
  });
});
