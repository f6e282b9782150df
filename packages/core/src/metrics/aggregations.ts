import { mean, percentile, populationVariance, type Undefined } from '@touchstone/stats';
import type { Aggregation } from '../contracts/index.ts';
import { suggestion } from '../errors/did-you-mean.ts';
import { TouchstoneError } from '../errors/touchstone-error.ts';

const numberOf = (result: number | Undefined): number | undefined => (typeof result === 'number' ? result : undefined);

const meanOf = (values: Float64Array): number | undefined => numberOf(mean(values));

/** Aggregations by name. `variance` divides by n and `p90` interpolates linearly, as MLflow's do. */
export const aggregations = {
  mean: { name: 'mean', kind: 'mean', compute: meanOf },
  variance: { name: 'variance', kind: 'variance', compute: (values) => numberOf(populationVariance(values)) },
  p90: { name: 'p90', kind: 'quantile', compute: (values) => numberOf(percentile(values, 90)) },
  median: { name: 'median', kind: 'quantile', compute: (values) => numberOf(percentile(values, 50)) },
  min: {
    name: 'min',
    kind: 'extreme',
    compute: (values) => values.reduce((low, value) => Math.min(low, value), Number.POSITIVE_INFINITY),
  },
  max: {
    name: 'max',
    kind: 'extreme',
    compute: (values) => values.reduce((high, value) => Math.max(high, value), Number.NEGATIVE_INFINITY),
  },
} as const satisfies Readonly<Record<string, Aggregation>>;

/** What a metric of numbers gets unless it says otherwise: MLflow's `standard_aggregations`. */
export const standardAggregations: readonly Aggregation[] = [aggregations.mean, aggregations.variance, aggregations.p90];

/** What a yes/no metric gets: the share of `true`. */
export const proportion: Aggregation = { name: 'mean', kind: 'proportion', compute: meanOf };

/** The share of rows with this label. */
export function shareOf(label: string): Aggregation {
  return { name: label, kind: 'share', of: (value) => (value === label ? 1 : 0), compute: meanOf };
}

/**
 * Names into aggregations.
 * @throws TouchstoneError `unknown-aggregation`
 */
export function resolveAggregations(asked: readonly (string | Aggregation)[]): readonly Aggregation[] {
  const known: Readonly<Record<string, Aggregation>> = aggregations;
  return asked.map((aggregation) => {
    if (typeof aggregation !== 'string') return aggregation;
    const found = Object.hasOwn(known, aggregation) ? known[aggregation] : undefined;
    if (found !== undefined) return found;
    const hint = suggestion(aggregation, Object.keys(known), { list: 'There are' });
    throw new TouchstoneError('unknown-aggregation', `There is no aggregation '${aggregation}'.${hint}`);
  });
}
