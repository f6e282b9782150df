import { type Aggregation, defineMetric } from '@touchstone/core';

/** MLflow has it as an aggregate only, under the metric's own key: `exact_match/v1`. */
const share: Aggregation = {
  name: 'exact_match',
  kind: 'proportion',
  compute: (values) => (values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length),
};

/**
 * Whether the prediction equals the target, strictly: no trimming, no folding of case, and 2 is not "2".
 * Any JSON value can be compared; objects are equal whatever the order of their keys. A row without prediction or target is skipped.
 * The result has the share of equal rows as `exact_match/v1`; each row's yes or no is in `results.rows()`.
 *
 * @example
 * await evaluate({ data, targets: 'ground_truth', predictions: 'answer', extraMetrics: [exactMatch()] });
 */
export const exactMatch = defineMetric({
  name: 'exact_match',
  version: 'v1',
  description: 'Share of rows whose prediction equals the target',
  greaterIsBetter: true,
  range: [0, 1],
  needs: { predictions: 'any', targets: 'any' },
  aggregations: [share],
  scoreColumn: false,
  from: { module: '@touchstone/metric-text', export: 'exactMatch', url: import.meta.url },
  scoreRow: ({ predictions, targets }) => equalJson(predictions, targets),
});

function equalJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, index) => equalJson(item, b[index]));
  }
  const [left, right] = [new Map(Object.entries(a)), new Map(Object.entries(b))];
  return left.size === right.size && [...left].every(([key, value]) => right.has(key) && equalJson(value, right.get(key)));
}
