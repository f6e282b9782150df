import { createTouchstone, evaluate } from '@touchstone/core';
import { expect, test } from 'vitest';
import text, { exactMatch } from './index.ts';

test.each([
  ['a', 'a', true],
  ['a', 'A', false],
  ['a', ' a', false],
  ['é', 'e\u0301', false],
  ['서울', '서울', true],
  [2, 2, true],
  [2, '2', false],
  [true, true, true],
  [true, 1, false],
  [[1, 2], [1, 2], true],
  [[1, 2], [2, 1], false],
  [{ a: 1, b: [2] }, { b: [2], a: 1 }, true],
  [{ a: 1 }, { a: 1, b: 2 }, false],
  [[], {}, false],
  ['', '', true],
])('%j against %j is %s', async (predictions, targets, equal) => {
  expect(await exactMatch().score({ predictions, targets })).toEqual({ status: 'scored', value: equal });
});

test('a row without prediction or target is skipped', async () => {
  expect(await exactMatch().score({ predictions: null, targets: 'x' })).toEqual({
    status: 'skipped',
    code: 'missing-cell',
    reason: "'predictions' is null",
  });
});

test('the result has the share under MLflow’s key with a Wilson interval, and no column in the table', async () => {
  const answers = ['a', 'b', 'c', 'x', null];
  const data = answers.map((answer, index) => ({ answer, expected: 'abcde'[index] ?? '' }));
  const results = await evaluate({ data, predictions: 'answer', targets: 'expected', extraMetrics: [exactMatch()] });
  expect(results.metrics).toEqual({ 'exact_match/v1': 0.75 });
  // Wilson, k = 3, n = 4: scipy.stats.binomtest(3, 4).proportion_ci(method='wilson')
  expect(results.intervals['exact_match/v1']?.low).toBeCloseTo(0.30064183, 6);
  expect(results.intervals['exact_match/v1']?.high).toBeCloseTo(0.95441273, 6);
  expect(results.intervals['exact_match/v1']?.method).toBe('wilson');
  expect(results.coverage['exact_match/v1']).toEqual({ scored: 4, skipped: 1, failed: 0, reasons: { 'missing-cell': 1 } });
  expect((await results.tables.eval_results_table.toJSON()).columns).toEqual(['expected', 'answer']);
});

test('the preset of question-answering finds it by name', async () => {
  const touchstone = createTouchstone({ plugins: [text()] });
  const results = await touchstone.evaluate({
    data: [{ a: 'x', b: 'x' }],
    predictions: 'a',
    targets: 'b',
    modelType: 'question-answering',
  });
  expect(results.metrics['exact_match/v1']).toBe(1);
  expect(results.signatures['exact_match/v1']).toBe('exact_match|v1');
});
