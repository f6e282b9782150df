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
  const vectors = [...(response.data ?? [])].sort((a, b) => a.index - b.index).map(({ embedding }) => embedding);
  if (vectors.length !== texts.length) {
    throw new ServiceError('bad-response', `${provider} sent ${vectors.length} vectors for ${texts.length} texts`);
  }
  return {
    value: { vectors },
    ...(response.usage === undefined ? {} : { usage: { inputTokens: response.usage.prompt_tokens, outputTokens: 0 } }),
    ...(response.model === undefined ? {} : { servedBy: response.model }),
  };
}
