import { type Aggregation, aggregations, standardAggregations, suggestion, TouchstoneError } from '@touchstone/core';
import type { Scale } from '@touchstone/judging';

/**
 * What the scores are aggregated to. `[]` is the default, as in MLflow. Labels count as their weights, and each has its share besides.
 * @throws TouchstoneError `unknown-aggregation`
 */
export function aggregationsOf(
  asked: readonly (string | Aggregation)[] | undefined,
  scale: Scale,
): readonly Aggregation[] | undefined {
  const named = asked === undefined || asked.length === 0 ? undefined : asked.map(aggregationNamed);
  if (scale.kind === 'numeric') return named ?? standardAggregations;
  if (scale.kind === 'boolean') return named;
  const { weights } = scale;
  const weighed = (named ?? standardAggregations).map(
    (one): Aggregation => ({
      ...one,
      of: one.of ?? ((value) => (typeof value === 'string' ? weights[value] : undefined)),
    }),
  );
  const shares = Object.keys(weights).map(
    (label): Aggregation => ({
      name: label,
      kind: 'share',
      of: (value) => (value === label ? 1 : 0),
      compute: aggregations.mean.compute,
    }),
  );
  return [...weighed, ...shares];
}

function aggregationNamed(asked: string | Aggregation): Aggregation {
  if (typeof asked !== 'string') return asked;
  const known: Readonly<Record<string, Aggregation>> = aggregations;
  const found = Object.hasOwn(known, asked) ? known[asked] : undefined;
  if (found !== undefined) return found;
  throw new TouchstoneError(
    'unknown-aggregation',
    `There is no aggregation '${asked}'.${suggestion(asked, Object.keys(known), { list: 'There are' })}`,
  );
}
