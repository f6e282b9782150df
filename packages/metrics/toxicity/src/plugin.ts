import { definePlugin, versionOf } from '@touchstone/core';
import { profanity } from './profanity.ts';
import { type ToxicityOptions, toxicity } from './toxicity.ts';

/**
 * Toxicity for presets and by name, and profanity.
 *
 * @param options hold for the `toxicity` that a preset or a name asks for
 * @example createTouchstone({ plugins: [toxicity({ model: 'huggingface:/facebook/roberta-hate-speech-dynabench-r4-target', label: 'hate' })] })
 */
export default function toxicityPlugin(options: Partial<ToxicityOptions> = {}) {
  const metrics = [toxicity, profanity] as const;
  const plugin = definePlugin({ name: '@touchstone/metric-toxicity', version: versionOf(import.meta.url), metrics });
  if (Object.keys(options).length === 0) return plugin;
  return {
    ...plugin,
    register: (registry: Parameters<typeof plugin.register>[0]) => {
      registry.metric(toxicity.metricName, (given) => toxicity({ ...options, ...given }));
      registry.metric(profanity.metricName, (given) => profanity(given));
    },
  };
}
