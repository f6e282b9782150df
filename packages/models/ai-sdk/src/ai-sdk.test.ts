import { chat, createTouchstone, definePlugin, LOGGER, metric, PRICES } from '@touchstone/core';
import { fakeProvider } from '@touchstone/testing/fake-provider';
import { describe, expect, test } from 'vitest';
import { ask, canary, sdkModels, send, versions } from './__fixtures__/sdk-models.ts';
import { aiSdk } from './index.ts';

const modes = versions.flatMap((version) => [false, true].map((stream) => ({ version, stream })));

describe.each(modes)('a model of specification $version, streamed: $stream', ({ version, stream }) => {
  test('answers by chat completions with text, tokens, model and finish reason', async () => {
    await using provider = await fakeProvider({
      answers: {
        chat: ({ prompt, system }) => ({
          text: `${system}: ${prompt}`,
          usage: { inputTokens: 1000, cachedTokens: 600, outputTokens: 70, reasoningTokens: 50 },
        }),
      },
    });
    const model = aiSdk((fetch) => sdkModels(provider).openai[version](fetch).chat('gpt-4o'), { stream });
    const messages = [
      { role: 'system', content: '짧게' },
      { role: 'user', content: '질문?' },
    ] as const;
    const answer = await send(model, { messages });
    expect(answer).toMatchObject({
      value: { text: '짧게: 질문?' },
      usage: { inputTokens: 1000, cachedTokens: 600, outputTokens: 70, reasoningTokens: 50 },
      servedBy: 'gpt-4o',
      finish: 'stop',
    });
    expect(answer.first > 0).toBe(stream);
  });

  test('answers by the Responses API, with what it thought', async () => {
    await using provider = await fakeProvider({
      answers: {
        chat: { text: '서울', reasoning: '한국의 수도', usage: { inputTokens: 20, outputTokens: 9, reasoningTokens: 7 } },
      },
    });
    const model = aiSdk((fetch) => sdkModels(provider).openai[version](fetch).responses('gpt-5'), { stream });
    expect(await send(model, ask('수도?', { parameters: { reasoningEffort: 'low', reasoningSummary: 'auto' } }))).toMatchObject({
      value: { text: '서울', reasoning: '한국의 수도' },
      usage: { inputTokens: 20, outputTokens: 9, reasoningTokens: 7 },
      finish: 'stop',
    });
    expect(provider.calls()[0]?.body).toMatchObject({ reasoning: { effort: 'low', summary: 'auto' } });
  });

  test('counts what Anthropic’s cache has as input, as every other provider does', async () => {
    const usage = { inputTokens: 1000, cachedTokens: 600, cacheWriteTokens: 100, outputTokens: 20 };
    await using provider = await fakeProvider({ answers: { chat: { text: '네', usage } } });
    const model = aiSdk((fetch) => sdkModels(provider).anthropic[version](fetch)('claude-sonnet-4-5'), { stream });
    expect(await send(model, ask('?'))).toMatchObject({
      value: { text: '네' },
      usage: { inputTokens: 1000, cachedTokens: 600, outputTokens: 20 },
      servedBy: 'claude-sonnet-4-5',
      finish: 'stop',
    });
  });

  test('asks for tools, and gives their results back', async () => {
    await using provider = await fakeProvider({
      answers: { chat: { toolCalls: [{ name: 'look_up', arguments: { q: '서울' } }] } },
    });
    const models = sdkModels(provider);
    const tools = [{ name: 'look_up', description: '찾는다', schema: { type: 'object', properties: { q: { type: 'string' } } } }];
    const messages = [
      { role: 'user', content: '수도?' },
      { role: 'assistant', content: '찾아본다.', toolCalls: [{ id: 'toolu_a', name: 'look_up', arguments: { q: '수도' } }] },
      { role: 'tool', toolCallId: 'toolu_a', content: '없음' },
    ] as const;
    const openai = aiSdk((fetch) => models.openai[version](fetch).chat('gpt-4o'), { stream });
    const anthropic = aiSdk((fetch) => models.anthropic[version](fetch)('claude-sonnet-4-5'), { stream });
    for (const model of [openai, anthropic]) {
      expect(await send(model, { messages, tools })).toMatchObject({
        finish: 'tool',
        value: { toolCalls: [{ id: expect.any(String), name: 'look_up', arguments: { q: '서울' } }] },
      });
    }
    const [first, second] = provider.calls();
    expect(first?.body).toMatchObject({
      messages: [
        { role: 'user' },
        {
          role: 'assistant',
          content: '찾아본다.',
          tool_calls: [{ id: 'toolu_a', function: { name: 'look_up', arguments: '{"q":"수도"}' } }],
        },
        { role: 'tool', tool_call_id: 'toolu_a', content: '없음' },
      ],
    });
    expect(second?.body).toMatchObject({
      messages: [
        { role: 'user' },
        { role: 'assistant', content: [{ type: 'text' }, { type: 'tool_use', id: 'toolu_a', input: { q: '수도' } }] },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_a' }] },
      ],
    });
  });

  test('follows a schema', async () => {
    await using provider = await fakeProvider();
    const model = aiSdk((fetch) => sdkModels(provider).openai[version](fetch).chat('gpt-4o'), { stream });
    const schema = {
      type: 'object',
      properties: { score: { type: 'integer' } },
      required: ['score'],
      additionalProperties: false,
    };
    const { value } = await send(model, ask('Rate.', { output: { schema } }));
    expect(JSON.parse(value.text ?? '')).toEqual({ score: expect.any(Number) });
    expect(provider.calls()[0]?.body).toMatchObject({ response_format: { type: 'json_schema', json_schema: { schema } } });
  });
});

