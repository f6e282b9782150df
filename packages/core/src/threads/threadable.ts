import type { ResolvedMetric } from '../plan/resolved-metric.ts';
import type { ThreadMetric } from './thread-messages.ts';

/**
 * The metrics that worker threads may compute: they are pure computation, ask no service, and can be made again elsewhere.
 * The set is closed: what such a metric reads is computed in the same thread, and nothing outside reads its scores.
 */
export function threadable(metrics: readonly ResolvedMetric[]): readonly ThreadMetric[] {
  const able = new Map<number, ThreadMetric>();
  for (const one of metrics) {
    const { index, planned, dependsOn, level, metric } = one;
    const { spec, origin } = metric;
    if (spec === undefined || origin === undefined || metric.cost !== 'cpu' || metric.form === 'dataset') continue;
    if (metric.when !== undefined || Object.keys(metric.models).length > 0) continue;
    able.set(index, { index, planned, dependsOn, level, spec, origin });
  }
  return closed(able, metrics);
}

/** Without those that read, or are read by, a metric that is not in the set. */
export function closed(able: ReadonlyMap<number, ThreadMetric>, metrics: readonly ResolvedMetric[]): readonly ThreadMetric[] {
  const left = new Map(able);
  for (let before = -1; before !== left.size; ) {
    before = left.size;
    for (const { index, metric, dependsOn } of metrics) {
      if (metric.form === 'dataset') continue;
      const inside = left.has(index);
      for (const [, read] of dependsOn) {
        if (inside && !left.has(read)) left.delete(index);
        if (!inside) left.delete(read);
      }
    }
  }
  return [...left.values()];
}
