import { defineMetric, type StandardSchemaV1 } from '@touchstone/core';
import { MODULE, metricHead } from './metric-head.ts';

type Cells = Readonly<Record<string, 'any' | StandardSchemaV1>>;

/** How many rows were evaluated: those that have a target and a prediction. */
export const exampleCount = countOf({ predictions: 'any', targets: 'any' }, MODULE);

/** The count of a set: of rows whose cells its metrics can read. */
export function countOf<const N extends Cells>(needs: N, module?: string) {
  return defineMetric({
    ...metricHead('example_count', 'exampleCount', 'Rows that have a target and a prediction', module),
    greaterIsBetter: true,
    needs,
    statistics: () => [],
    combine: (_, rows) => ({ example_count: rows }),
  });
}
