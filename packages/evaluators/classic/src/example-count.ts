import { defineMetric, type StandardSchemaV1 } from '@touchstone/core';
import { type MetricOrigin, metricHead, originAt } from './metric-head.ts';

type Cells = Readonly<Record<string, 'any' | StandardSchemaV1>>;

/** How many rows were evaluated: those that have a target and a prediction. */
export const exampleCount = countOf({ predictions: 'any', targets: 'any' }, originAt(import.meta.url));

/** The count of a set: of rows whose cells its metrics can read. */
export function countOf<const N extends Cells>(needs: N, origin?: MetricOrigin) {
  return defineMetric({
    ...metricHead('example_count', 'exampleCount', 'Rows that have a target and a prediction', origin),
    greaterIsBetter: true,
    needs,
    statistics: () => [],
    combine: (_, rows) => ({ example_count: rows }),
  });
}
