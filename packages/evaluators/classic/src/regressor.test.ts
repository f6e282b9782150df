import { type EvaluateRequest, type EvaluationResult, evaluate, TouchstoneRuntime } from '@touchstone/core';
import { describe, expect, test } from 'vitest';
import classic, { mae, maxError, r2Score, regressor } from './index.ts';

const DATA = [
  { y: 1.5, p: 1.4 },
  { y: 2, p: 2.5 },
  { y: -3, p: -2.5 },
  { y: 0, p: 0.1 },
  { y: 10, p: 8 },
] as const;

function regress(data: readonly object[], evaluatorConfig: EvaluateRequest['evaluatorConfig'] = {}): Promise<EvaluationResult> {
  const request = { data, targets: 'y', predictions: 'p', modelType: 'regressor', evaluatorConfig };
  return new TouchstoneRuntime({ plugins: [classic()] }).evaluate(request);
}

test('the set of MLflow, in its order', async () => {
  // MLflow: reg-static
  const results = await regress(DATA);
  expect(results.plans[0]?.metrics.map(({ name }) => name)).toEqual([
    ...[
      'example_count',
      'mean_absolute_error',
      'mean_squared_error',
      'root_mean_squared_error',
      'sum_on_target',
      'mean_on_target',
    ],
    ...['r2_score', 'max_error', 'mean_absolute_percentage_error'],
  ]);
  expect(results.metrics).toEqual({
    example_count: 5,
    mean_absolute_error: expect.closeTo(0.64, 12),
    mean_squared_error: expect.closeTo(0.904, 12),
    root_mean_squared_error: expect.closeTo(0.950789145920377, 12),
    sum_on_target: 10.5,
    mean_on_target: 2.1,
    r2_score: expect.closeTo(0.9515021459227468, 12),
    max_error: 2,
    mean_absolute_percentage_error: expect.closeTo(90071992547410.06, 0),
  });
  expect(results.skippedMetrics).toEqual([]);
});

test('mean errors are sums, kept row by row', async () => {
  const forms = (await regress(DATA)).plans[0]?.metrics.map(({ name, form }) => [name, form]) ?? [];
  expect(forms.filter(([, form]) => form === 'statistic').map(([name]) => name)).toEqual([
    'mean_absolute_error',
    'mean_squared_error',
    'root_mean_squared_error',
    'mean_absolute_percentage_error',
  ]);
});

describe('weights', () => {
  const weights = [1, 1, 2, 0, 4];
  // MLflow: reg-weights (where an extra mae() takes the place of the weighted one). max_error and the count do not weigh, and mean_on_target divides by the count.
  const weighed = {
    example_count: 5,
    mean_absolute_error: 1.2,
    mean_squared_error: 2.095,
    sum_on_target: 37.5,
    mean_on_target: 7.5,
    r2_score: 0.932546849452899,
    max_error: 2,
  };

  test('are a list or a column', async () => {
    const inColumn = DATA.map((row, index) => ({ ...row, importance: weights[index] }));
    for (const results of [
      await regress(DATA, { sample_weights: weights }),
      await regress(inColumn, { sampleWeights: 'importance' }),
    ]) {
      for (const [name, value] of Object.entries(weighed)) expect(results.metrics[name], name).toBeCloseTo(value, 12);
    }
  });

  test('that do not fit say so', async () => {
    const short = await regress(DATA, { sample_weights: [1, 1] });
    expect(short.metrics).toEqual({ example_count: 5, max_error: 2 });
    expect(short.skippedMetrics.find(({ name }) => name === 'r2_score')?.reason).toBe(
      '3 of 5 rows have no sample weight, so they cannot be weighed against the others',
    );
    expect((await regress(DATA, { sample_weights: [...weights, 9] })).warnings).toEqual([
      'sampleWeights has 6 weights, and row 5 was the last one evaluated: is it the list of these data?',
    ]);
    await expect(regress(DATA, { sample_weight: weights })).rejects.toThrow(
      "evaluatorConfig: There is no 'sample_weight'. Did you mean 'sampleWeights'?",
    );
  });
});

test('numbers may come as text, from a file or a language model; what is none costs its row', async () => {
  const data = [
    ...DATA.map(({ y, p }) => ({ y: String(y), p: ` ${p}` })),
    { y: 5, p: 'about 5' },
    { y: 5, p: '0x5' },
    { y: 5, p: '' },
    { y: 5, p: '1e999' },
    { y: 5, p: true },
    { y: null, p: 5 },
  ];
  const results = await regress(data);
  expect(results.metrics.mean_absolute_error).toBeCloseTo(0.64, 12);
  expect(results.coverage.mean_absolute_error).toEqual({
    scored: 5,
    skipped: 6,
    failed: 0,
    reasons: { 'missing-cell': 1, 'wrong-type': 5 },
  });
  expect(results.coverage.r2_score).toEqual(results.coverage.mean_absolute_error);
});

test('targets that are no numbers are refused before the first row', async () => {
  await expect(regress([{ y: 'high', p: 'low' }])).rejects.toThrow(
    'the column \'p\' holds something else: it must be a number, and it is "low"',
  );
});

describe('R²', () => {
  const of = async (targets: readonly number[], predictions: readonly number[]) =>
    (await regress(targets.map((y, row) => ({ y, p: predictions[row] ?? 0 })))).metrics.r2_score;

  test('keeps its digits where targets are far from zero and near to each other', async () => {
    const offset = 2 ** 40;
    const [targets, predictions] = [
      [1, 2, 3, 4],
      [1.5, 2, 2.5, 4],
    ];
    // 1 − 0.5/5, and every number here is exact.
    expect(await of(targets, predictions)).toBe(0.9);
    expect(
      await of(
        targets.map((y) => y + offset),
        predictions.map((p) => p + offset),
      ),
    ).toBe(0.9);
  });

  test('is 1 for a perfect fit and 0 for any other of constant targets', async () => {
    expect(await of([3.5, 3.5, 3.5], [3.5, 3.5, 3.5])).toBe(1);
    expect(await of([3.5, 3.5, 3.5], [3.5, 3, 3.5])).toBe(0);
  });

  test('of one row is not defined', async () => {
    const results = await regress([{ y: 1, p: 2 }]);
    expect(results.metrics.r2_score).toBeUndefined();
    expect(results.skippedMetrics).toEqual([{ name: 'r2_score', reason: 'there is only one row, and variance needs two' }]);
    expect(results.metrics.mean_absolute_error).toBe(1);
  });
});

test('the metrics are there one by one, and the evaluator without a plug-in', async () => {
  const request = { data: DATA, targets: 'y', predictions: 'p' } as const;
  const alone = await evaluate({
    ...request,
    extraMetrics: [mae(), r2Score({ name: 'fit' }), maxError({ when: (row) => row.y !== 10 })],
  });
  expect(alone.metrics).toEqual({
    mean_absolute_error: expect.closeTo(0.64, 12),
    fit: expect.closeTo(0.9515021459227468, 12),
    max_error: 0.5,
  });
  const set = await evaluate({ ...request, evaluators: regressor({ sampleWeights: [1, 1, 2, 0, 4] }) });
  expect(set.metrics.sum_on_target).toBe(37.5);
});
