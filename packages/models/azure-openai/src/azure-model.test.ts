import { createTouchstone, metric } from '@touchstone/core';
import { fakeProvider } from '@touchstone/testing/fake-provider';
import { afterEach, describe, expect, test, vi } from 'vitest';
import azureOpenai, { type AzureOpenAIOptions } from './index.ts';

const length = metric('length', ({ predictions }) => String(predictions).length);
afterEach(() => vi.unstubAllEnvs());

async function evaluate(model: string, options: AzureOpenAIOptions = {}, modelOptions: Readonly<Record<string, string>> = {}) {
  const touchstone = createTouchstone({ plugins: [azureOpenai(options)] });
  return touchstone.evaluate({ data: [{ inputs: '안녕?' }], model, modelOptions, extraMetrics: [length] });
}

describe('a deployment', () => {
  test.each(['2024-10-21', 'v1'])('is asked by the API %s', async (apiVersion) => {
    await using provider = await fakeProvider({ answers: { chat: ({ prompt }) => `답: ${prompt}` } });
    vi.stubEnv('AZURE_OPENAI_API_KEY', 'azure-canary-key');
    vi.stubEnv('AZURE_OPENAI_ENDPOINT', provider.azure);
    const results = await evaluate('azure-openai:/my deployment', { apiVersion });
    expect(results.metrics['length/mean']).toBe('답: 안녕?'.length);
    expect(results.usage.models).toMatchObject({ 'azure-openai:/my deployment': { calls: 1 } });
    const [call] = provider.calls();
    expect(call?.headers['api-key']).toBe('azure-canary-key');
    if (apiVersion !== 'v1') expect(call?.body).toMatchObject({ messages: [{ content: '안녕?' }] });
  });

  test('takes tokens instead of a key, and its limits have one name while they change', async () => {
    await using provider = await fakeProvider();
    vi.stubEnv('AZURE_OPENAI_API_KEY', '');
    vi.stubEnv('OPENAI_API_KEY', '');
    let asked = 0;
    const tokenProvider = async () => `token-${++asked}`;
    const results = await evaluate('azure-openai:/d', { tokenProvider, endpoint: provider.azure, apiVersion: '2024-10-21' });
    expect(results.coverage.length).toMatchObject({ scored: 1 });
    expect(provider.calls()[0]?.headers.authorization).toBe('Bearer token-1');
  });

  test('stands in for openai:/… where the environment says azure, under the variables of MLflow', async () => {
    await using provider = await fakeProvider();
    vi.stubEnv('OPENAI_API_TYPE', 'azure');
    vi.stubEnv('OPENAI_API_KEY', 'k');
    vi.stubEnv('OPENAI_API_BASE', provider.azure);
    vi.stubEnv('OPENAI_API_VERSION', '2024-10-21');
    vi.stubEnv('OPENAI_DEPLOYMENT_NAME', 'gpt-4-eu');
    const results = await evaluate('openai:/gpt-4');
    expect(Object.keys(results.usage.models ?? {})).toEqual(['azure-openai:/gpt-4-eu']);
    expect(results.warnings).toContain('openai:/gpt-4 is answered by azure-openai:/gpt-4-eu.');
    const without = createTouchstone().evaluate({ data: ['x'], model: 'openai:/gpt-4', extraMetrics: [length] });
    await expect(without).rejects.toThrow('npm i @touchstone/model-azure-openai');
  });
});

describe('what is missing is said before anything is sent', () => {
  test.each([
    [{ AZURE_OPENAI_ENDPOINT: 'https://x.openai.azure.com' }, 'needs a key: set AZURE_OPENAI_API_KEY'],
    [{ AZURE_OPENAI_API_KEY: 'k' }, 'needs an endpoint: set AZURE_OPENAI_ENDPOINT'],
    [{ AZURE_OPENAI_API_KEY: 'k', AZURE_OPENAI_ENDPOINT: 'x.openai.azure.com' }, 'which is no http or https address'],
  ])('%j', async (variables, message) => {
    for (const name of ['AZURE_OPENAI_API_KEY', 'OPENAI_API_KEY', 'AZURE_OPENAI_ENDPOINT', 'OPENAI_API_BASE'])
      vi.stubEnv(name, '');
    for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
    await expect(evaluate('azure-openai:/d')).rejects.toThrow(message);
  });
});
