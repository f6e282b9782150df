import OpenAI, { type APIError, AzureOpenAI } from 'openai';
import { describe, expect, test } from 'vitest';
import { fakeProvider } from '../index.ts';

const messages = [{ role: 'user' as const, content: 'Hi' }];

test('the dated API answers for deployments, with a key', async () => {
  await using provider = await fakeProvider({ answers: { chat: ({ model, query }) => `${model} ${query['api-version']}` } });
  const client = new AzureOpenAI({ endpoint: provider.azure, apiKey: 'azure-key', apiVersion: '2024-10-21' });
  const completion = await client.chat.completions.create({ model: 'my-deployment', messages });
  expect(completion.choices[0]).toMatchObject({
    message: { content: 'my-deployment 2024-10-21' },
    content_filter_results: { hate: { filtered: false, severity: 'safe' } },
  });
  expect(completion).toMatchObject({ prompt_filter_results: [{ prompt_index: 0 }] });
  expect(provider.calls()[0]).toMatchObject({
    api: 'azure',
    key: 'azure-key',
    path: '/openai/deployments/my-deployment/chat/completions',
  });
  const embedded = await client.embeddings.create({ model: 'embedder', input: '안녕' });
  expect(embedded.data[0]?.embedding).toHaveLength(1536);
  const response = await client.responses.create({ model: 'my-deployment', input: 'Hi' });
  expect(response.output_text).toBe('my-deployment 2024-10-21');
});

test('the dated API takes tokens of a provider, anew for each call', async () => {
  await using provider = await fakeProvider();
  let issued = 0;
  const client = new AzureOpenAI({
    endpoint: provider.azure,
    apiVersion: '2024-10-21',
    azureADTokenProvider: async () => `token-${++issued}`,
  });
  await client.chat.completions.create({ model: 'd', messages });
  await client.chat.completions.create({ model: 'd', messages });
  expect(provider.calls().map(({ key }) => key)).toEqual(['token-1', 'token-2']);
});

test('the v1 API is spoken by the ordinary client', async () => {
  await using provider = await fakeProvider({ answers: { chat: 'Hello' } });
  const client = new OpenAI({ baseURL: `${provider.azure}/openai/v1`, apiKey: 'azure-key' });
  expect((await client.chat.completions.create({ model: 'd', messages })).choices[0]?.message.content).toBe('Hello');
  expect((await client.responses.create({ model: 'd', input: 'Hi' })).output_text).toBe('Hello');
  expect(provider.calls().every(({ api }) => api === 'azure')).toBe(true);
});

test('a stream begins with a chunk that has no choices', async () => {
  await using provider = await fakeProvider({ answers: { chat: 'Hello there' } });
  const client = new AzureOpenAI({ endpoint: provider.azure, apiKey: 'azure-key', apiVersion: '2024-10-21' });
  const chunks = await Array.fromAsync(await client.chat.completions.create({ model: 'd', messages, stream: true }));
  expect(chunks[0]).toMatchObject({ choices: [], prompt_filter_results: [{ prompt_index: 0 }] });
  expect(chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('')).toBe('Hello there');
});

describe('errors', () => {
  test('a prompt that the filter stops', async () => {
    await using provider = await fakeProvider({ faults: [{ fault: 'content-filter', of: 'prompt' }] });
    const client = new AzureOpenAI({ endpoint: provider.azure, apiKey: 'azure-key', apiVersion: '2024-10-21', maxRetries: 0 });
    const error = await client.chat.completions.create({ model: 'd', messages }).catch((thrown: APIError) => thrown);
    expect(error).toMatchObject({
      status: 400,
      code: 'content_filter',
      error: {
        param: 'prompt',
        innererror: {
          code: 'ResponsibleAIPolicyViolation',
          content_filter_result: {
            violence: { filtered: true, severity: 'medium' },
            hate: { filtered: false, severity: 'safe' },
          },
        },
      },
    });
  });

  test('an answer that the filter stops', async () => {
    await using provider = await fakeProvider({ faults: [{ fault: 'content-filter' }] });
    const client = new AzureOpenAI({ endpoint: provider.azure, apiKey: 'azure-key', apiVersion: '2024-10-21' });
    const { choices } = await client.chat.completions.create({ model: 'd', messages });
    expect(choices[0]).toMatchObject({
      finish_reason: 'content_filter',
      content_filter_results: { violence: { filtered: true } },
    });
  });

  test.each([
    ['/openai/deployments/none/chat/completions?api-version=2024-10-21', 404, 'DeploymentNotFound'],
    ['/openai/deployments/d/chat/completions', 404, '404'],
    ['/openai/deployments/d/chat/completions?api-version=latest', 404, '404'],
  ])('%s', async (path, status, code) => {
    await using provider = await fakeProvider({ models: { d: {} } });
    const response = await fetch(provider.azure + path, {
      method: 'POST',
      headers: { 'api-key': 'azure-key', 'content-type': 'application/json' },
      body: JSON.stringify({ messages }),
    });
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ error: { code } });
  });

  test('a key that is not known', async () => {
    await using provider = await fakeProvider({ credentials: ['right'] });
    const client = new AzureOpenAI({ endpoint: provider.azure, apiKey: 'wrong', apiVersion: '2024-10-21' });
    await expect(client.chat.completions.create({ model: 'd', messages })).rejects.toThrow(
      '401 Access denied due to invalid subscription key or wrong API endpoint.',
    );
  });

  test('too many requests say how long to wait in milliseconds as well, and what is left', async () => {
    await using provider = await fakeProvider({ limits: { model: { requests: { limit: 1, perMs: 60_000 } } } });
    const client = new AzureOpenAI({ endpoint: provider.azure, apiKey: 'azure-key', apiVersion: '2024-10-21', maxRetries: 0 });
    await client.chat.completions.create({ model: 'd', messages });
    const error = await client.chat.completions.create({ model: 'd', messages }).catch((thrown: APIError) => thrown);
    expect(error).toMatchObject({ status: 429, error: { code: '429' } });
    const headers = error instanceof OpenAI.APIError ? error.headers : undefined;
    expect(headers?.get('retry-after')).toBe('60');
    expect(Number(headers?.get('retry-after-ms'))).toBeGreaterThan(59_000 - 30_000);
    expect(headers?.get('x-ratelimit-remaining-requests')).toBe('0');
    expect(headers?.get('x-ratelimit-reset-requests')).toBeNull();
  });
});
