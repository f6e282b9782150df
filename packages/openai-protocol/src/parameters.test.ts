import type { GenerateRequest, Json } from '@touchstone/core';
import { type FakeProvider, fakeProvider } from '@touchstone/testing/fake-provider';
import OpenAI from 'openai';
import { describe, expect, test } from 'vitest';
import { type OpenAIConnection, openaiServices } from './index.ts';

/** A model of a provider; all its requests are of one adapter, which learns of them. */
function asks(provider: FakeProvider, model: string, more: Partial<OpenAIConnection> = {}) {
  const { languageModel } = openaiServices({
    provider: 'the server',
    id: `ours:/${model}`,
    model,
    baseUrl: provider.openai,
    account: async () => 'ours|here|no-key',
    client: (fetch) => new OpenAI({ baseURL: provider.openai, apiKey: 'k', fetch, maxRetries: 0 }),
    stream: false,
    outputLimit: 'max_tokens',
    ...more,
  });
  const io = { signal: new AbortController().signal, fetch: globalThis.fetch, attempt: 1, firstToken: () => undefined };
  return async (request: Partial<GenerateRequest>) => {
    if (languageModel === undefined) throw new Error('every server has a language model');
    return languageModel.send({ messages: [{ role: 'user', content: '안녕' }], ...request }, io);
  };
}

const lastBody = (provider: FakeProvider) => provider.calls().at(-1)?.body as { readonly [name: string]: Json };

describe.each(['chat', 'responses'] as const)('a thinking model whose name does not say so, by %s', (api) => {
  test('is asked again without the default that it refuses, once for all calls', async () => {
    await using provider = await fakeProvider({ models: { ours: { reasoning: true } } });
    const ask = asks(provider, 'ours', { api, outputLimit: 'max_completion_tokens' });
    const request = { defaults: { temperature: 0, topP: 0.5, maxOutputTokens: 200 } };
    const { value } = await ask(request);
    expect(value.notes).toEqual(['temperature was left out: ours takes none', 'topP was left out: ours takes none']);
    expect(provider.calls()).toHaveLength(3);
    await ask(request);
    expect(provider.calls()).toHaveLength(4);
    expect(lastBody(provider)).not.toHaveProperty('temperature');
  });

  test('is never asked without what the user set', async () => {
    await using provider = await fakeProvider({ models: { ours: { reasoning: true } } });
    const ask = asks(provider, 'ours', { api, outputLimit: 'max_completion_tokens' });
    const refused = ask({ parameters: { temperature: 0.2 }, defaults: { topP: 0.5 } });
    await expect(refused).rejects.toMatchObject({ code: 'bad-request', message: expect.stringContaining("'temperature'") });
  });
});

describe('the limit on output tokens', () => {
  test('has its newer name where a server asks for it, from then on', async () => {
    await using provider = await fakeProvider({ models: { ours: { reasoning: true } } });
    const ask = asks(provider, 'ours');
    await ask({ parameters: { maxOutputTokens: 99 } });
    expect(provider.calls()).toHaveLength(2);
    await ask({ parameters: { maxOutputTokens: 99 } });
    expect(provider.calls()).toHaveLength(3);
    expect(lastBody(provider)).toMatchObject({ max_completion_tokens: 99 });
  });

  test('has its older name where a server does not know the newer one', async () => {
    const refusal = {
      error: { message: 'Unrecognized request argument supplied: max_completion_tokens', type: 'invalid_request_error' },
    };
    await using provider = await fakeProvider({
      answers: {
        chat: ({ body }) =>
          'max_completion_tokens' in (body as object) ? new Response(JSON.stringify(refusal), { status: 400 }) : '네',
      },
    });
    const { value } = await asks(provider, 'older', { outputLimit: 'max_completion_tokens' })({
      parameters: { maxOutputTokens: 99 },
    });
    expect(value.text).toBe('네');
    expect(lastBody(provider)).toMatchObject({ max_tokens: 99 });
  });

  test.each(['max_tokens', 'max_completion_tokens'])('that the user calls %s takes the place of a default', async (name) => {
    await using provider = await fakeProvider();
    await asks(provider, 'gpt-4o')({ parameters: { [name]: 7, top_p: 0.3 }, defaults: { maxOutputTokens: 200, topP: 1 } });
    expect(lastBody(provider)).toEqual({ model: 'gpt-4o', messages: expect.any(Array), [name]: 7, top_p: 0.3 });
  });
});

