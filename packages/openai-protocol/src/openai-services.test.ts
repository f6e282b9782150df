import type { GenerateRequest, Json } from '@touchstone/core';
import { fakeProvider } from '@touchstone/testing/fake-provider';
import OpenAI from 'openai';
import { describe, expect, test } from 'vitest';
import { openaiServices } from './index.ts';

/** Asks a model of a server, and returns what the server was sent. */
async function bodyOf(
  model: string,
  request: Partial<GenerateRequest>,
  outputLimit: 'max_completion_tokens' | 'max_tokens' = 'max_tokens',
) {
  await using provider = await fakeProvider({ credentials: 'optional' });
  const { languageModel } = openaiServices({
    provider: 'a server',
    id: `ours:/${model}`,
    model,
    baseUrl: provider.openai,
    account: async () => 'ours|here|no-key',
    client: (fetch) => new OpenAI({ baseURL: provider.openai, apiKey: 'none', fetch, maxRetries: 0 }),
    stream: false,
    outputLimit,
  });
  const io = { signal: new AbortController().signal, fetch: globalThis.fetch, attempt: 1, firstToken: () => undefined };
  await languageModel?.send({ messages: [{ role: 'user', content: '안녕' }], ...request }, io).catch(() => undefined);
  expect(await languageModel?.scopes()).toEqual(['ours|here|no-key', `ours|here|no-key|${model}`]);
  const [call] = provider.calls();
  return { path: call?.path, body: call?.body as { readonly [key: string]: Json } };
}

test.each([
  ['gpt-4o-mini', 'max_tokens', 'max_tokens'],
  ['gpt-4o-mini', 'max_completion_tokens', 'max_completion_tokens'],
  ['gpt-5-mini', 'max_tokens', 'max_completion_tokens'],
] as const)('%s on a server that knows %s is limited by %s', async (model, limit, name) => {
  const { body } = await bodyOf(model, { parameters: { maxOutputTokens: 9 } }, limit);
  expect(body).toMatchObject({ [name]: 9 });
});

test.each([
  ['gpt-5-mini', 'chat/completions'],
  ['gpt-5-chat-latest', 'chat/completions'],
  ['o3-pro', 'responses'],
  ['gpt-5-codex', 'responses'],
])('%s is asked by %s', async (model, path) => {
  expect((await bodyOf(model, {})).path).toContain(path);
});

describe('a schema', () => {
  const closed = { type: 'object', properties: { a: { type: 'string' } }, required: ['a'], additionalProperties: false };
  test.each<[string, Json, boolean]>([
    ['closed', closed, true],
    ['with other properties', { ...closed, additionalProperties: true }, false],
    ['with an optional one', { ...closed, required: [] }, false],
    ['open inside of a list', { type: 'array', items: { ...closed, required: [] } }, false],
  ])('that is %s is followed to the letter: %#', async (_, schema, strict) => {
    const { body } = await bodyOf('gpt-4o-mini', { output: { schema } });
    expect(body.response_format).toMatchObject({ json_schema: { schema, strict } });
  });
});