describe.each(versions)('what specification %s is sent', (version) => {
  test('images and files, by address and as bytes', async () => {
    await using provider = await fakeProvider();
    const content = [
      { type: 'text', text: 'What is this?' },
      { type: 'image', url: 'https://example.com/cat.png' },
      { type: 'image', url: 'data:image/png;base64,aGk=' },
      { type: 'image', mediaType: 'image/jpeg', data: 'aGk=' },
      { type: 'file', mediaType: 'application/pdf', data: 'aGk=', name: 'a.pdf' },
    ] as const;
    const model = aiSdk((fetch) => sdkModels(provider).openai[version](fetch).chat('gpt-4o'));
    await send(model, { messages: [{ role: 'user', content }] });
    expect(provider.calls()[0]?.body).toMatchObject({
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is this?' },
            { type: 'image_url', image_url: { url: 'https://example.com/cat.png' } },
            { type: 'image_url', image_url: { url: 'data:image/png;base64,aGk=' } },
            { type: 'image_url', image_url: { url: 'data:image/jpeg;base64,aGk=' } },
            { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,aGk=' } },
          ],
        },
      ],
    });
  });

  test('parameters by our names, and those of the provider by its own', async () => {
    await using provider = await fakeProvider({ answers: { chat: '네' } });
    const model = aiSdk((fetch) => sdkModels(provider).openai[version](fetch).chat('gpt-4o'));
    const { value } = await send(
      model,
      ask('x', {
        parameters: {
          temperature: 0.5,
          topP: 0.9,
          maxOutputTokens: 50,
          seed: 7,
          stop: '그만',
          frequencyPenalty: 0.1,
          presencePenalty: 0.2,
          logprobs: true,
          topLogprobs: 2,
          user: 'me',
          providerOptions: { openai: { parallelToolCalls: false } },
        },
      }),
    );
    expect(provider.calls()[0]?.body).toMatchObject({
      temperature: 0.5,
      top_p: 0.9,
      max_tokens: 50,
      seed: 7,
      stop: ['그만'],
      frequency_penalty: 0.1,
      presence_penalty: 0.2,
      logprobs: true,
      top_logprobs: 2,
      user: 'me',
      parallel_tool_calls: false,
    });
    expect(value.logprobs).toMatchObject({ content: [{ token: '네', logprob: expect.any(Number) }] });
  });

  test('a default that the model does not take is a note, and what the user asked for is an error that is paid for once', async () => {
    await using provider = await fakeProvider();
    const model = aiSdk((fetch) => sdkModels(provider).openai[version](fetch).responses('gpt-5'));
    const { value } = await send(model, ask('x', { defaults: { temperature: 0 } }));
    const sentence = 'gpt-5 does not take temperature as it was asked for: temperature is not supported for reasoning models';
    expect(value.notes).toEqual([sentence]);
    const fresh = aiSdk((fetch) => sdkModels(provider).openai[version](fetch).responses('gpt-5'));
    for (let row = 0; row < 3; row++) {
      await expect(send(fresh, ask(`${row}`, { parameters: { temperature: 0 } }))).rejects.toMatchObject({
        code: 'bad-request',
        retryable: false,
        message: `${sentence}; leave it out, or change it`,
      });
    }
    expect(provider.calls()).toHaveLength(2);
  });
});

