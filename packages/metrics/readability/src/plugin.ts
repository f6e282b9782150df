import { definePlugin, versionOf } from '@touchstone/core';
import {
  ariGradeLevel,
  colemanLiauIndex,
  daleChallReadabilityScore,
  fleschKincaidGradeLevel,
  fleschReadingEase,
  gunningFog,
  linsearWriteFormula,
  type ReadabilityOptions,
  smogIndex,
} from './readability-metrics.ts';

/**
 * Readability for presets and by name.
 *
 * @param options hold for the metrics that are asked for by name or by a preset
 * @example createTouchstone({ plugins: [readability()] })
 */
export default function readability(options: Partial<ReadabilityOptions> = {}) {
  const metrics = [
    fleschKincaidGradeLevel,
    ariGradeLevel,
    fleschReadingEase,
    gunningFog,
    smogIndex,
    colemanLiauIndex,
    daleChallReadabilityScore,
    linsearWriteFormula,
  ] as const;
  const plugin = definePlugin({ name: '@touchstone/metric-readability', version: versionOf(import.meta.url), metrics });
  if (Object.keys(options).length === 0) return plugin;
  return {
    ...plugin,
    register: (registry: Parameters<typeof plugin.register>[0]) => {
      for (const metric of metrics) registry.metric(metric.metricName, (given) => metric({ ...options, ...given }));
    },
  };
}
