import type { Usage } from '@touchstone/core';
import { countOf, fieldsOf } from './fields.ts';

/**
 * Tokens as core counts them: the input with its cached part. Flat in v2, and nested from v3 on.
 *
 * @param metadata of the provider: in v2 Anthropic's package counts what its cache has apart from the input, and says here what was
 * written to it
 */
export function tokenUsage(usage: unknown, metadata: unknown): Usage | undefined {
  const { inputTokens, outputTokens } = fieldsOf(usage);
  const nested = typeof inputTokens === 'object' || typeof outputTokens === 'object';
  const counted = nested ? nestedUsage(inputTokens, outputTokens) : flatUsage(usage, metadata);
  const known = Object.entries(counted).filter(([, tokens]) => tokens !== undefined);
  return known.length === 0 ? undefined : Object.fromEntries(known);
}

type Counted = { readonly [Part in keyof Usage]: number | undefined };

function nestedUsage(input: unknown, output: unknown): Counted {
  const { total, noCache, cacheRead, cacheWrite } = fieldsOf(input);
  const { total: spoken, text, reasoning } = fieldsOf(output);
  return {
    inputTokens: countOf(total) ?? sum(noCache, cacheRead, cacheWrite),
    outputTokens: countOf(spoken) ?? sum(text, reasoning),
    cachedTokens: countOf(cacheRead),
    reasoningTokens: countOf(reasoning),
  };
}

function flatUsage(usage: unknown, metadata: unknown): Counted {
  const { inputTokens, outputTokens, cachedInputTokens, reasoningTokens } = fieldsOf(usage);
  const { anthropic } = fieldsOf(metadata);
  const { cacheCreationInputTokens } = fieldsOf(anthropic);
  return {
    inputTokens: anthropic === undefined ? countOf(inputTokens) : sum(inputTokens, cachedInputTokens, cacheCreationInputTokens),
    outputTokens: countOf(outputTokens),
    cachedTokens: countOf(cachedInputTokens),
    reasoningTokens: countOf(reasoningTokens),
  };
}

function sum(...parts: readonly unknown[]): number | undefined {
  const known = parts.map(countOf).filter((part) => part !== undefined);
  return known.length === 0 ? undefined : known.reduce((total, part) => total + part, 0);
}
