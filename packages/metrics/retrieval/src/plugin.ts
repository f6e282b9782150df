import { definePlugin, versionOf } from '@touchstone/core';
import {
  type AtKOptions,
  averagePrecision,
  hitRate,
  ndcgAtK,
  precisionAtK,
  recallAtK,
  reciprocalRank,
  rPrecision,
  standardNdcg,
} from './retrieval-metrics.ts';

/**
 * Retrieval metrics for the preset `retriever` and by name.
 *
 * @param options the k of `precision_at_k`, `recall_at_k` and `ndcg_at_k` where nobody says another: `evaluatorConfig: { retrieverK: 10 }`
 * @example createTouchstone({ plugins: [retrieval({ k: 5 })] })
 */
export default function retrieval(options: Partial<AtKOptions> = {}) {
  const ours = [standardNdcg, reciprocalRank, averagePrecision, hitRate, rPrecision] as const;
  const mlflow = [precisionAtK, recallAtK, ndcgAtK] as const;
  const plugin = definePlugin({
    name: '@touchstone/metric-retrieval',
    version: versionOf(import.meta.url),
    metrics: [...mlflow, ...ours],
  });
  return {
    ...plugin,
    register: (registry: Parameters<typeof plugin.register>[0]) => {
      for (const metric of mlflow) registry.metric(metric.metricName, (given) => metric({ ...options, ...given }));
      for (const metric of ours) registry.metric(metric.metricName, (given) => metric(given));
    },
  };
}
