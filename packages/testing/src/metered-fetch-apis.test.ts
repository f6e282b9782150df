import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAI } from '@ai-sdk/openai';
import Anthropic from '@anthropic-ai/sdk';
import { InferenceClient } from '@huggingface/inference';
import { createTouchstone, definePlugin, LOGGER, type ModelCall, metric, PRICES } from '@touchstone/core';
import { embed, generateText, streamText } from 'ai';
import OpenAI, { AzureOpenAI } from 'openai';
import { afterEach, expect, test, vi } from 'vitest';
import { fakeProvider } from './fake-provider/index.ts';

afterEach(() => vi.unstubAllGlobals());

type Fetch = typeof globalThis.fetch;
type HubTask = 'feature-extraction' | 'text-classification';

const apiKey = 'canary-key-of-the-application';
const question = [{ role: 'user', content: '수도는?' }] as const;
const azure = { apiKey, endpoint: 'https://unit.openai.azure.com', apiVersion: '2025-04-01-preview', maxRetries: 0 };
const openai = (fetch: Fetch) => new OpenAI({ apiKey, fetch, maxRetries: 0 });
const anthropic = (fetch: Fetch) => new Anthropic({ apiKey, fetch, maxRetries: 0 });
const azureV1 = (fetch: Fetch) => new OpenAI({ apiKey, baseURL: `${azure.endpoint}/openai/v1`, fetch, maxRetries: 0 });
const hub = { provider: 'hf-inference' } as const;
const huggingface = (fetch: Fetch) => new InferenceClient(apiKey, { fetch });

/** What an application does with its SDK, and under which name its call is counted. */
const applications: Readonly<Record<string, { readonly id: string; readonly ask: (fetch: Fetch) => Promise<unknown> }>> = {
  'openai: a chat completion': {
    id: 'openai:/gpt-5-mini',
    ask: (fetch) => openai(fetch).chat.completions.create({ model: 'gpt-5-mini', messages: [...question] }),
  },
  'openai: a chat completion in a stream': {
    id: 'openai:/gpt-5-mini',
    ask: async (fetch) =>
      Array.fromAsync(
        await openai(fetch).chat.completions.create({
          model: 'gpt-5-mini',
          messages: [...question],
          stream: true,
          stream_options: { include_usage: true },
        }),
      ),
  },
  'openai: a response': {
    id: 'openai:/gpt-5',
    ask: (fetch) => openai(fetch).responses.create({ model: 'gpt-5', input: [...question] }),
  },
  'openai: a response in a stream': {
    id: 'openai:/gpt-5',
    ask: async (fetch) =>
      Array.fromAsync(await openai(fetch).responses.create({ model: 'gpt-5', input: [...question], stream: true })),
  },
  'openai: embeddings': {
    id: 'openai:/text-embedding-3-small',
    ask: (fetch) => openai(fetch).embeddings.create({ model: 'text-embedding-3-small', input: ['하나', '둘'], dimensions: 8 }),
  },
  'anthropic: a message': {
    id: 'anthropic:/claude-sonnet-5',
    ask: (fetch) => anthropic(fetch).messages.create({ model: 'claude-sonnet-5', max_tokens: 50, messages: [...question] }),
  },
  'anthropic: a message in a stream': {
    id: 'anthropic:/claude-sonnet-5',
    ask: (fetch) =>
      anthropic(fetch)
        .messages.stream({ model: 'claude-sonnet-5', max_tokens: 50, messages: [...question] })
        .finalMessage(),
  },
  'azure: a chat completion of a deployment': {
    id: 'azure-openai:/my-deployment',
    ask: (fetch) =>
      new AzureOpenAI({ ...azure, deployment: 'my-deployment', fetch }).chat.completions.create({
        model: '',
        messages: [...question],
      }),
  },
  'azure: a chat completion of the v1 API, in a stream': {
    id: 'azure-openai:/my-deployment',
    ask: async (fetch) =>
      Array.fromAsync(
        await azureV1(fetch).chat.completions.create({
          model: 'my-deployment',
          messages: [...question],
          stream: true,
          stream_options: { include_usage: true },
        }),
      ),
  },
  'azure: a response': {
    id: 'azure-openai:/my-deployment',
    ask: (fetch) => azureV1(fetch).responses.create({ model: 'my-deployment', input: [...question] }),
  },
  'huggingface: a chat completion of the router': {
    id: 'huggingface:/meta-llama/Llama-3.1-8B-Instruct',
    ask: (fetch) =>
      huggingface(fetch).chatCompletion({
        model: 'meta-llama/Llama-3.1-8B-Instruct',
        provider: 'hf-inference',
        messages: [...question],
        max_tokens: 50,
      }),
  },
  'the AI SDK: a response of OpenAI': {
    id: 'openai:/gpt-5',
    ask: async (fetch) => (await generateText({ model: createOpenAI({ apiKey, fetch })('gpt-5'), messages: [...question] })).text,
  },
  'the AI SDK: a chat completion in a stream': {
    id: 'openai:/gpt-5-mini',
    ask: (fetch) =>
      Array.fromAsync(
        streamText({ model: createOpenAI({ apiKey, fetch }).chat('gpt-5-mini'), messages: [...question] }).textStream,
      ),
  },
  'the AI SDK: a message of Anthropic in a stream': {
    id: 'anthropic:/claude-sonnet-5',
    ask: (fetch) =>
      Array.fromAsync(
        streamText({ model: createAnthropic({ apiKey, fetch })('claude-sonnet-5'), messages: [...question] }).textStream,
      ),
  },
  'the AI SDK: an embedding': {
    id: 'openai:/text-embedding-3-small',
    ask: async (fetch) =>
      (await embed({ model: createOpenAI({ apiKey, fetch }).embedding('text-embedding-3-small'), value: '하나' })).embedding,
  },
};