describe('answers that are none', () => {
  const cases = [
    ['openai', 'v3', 'refusal', 'refusal'],
    ['openai', 'v4', 'refusal', 'refusal'],
    ['responses', 'v3', 'refusal', 'refusal'],
    ['responses', 'v4', 'refusal', 'refusal'],
    ['anthropic', 'v2', 'refusal', 'filter'],
    ['anthropic', 'v3', 'refusal', 'refusal'],
    ['anthropic', 'v4', 'refusal', 'refusal'],
    ['openai', 'v2', 'content-filter', 'filter'],
    ['openai', 'v3', 'content-filter', 'filter'],
    ['openai', 'v4', 'content-filter', 'filter'],
    ['openai', 'v2', 'length', 'length'],
    ['openai', 'v4', 'length', 'length'],
    ['responses', 'v4', 'length', 'length'],
    ['anthropic', 'v3', 'length', 'length'],
  ] as const;
  test.each(cases)('%s %s: %s is %s', async (api, version, fault, finish) => {
    await using provider = await fakeProvider({ faults: [{ fault }], answers: { chat: '하나 둘 셋 넷 다섯 여섯 일곱' } });
    const models = sdkModels(provider);
    const made = (fetch: typeof globalThis.fetch) => ({
      openai: () => models.openai[version](fetch).chat('gpt-4o'),
      responses: () => models.openai[version](fetch).responses('gpt-4o'),
      anthropic: () => models.anthropic[version](fetch)('claude-sonnet-4-5'),
    });
    for (const stream of [false, true]) {
      const answer = await send(
        aiSdk((fetch) => made(fetch)[api](), { stream }),
        ask('x'),
      );
      expect(answer.finish).toBe(finish);
      if (finish === 'refusal') expect(answer.value).toMatchObject({ text: null, refusal: expect.stringMatching(/\S/u) });
    }
  });
});

describe('an evaluation', () => {
  const priced = definePlugin({
    name: 'prices',
    register(registry) {
      registry.provide(LOGGER, { info: () => undefined, warn: () => undefined });
      registry.provide(PRICES, { usd: (id) => (id === 'openai:/gpt-5' ? 0.25 : undefined) });
    },
  });

  test('by the model object, with messages of its own, within a cap on the cost', async () => {
    await using provider = await fakeProvider({ answers: { chat: ({ prompt, system }) => `${system} ${prompt}` } });
    const language = aiSdk((fetch) => sdkModels(provider).openai.v4(fetch)('gpt-5'));
    const touchstone = createTouchstone({ plugins: [priced] });
    const long = metric('long', ({ predictions }) => String(predictions).length);
    const model = chat(language, {
      messages: [
        { role: 'system', content: '답:' },
        { role: 'user', content: '{q}?' },
      ],
      parameters: { maxOutputTokens: 500 },
    });
    const data = ['가', '나다', '라마바'].map((q) => ({ q }));
    const results = await touchstone.evaluate({ data, model, extraMetrics: [long], limits: { maxCost: { usd: 1 } } });
    expect(results.metrics['long/mean']).toBe('답: 나다?'.length);
    expect(results.usage).toMatchObject({ calls: 3, cost: { usd: 0.75 }, models: { 'openai:/gpt-5': { calls: 3 } } });
    expect(provider.calls()[0]?.body).toMatchObject({ max_output_tokens: 500 });
    expect(provider.calls().every(({ key }) => key === canary)).toBe(true);
  });

  test('by a model that sends by itself', async () => {
    await using provider = await fakeProvider({ answers: { chat: ({ prompt }) => `${prompt}!` } });
    const model = aiSdk(sdkModels(provider).anthropic.v3()('claude-haiku-4-5'));
    const length = metric('length', ({ predictions }) => String(predictions).length);
    const results = await createTouchstone({ plugins: [priced] }).evaluate({ data: ['가', '나'], model, extraMetrics: [length] });
    expect(results.metrics['length/mean']).toBe(2);
    expect(results.usage.models).toMatchObject({ 'anthropic:/claude-haiku-4-5': { calls: 2 } });
  });

  test('keeps what was set for the account', async () => {
    await using provider = await fakeProvider({ answers: { chat: 'x' }, latency: 20 });
    const model = aiSdk((fetch) => sdkModels(provider).openai.v4(fetch)('gpt-5'));
    const one = metric('one', () => 1);
    const data = Array.from({ length: 6 }, (_, n) => `${n}`);
    await createTouchstone({ plugins: [priced] }).evaluate({
      data,
      model,
      extraMetrics: [one],
      limits: { accounts: { openai: { concurrency: 2 } } },
    });
    expect(provider.counts()).toMatchObject({ total: 6, peakInFlight: 2 });
  });

  test('that is stopped ends the calls that are under way', async () => {
    await using provider = await fakeProvider({ faults: [{ fault: 'hang' }] });
    const model = aiSdk((fetch) => sdkModels(provider).openai.v4(fetch)('gpt-5'));
    const stop = new AbortController();
    const running = createTouchstone({ plugins: [priced] }).evaluate({
      data: ['가'],
      model,
      extraMetrics: [metric('one', () => 1)],
      limits: { timeout: 1 },
      signal: stop.signal,
    });
    await expect.poll(() => provider.counts().inFlight).toBe(1);
    stop.abort();
    await running.catch(() => undefined);
    await expect.poll(() => provider.calls()[0]?.outcome).toBe('gone');
  });
});

