import { TouchstoneRuntime } from '@touchstone/core';
import { expect, test } from 'vitest';
import * as classic from './index.ts';

const { metrics } = new TouchstoneRuntime({ plugins: [classic.default()] }).registrations;
const made = [...metrics]
  .filter(([, { plugin }]) => plugin === '@touchstone/evaluator-classic')
  .map(([, { value }]) => value.make());

test('every metric is known by the name of its result', () => {
  expect(made.map(({ name }) => name)).toEqual([
    ...['true_negatives', 'false_positives', 'false_negatives', 'true_positives', 'example_count', 'accuracy_score'],
    ...['recall_score', 'precision_score', 'f1_score', 'log_loss', 'roc_auc', 'precision_recall_auc'],
    ...['balanced_accuracy', 'matthews_corrcoef', 'cohen_kappa'],
    ...['mean_absolute_error', 'mean_squared_error', 'root_mean_squared_error', 'sum_on_target', 'mean_on_target'],
    ...['r2_score', 'max_error', 'mean_absolute_percentage_error'],
  ]);
});

test('every metric says how it comes about, where it is from and when to mistrust it', () => {
  for (const { about } of made) {
    for (const text of [about?.formula, about?.source, about?.caution]) expect(text).toMatch(/^.{8,}[^.]$/u);
  }
});

test('every metric can be made again from its spec', () => {
  const exported: Readonly<Record<string, unknown>> = classic;
  for (const { name, spec } of made) {
    const factory = exported[spec?.export ?? ''];
    expect(spec?.module).toBe('@touchstone/evaluator-classic');
    expect(typeof factory === 'function' && factory()).toMatchObject({ name });
  }
});