test.each(Object.entries(applications))(
  '%s: the answer is the platform’s, and what it used is counted',
  async (_, { id, ask }) => {
    await using provider = await fakeProvider({ answers: { chat: ({ prompt }) => `${prompt} 서울입니다.` } });
    const expected = await ask(provider.fetch);
    const direct = provider.calls().at(-1);
    provider.reset();

    vi.stubGlobal('fetch', provider.fetch);
    let answer: unknown;
    const model = async (_: object, call: ModelCall) => {
      answer = await ask(call.fetch);
      return 'done';
    };
    const results = await counting().evaluate({ data: ['하나'], model, extraMetrics: [metric('one', () => 1)] });

    expect(timeless(answer)).toBe(timeless(expected));
    const call = provider.calls().at(-1);
    expect(call?.body).toEqual(direct?.body);
    expect(call?.tokens).toBeGreaterThan(0);
    const { models, inputTokens, outputTokens, cost } = results.usage;
    expect(models).toMatchObject({ [id]: { calls: 1 } });
    expect(inputTokens + outputTokens).toBe(call?.tokens);
    expect(cost).toMatchObject({ usd: inputTokens + 1_000 * outputTokens });
  },
);

test.each<readonly [HubTask, (fetch: Fetch) => Promise<unknown>]>([
  [
    'feature-extraction',
    (fetch: Fetch) => huggingface(fetch).featureExtraction({ ...hub, model: 'my-org/feature-extraction', inputs: '하나' }),
  ],
  [
    'text-classification',
    (fetch: Fetch) => huggingface(fetch).textClassification({ ...hub, model: 'my-org/text-classification', inputs: '하나' }),
  ],
])('huggingface: %s is counted for its model, and what it used is not known, as the API does not say', async (task, ask) => {
  await using provider = await fakeProvider({ models: { [`my-org/${task}`]: { task } } });
  vi.stubGlobal('fetch', provider.fetch);
  const model = async (_: object, call: ModelCall) => JSON.stringify(await ask(call.fetch));
  const results = await counting().evaluate({ data: ['하나'], model, extraMetrics: [metric('one', () => 1)] });
  expect(results.coverage.one).toMatchObject({ scored: 1 });
  expect(results.usage.models).toMatchObject({ [`huggingface:/my-org/${task}`]: { calls: 1 } });
});

test('azure: the dated API and v1 are one account, whose limits hold for both', async () => {
  await using provider = await fakeProvider({ latency: 30 });
  vi.stubGlobal('fetch', provider.fetch);
  const model = async (_: object, call: ModelCall) => {
    const dated = new AzureOpenAI({ ...azure, deployment: 'my-deployment', fetch: call.fetch });
    await Promise.all([
      dated.chat.completions.create({ model: '', messages: [...question] }),
      azureV1(call.fetch).chat.completions.create({ model: 'my-deployment', messages: [...question] }),
    ]);
    return 'done';
  };
  const limits = { accounts: { 'azure-openai': { concurrency: 1 } } };
  await counting().evaluate({ data: ['하나'], model, extraMetrics: [metric('one', () => 1)], limits });
  expect(provider.counts()).toMatchObject({ total: 2, peakInFlight: 1 });
});

test('an agent that the SDK was given, e.g. of a proxy, is used', async () => {
  await using provider = await fakeProvider({ answers: { chat: '서울' } });
  const dispatcher = { dispatch: () => true };
  const seen: unknown[] = [];
  vi.stubGlobal('fetch', (input: string, init: RequestInit) => {
    const { dispatcher: given, ...rest } = init;
    seen.push(given);
    return provider.fetch(input, rest);
  });
  const model = async (_: object, call: ModelCall) => {
    const client = new OpenAI({ apiKey, fetch: call.fetch, fetchOptions: { dispatcher: dispatcher as never } });
    await client.chat.completions.create({ model: 'gpt-5-mini', messages: [...question] });
    return 'done';
  };
  await counting().evaluate({ data: ['하나'], model, extraMetrics: [metric('one', () => 1)] });
  expect(seen).toEqual([dispatcher]);
});

/** Without the seconds in which it was made. */
function timeless(answer: unknown): string {
  return JSON.stringify(answer).replace(/"(created|created_at|completed_at)":\d+/gu, '"$1":0');
}

/** Input costs a dollar a token, output a thousand. */
function counting() {
  const plugin = definePlugin({
    name: 'prices',
    register(registry) {
      registry.provide(LOGGER, { info: () => undefined, warn: () => undefined });
      registry.provide(PRICES, { usd: (_id, { inputTokens = 0, outputTokens = 0 }) => inputTokens + 1_000 * outputTokens });
    },
  });
  return createTouchstone({ plugins: [plugin] });
}
