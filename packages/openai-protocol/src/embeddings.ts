import { type Answer, type EmbedRequest, type ServiceCall, ServiceError } from '@touchstone/core';
import type OpenAI from 'openai';
import type { OpenAIConnection } from './openai-services.ts';

/** Vectors of texts, as floats: the SDK's own base64 is not spoken by every server. */
export async function embed(
  { provider, model, client }: OpenAIConnection,
  { texts, parameters }: EmbedRequest,
  io: ServiceCall,
): Promise<Answer<{ readonly vectors: readonly (readonly number[])[] }>> {
  const body: OpenAI.EmbeddingCreateParams = { ...parameters, model, input: [...texts], encoding_format: 'float' };
  const response = await client(io.fetch).embeddings.create(body, { signal: io.signal });
  // Sorting is stable: servers that do not number the vectors send them in order.
  const vectors = [...(response.data ?? [])].sort((a, b) => (a.index ?? 0) - (b.index ?? 0)).map(({ embedding }) => embedding);
  if (vectors.length !== texts.length) {
    throw new ServiceError('bad-response', `${provider} sent ${vectors.length} vectors for ${texts.length} texts`);
  }
  const tokens: unknown = response.usage?.prompt_tokens;
  return {
    value: { vectors },
    ...(typeof tokens === 'number' ? { usage: { inputTokens: tokens, outputTokens: 0 } } : {}),
    ...(response.model === undefined ? {} : { servedBy: response.model }),
  };
}
