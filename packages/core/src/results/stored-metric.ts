import type { Aggregation, Metric, Plan, PlannedMetric } from '../contracts/index.ts';
import { aggregations } from '../metrics/aggregations.ts';
import type { ResolvedMetric } from '../plan/resolved-metric.ts';

/** The metrics of a stored plan, without their code: for what can be told from their scores and the names of their aggregations. */
export function storedMetrics({ metrics }: Plan): readonly ResolvedMetric[] {
  return metrics.map((planned, index) => ({
    index,
    planned,
    // Sums have no formula here: only the scores of rows are aggregated.
    metric: storedMetric({ ...planned, form: 'row' }),
    columns: [],
    dependsOn: [],
    level: 0,
    services: {},
  }));
}

/** Stands in for a metric whose scores are stored. It is never asked for one. */
export function storedMetric(planned: PlannedMetric): Metric {
  const { name, key, form, signature, greaterIsBetter, range, dependsOn } = planned;
  const known = planned.aggregations?.flatMap((asked) => knownAggregation(asked) ?? []);
  const head = {
    ...(known === undefined ? {} : { aggregations: known }),
    ...(range === undefined ? {} : { range }),
    name,
    description: key,
    greaterIsBetter,
    needs: [],
    columns: {},
    dependsOn,
    models: {},
    signature,
    cost: 'cpu',
  } as const;
  const never = (): never => {
    throw new Error(`${name} is stored, and its code is not here`);
  };
  if (form === 'dataset') return { ...head, form, scoreAll: never };
  if (form === 'statistic') return { ...head, form, statistics: never, combine: () => ({}) };
  return { ...head, form, batch: 1, scoreItems: never };
}

/** One that its name and kind tell; a metric's own formulas need its code. */
export function knownAggregation({ name, kind }: Pick<Aggregation, 'name' | 'kind'>): Aggregation | undefined {
  const standard: Readonly<Record<string, Aggregation>> = aggregations;
  if (Object.hasOwn(standard, name)) return standard[name];
  return kind === 'proportion' || kind === 'mean' ? { ...aggregations.mean, name, kind } : undefined;
}
