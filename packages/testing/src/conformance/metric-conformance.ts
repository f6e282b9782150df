import type { AnyMetricFactory, Metric } from '@touchstone/core';
import { registerChecks } from './check.ts';
import { type MetricConformanceOptions, metricChecks } from './metric-checks.ts';

/**
 * What every metric must do, as Vitest tests. It scores nothing for real that costs: services in its roles are scripted.
 *
 * @param metric a factory of `defineMetric`, or a metric
 * @example
 * metricConformance(citesSource, {
 *   examples: [
 *     { row: { predictions: 'It says so in the Manual.', context: 'Manual' }, score: true },
 *     { row: { predictions: '설명서에 있습니다.', context: '' }, score: 'skipped' },
 *   ],
 *   variants: [{ options: { caseSensitive: true } }],
 * });
 */
export function metricConformance(metric: Metric | AnyMetricFactory, options: MetricConformanceOptions): void {
  registerChecks(`${'metricName' in metric ? metric.metricName : metric.name} is a metric that`, metricChecks(metric, options));
}
