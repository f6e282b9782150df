import { defineMetric } from '@touchstone/core';
import { metricHead, originAt } from './metric-head.ts';

/** How many rows were evaluated: those that have a target and a prediction. */
export const exampleCount = defineMetric({
  ...metricHead('example_count', 'exampleCount', 'Rows that have a target and a prediction', originAt(import.meta.url)),
  greaterIsBetter: true,
  needs: { predictions: 'any', targets: 'any' },
  statistics: () => [],
  combine: (_, rows) => ({ example_count: rows }),
});