describe('who it is', () => {
  test('is told by provider and model, and by what the program says of the rest; the key is in none of it', async () => {
    await using provider = await fakeProvider();
    const { openai } = sdkModels(provider);
    const plain = aiSdk(openai.v4().chat('gpt-5'));
    expect(plain).toMatchObject({ kind: 'language', id: 'openai:/gpt-5', identity: { aiSdk: 'openai.chat', model: 'gpt-5' } });
    expect(await plain.scopes()).toEqual(['openai|ai-sdk|default', 'openai|ai-sdk|default|gpt-5']);
    const other = aiSdk((fetch) => openai.v3(fetch).chat('llama'), {
      id: 'vllm:/llama',
      identity: { server: 'http://localhost:8000/v1' },
      account: 'second',
    });
    expect(other).toMatchObject({ id: 'vllm:/llama', identity: { more: { server: 'http://localhost:8000/v1' } } });
    expect(await other.scopes()).toEqual(['openai|ai-sdk|second', 'openai|ai-sdk|second|llama']);
    expect(provider.calls()).toEqual([]);
  });

  test.each([
    [
      'openai/gpt-5',
      "aiSdk: 'openai/gpt-5' is the name of a model; give the model itself, e.g. openai('gpt-5'), or gateway('openai/gpt-5').",
    ],
    [undefined, "aiSdk: a value of type undefined is no model of the AI SDK; give what a provider makes, e.g. openai('gpt-5')."],
    [() => 'x', "aiSdk: 'x' is the name of a model; give the model itself, e.g. openai('gpt-5'), or gateway('x')."],
    [
      { specificationVersion: 'v1', provider: 'p', modelId: 'm', doGenerate: () => undefined },
      "aiSdk: the model follows version v1 of the AI SDK's specification, and known are v2, v3, v4 (AI SDK 5 to 7).",
    ],
    [
      { specificationVersion: 'v4', provider: 'p', modelId: 'm', doRerank: () => undefined },
      'aiSdk: the model neither generates text nor embeds it: give a language model or an embedding model.',
    ],
  ])('%j is refused with what to give instead', (model, message) => {
    expect(() => aiSdk(model as never)).toThrow(expect.objectContaining({ code: 'not-a-model', message }));
  });

  test('an account has no name that would be taken for several', async () => {
    await using provider = await fakeProvider();
    const model = sdkModels(provider).openai.v4()('gpt-5');
    expect(() => aiSdk(model, { account: 'a|b' })).toThrow("aiSdk: 'account' must be a name without '|', and it is 'a|b'.");
  });
});
