import { definePlugin, versionOf } from '@touchstone/core';
import { vocabularyOf } from './encoding.ts';
import { characterCount, graphemeCount, wordCount } from './text-lengths.ts';
import { type TokenCountOptions, tokenCount } from './token-count.ts';

/**
 * Lengths of outputs, for presets and by name.
 *
 * @param options hold for the `token_count` of presets, and for one asked for by name unless it brings its own
 * @throws TouchstoneError `bad-option`, as {@link tokenCount}
 * @example createTouchstone({ plugins: [tokens({ model: 'gpt-5-mini' })] })
 */
export default function tokens(options: TokenCountOptions = {}) {
  vocabularyOf(options);
  const metrics = [tokenCount, wordCount, characterCount, graphemeCount] as const;
  const plugin = definePlugin({ name: '@touchstone/metric-tokens', version: versionOf(import.meta.url), metrics });
  return {
    ...plugin,
    register(registry: Parameters<typeof plugin.register>[0]): void {
      registry.metric(tokenCount.metricName, (given = {}) =>
        tokenCount('encoding' in given || 'model' in given ? given : { ...options, ...given }),
      );
      for (const length of metrics.slice(1)) registry.metric(length.metricName, (given) => length(given));
    },
  };
}