test('parameters that nobody knows reach the server as they are', async () => {
  await using provider = await fakeProvider();
  // OpenAI itself refuses them.
  await asks(
    provider,
    'gpt-4o',
  )({ parameters: { repetition_penalty: 1.1, chat_template_kwargs: { thinking: false } } }).catch(() => undefined);
  expect(lastBody(provider)).toMatchObject({ repetition_penalty: 1.1, chat_template_kwargs: { thinking: false } });
});

describe('logarithms of probabilities', () => {
  test.each([
    ['chat', false],
    ['chat', true],
    ['responses', false],
    ['responses', true],
  ] as const)('come when they are asked for, and one for each token; %s, streamed: %s', async (api, stream) => {
    await using provider = await fakeProvider({ answers: { chat: 'one two' } });
    const ask = asks(provider, 'gpt-4o', { api, stream });
    const { value } = await ask({ parameters: { logprobs: true, topLogprobs: 2 } });
    const { content } = value.logprobs as { readonly content: readonly { readonly token: string; readonly logprob: number }[] };
    expect(content.map(({ token }) => token).join('')).toBe('one two');
    for (const { logprob } of content) expect(logprob).toBeLessThanOrEqual(0);
    expect(content[0]).toMatchObject({ top_logprobs: [{}, {}] });
    expect((await ask({})).value.logprobs).toBeUndefined();
  });

  test('of a model that gives none are a bad request, and no wrong key that would stop the run', async () => {
    await using provider = await fakeProvider();
    const refused = asks(provider, 'gpt-5-mini')({ parameters: { logprobs: true } });
    await expect(refused).rejects.toMatchObject({ code: 'bad-request', status: 403 });
  });
});

describe('responses', () => {
  test('leave out defaults that only chat completions take, and have others in their own places', async () => {
    await using provider = await fakeProvider();
    const ask = asks(provider, 'gpt-5-mini', { api: 'responses' });
    const { value } = await ask({
      parameters: { reasoningEffort: 'low', reasoning: { summary: 'auto' }, verbosity: 'low', maxOutputTokens: 50 },
      defaults: { seed: 1, stop: ['END'] },
    });
    expect(value.notes).toEqual(['seed was left out: gpt-5-mini takes none', 'stop was left out: gpt-5-mini takes none']);
    expect(lastBody(provider)).toMatchObject({
      reasoning: { effort: 'low', summary: 'auto' },
      text: { verbosity: 'low' },
      max_output_tokens: 50,
    });
  });

  test('name a parameter of chat completions that the user set, and that they do not take', async () => {
    await using provider = await fakeProvider();
    const refused = asks(provider, 'gpt-4o', { api: 'responses' })({ parameters: { seed: 1 } });
    await expect(refused).rejects.toMatchObject({ code: 'bad-request', message: expect.stringContaining('seed') });
  });
});

test('a prompt that is flagged is a matter of the filter, under whichever status', async () => {
  await using provider = await fakeProvider({ faults: [{ fault: 'content-filter', of: 'prompt' }] });
  await expect(asks(provider, 'gpt-4o')({})).rejects.toMatchObject({ code: 'content-filter', retryable: false });
});

test.each(['chat', 'responses'] as const)('a stream that fails in its middle is tried again: %s', async (api) => {
  await using provider = await fakeProvider({ faults: [{ fault: 'stream-error' }] });
  await expect(asks(provider, 'gpt-4o', { api, stream: true })({})).rejects.toMatchObject({ code: 'server', retryable: true });
  provider.faults([{ fault: 'reset', at: 'within' }]);
  await expect(asks(provider, 'gpt-4o', { api, stream: true })({})).rejects.toMatchObject({ code: 'network', retryable: true });
});
