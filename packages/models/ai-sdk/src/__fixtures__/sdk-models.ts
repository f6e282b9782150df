import { createAnthropic as anthropicV4 } from '@ai-sdk/anthropic';
import { createAnthropic as anthropicV2 } from '@ai-sdk/anthropic-v2';
import { createAnthropic as anthropicV3 } from '@ai-sdk/anthropic-v3';
import { createOpenAI as openaiV4 } from '@ai-sdk/openai';
import { createOpenAI as openaiV2 } from '@ai-sdk/openai-v2';
import { createOpenAI as openaiV3 } from '@ai-sdk/openai-v3';
import type { Answer, Generated, GenerateRequest, LanguageModel, ServiceCall } from '@touchstone/core';
import type { FakeProvider } from '@touchstone/testing/fake-provider';

type Fetch = typeof globalThis.fetch;

/** Fits no pattern of a key, so only who learns it can take it out of a text. */
export const canary = 'canary.sdk.20261126';

/** The provider packages of all three versions of the specification, over the fake provider. Without a fetch, models send by themselves. */
export function sdkModels(provider: FakeProvider) {
  const openai = { baseURL: provider.openai, apiKey: canary };
  const anthropic = { baseURL: `${provider.anthropic}/v1`, apiKey: canary };
  const sending = (fetch?: Fetch) => (fetch === undefined ? {} : { fetch });
  return {
    openai: {
      v2: (fetch?: Fetch) => openaiV2({ ...openai, ...sending(fetch) }),
      v3: (fetch?: Fetch) => openaiV3({ ...openai, ...sending(fetch) }),
      v4: (fetch?: Fetch) => openaiV4({ ...openai, ...sending(fetch) }),
    },
    anthropic: {
      v2: (fetch?: Fetch) => anthropicV2({ ...anthropic, ...sending(fetch) }),
      v3: (fetch?: Fetch) => anthropicV3({ ...anthropic, ...sending(fetch) }),
      v4: (fetch?: Fetch) => anthropicV4({ ...anthropic, ...sending(fetch) }),
    },
  };
}

export const versions = ['v2', 'v3', 'v4'] as const;

export const ask = (content: string, more: Partial<GenerateRequest> = {}): GenerateRequest => ({
  messages: [{ role: 'user', content }],
  ...more,
});

/** One answer, and whether a first token was seen. */
export async function send(
  model: LanguageModel,
  request: GenerateRequest,
): Promise<Answer<Generated> & { readonly first: number }> {
  let first = 0;
  const answer = await model.send(request, { ...io, firstToken: () => first++ });
  return { ...answer, first };
}

export const io: ServiceCall = {
  signal: new AbortController().signal,
  fetch: globalThis.fetch,
  attempt: 1,
  firstToken: () => undefined,
};
