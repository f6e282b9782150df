import type { Plan, SkippedMetric } from '../contracts/index.ts';
import type { Aggregates } from './aggregate.ts';
import { ownerOf } from './owner-of.ts';
import type { EvaluationSummary } from './summary.ts';

/** A result without what it says of these metrics. @param keys of the metrics that are computed anew */
export function withoutMetrics(summary: EvaluationSummary, plan: Plan, keys: ReadonlySet<string>): EvaluationSummary {
  const stays = (aggregate: string): boolean => !keys.has(ownerOf(aggregate, plan) ?? '');
  const keep = <T>(values: Readonly<Record<string, T>>, kept: (key: string) => boolean): Readonly<Record<string, T>> =>
    Object.fromEntries(Object.entries(values).filter(([key]) => kept(key)));
  const gone = plan.metrics.filter(({ key }) => keys.has(key));
  return {
    ...summary,
    metrics: keep(summary.metrics, stays),
    intervals: keep(summary.intervals, stays),
    coverage: keep(summary.coverage, (key) => !keys.has(key)),
    signatures: keep(summary.signatures, (key) => !keys.has(key)),
    skippedMetrics: summary.skippedMetrics.filter(({ name }) => !gone.some((metric) => metric.name === name)),
    warnings: summary.warnings.filter(
      (warning) => !gone.some(({ name, key }) => warning.startsWith(`${name}:`) || warning.startsWith(`${key}/`)),
    ),
  };
}

/**
 * Adds what an earlier part has concluded to what is computed now, in the order in which one part alone would have computed it all:
 * metrics of rows in plan order, then those of the whole data set, then what evaluators concluded.
 */
export function addEarlier(now: Aggregates, earlier: EvaluationSummary, plan: Plan): Aggregates {
  const order = [...plan.metrics.filter(isOfRows), ...plan.metrics.filter((metric) => !isOfRows(metric))].map(({ key }) => key);
  const place = (key: string | undefined): number => (key === undefined ? order.length : order.indexOf(key));
  const inOrder = <T>(values: Readonly<Record<string, T>>): Record<string, T> =>
    Object.fromEntries(Object.entries(values).toSorted(([a], [b]) => place(ownerOf(a, plan)) - place(ownerOf(b, plan))));
  const counts = Object.values(earlier.coverage);
  return {
    metrics: inOrder({ ...earlier.metrics, ...now.metrics }),
    intervals: inOrder({ ...earlier.intervals, ...now.intervals }),
    coverage: inOrder({ ...earlier.coverage, ...now.coverage }),
    skippedMetrics: [...foundSkipped(earlier, plan), ...now.skippedMetrics],
    warnings: [...earlier.warnings, ...now.warnings],
    scored: now.scored + counts.reduce((sum, { scored }) => sum + scored, 0),
    failed: now.failed + counts.reduce((sum, { failed }) => sum + failed, 0),
  };
}

function isOfRows({ form }: Plan['metrics'][number]): boolean {
  return form !== 'dataset';
}

/** Metrics that turned out not to apply; the others stand in the plan. */
function foundSkipped({ skippedMetrics }: EvaluationSummary, plan: Plan): readonly SkippedMetric[] {
  return skippedMetrics.filter(({ name }) => !plan.skippedMetrics.some((planned) => planned.name === name));
}
