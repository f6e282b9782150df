import { definePlugin, versionOf } from '@touchstone/core';
import { type RougeOptions, rouge1, rouge2, rougeL, rougeLsum } from './rouge-metrics.ts';

/**
 * ROUGE for presets and by name.
 *
 * @param options hold for the metrics that are asked for by name or by a preset
 * @example createTouchstone({ plugins: [rouge({ tokenizer: 'unicode' })] })
 */
export default function rouge(options: Partial<RougeOptions> = {}) {
  const metrics = [rouge1, rouge2, rougeL, rougeLsum] as const;
  const plugin = definePlugin({ name: '@touchstone/metric-rouge', version: versionOf(import.meta.url), metrics });
  if (Object.keys(options).length === 0) return plugin;
  return {
    ...plugin,
    register: (registry: Parameters<typeof plugin.register>[0]) => {
      for (const metric of metrics) {
        registry.metric(metric.metricName, (given, about) => {
          const asked = { ...options, ...given };
          const suiting = about?.language === undefined || asked.useStemmer === true ? {} : metric.forLanguage?.(about.language);
          return metric({ ...suiting, ...asked });
        });
      }
    },
  };
}
