import {
  type AdaptedModel,
  chat,
  createTouchstone,
  type GenerateRequest,
  type Json,
  metric,
  type Service,
} from '@touchstone/core';
import { fakeProvider } from '@touchstone/testing/fake-provider';
import { afterEach, describe, expect, test, vi } from 'vitest';
import azureOpenai, { type AzureOpenAIOptions } from './index.ts';

const length = metric('length', ({ predictions }) => String(predictions).length);
afterEach(() => vi.unstubAllEnvs());

async function evaluate(model: string, options: AzureOpenAIOptions = {}, modelOptions: Readonly<Record<string, string>> = {}) {
  const touchstone = createTouchstone({ plugins: [azureOpenai(options)] });
  return touchstone.evaluate({ data: [{ inputs: '안녕?' }], model, modelOptions, extraMetrics: [length] });
}

/** What the pack makes of a URI. */
function made(uri: string, plugin: AzureOpenAIOptions, options: Readonly<Record<string, string>> = {}): AdaptedModel {
  let result: AdaptedModel | undefined;
  azureOpenai(plugin).register({
    adapter: (_scheme: string, make: (uri: string, options: object) => AdaptedModel) => {
      result = make(uri, options);
    },
  } as never);
  if (result === undefined) throw new Error('nothing was registered');
  return result;
}

async function send<Q extends Json, A extends Json>(service: Service<Q, A> | undefined, request: Q) {
  if (service === undefined) throw new Error('no such service');
  const { signal } = new AbortController();
  return service.send(request, { signal, fetch: globalThis.fetch, attempt: 1, firstToken: () => undefined });
}

const says = (content: string): GenerateRequest => ({ messages: [{ role: 'user', content }] });

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

  test.each(['2024-10-21', 'v1'])(
    'takes tokens instead of a key, a fresh one for each request, by the API %s',
    async (apiVersion) => {
      await using provider = await fakeProvider();
      vi.stubEnv('AZURE_OPENAI_API_KEY', '');
      vi.stubEnv('OPENAI_API_KEY', '');
      let asked = 0;
      const tokenProvider = async () => `token-${++asked}`;
      const { languageModel } = made('azure-openai:/d', { tokenProvider, endpoint: provider.azure, apiVersion });
      const before = await languageModel?.scopes();
      await send(languageModel, says('하나'));
      await send(languageModel, says('둘'));
      expect(provider.calls().map(({ headers }) => headers.authorization)).toEqual(['Bearer token-1', 'Bearer token-2']);
      for (const { headers } of provider.calls()) expect(headers).not.toHaveProperty('api-key');
      // Limits that were learned hold on, also for an adapter that is made anew.
      const renewed = made('azure-openai:/d', { tokenProvider, endpoint: provider.azure, apiVersion }).languageModel;
      expect([await languageModel?.scopes(), await renewed?.scopes()]).toEqual([before, before]);
      const other = made('azure-openai:/d', { tokenProvider, tenant: 'other', endpoint: provider.azure }).languageModel;
      expect(await other?.scopes()).not.toEqual(before);
    },
  );

  test.each([
    [
      async () => {
        throw new Error('AADSTS700016: no such application');
      },
      'auth',
      'Azure OpenAI: there is no Microsoft Entra token: AADSTS700016: no such application',
    ],
    [async () => '', 'auth', 'Azure OpenAI: there is no Microsoft Entra token: the token is empty'],
  ])('that gets no token says so: %#', async (tokenProvider, code, message) => {
    await using provider = await fakeProvider();
    for (const apiVersion of ['2024-10-21', 'v1']) {
      const { languageModel } = made('azure-openai:/d', { tokenProvider, endpoint: provider.azure, apiVersion });
      await expect(send(languageModel, says('x'))).rejects.toMatchObject({ code, message });
    }
    expect(provider.calls()).toEqual([]);
  });

  test('whose giver of tokens cannot be reached may be tried again', async () => {
    const nobody = await fakeProvider();
    await nobody[Symbol.asyncDispose]();
    const tokenProvider = () => fetch(nobody.origin).then((response) => response.text());
    const { languageModel } = made('azure-openai:/d', { tokenProvider, endpoint: nobody.azure });
    const message = `Microsoft Entra: nobody answers (${new URL(nobody.origin).host})`;
    await expect(send(languageModel, says('x'))).rejects.toMatchObject({ code: 'network', retryable: true, message });
  });

  test.each([
    ['2025-03-01-preview', '/openai/responses'],
    ['v1', '/openai/v1/responses'],
  ])('answers by responses, by the API %s', async (apiVersion, path) => {
    await using provider = await fakeProvider({ answers: { chat: '서울' } });
    const { languageModel } = made(
      'azure-openai:/d',
      { apiKey: 'k', endpoint: provider.azure, apiVersion },
      { api: 'responses' },
    );
    expect((await send(languageModel, says('수도?'))).value.text).toBe('서울');
    expect(provider.calls()[0]).toMatchObject({ path, body: { model: 'd' } });
  });

  test('makes vectors, and has no moderation, which is another service of Azure', async () => {
    await using provider = await fakeProvider({ answers: { embed: ({ text }) => [text.length, 1] } });
    const plugin = { apiKey: 'k', endpoint: provider.azure, apiVersion: '2024-10-21' };
    const { embeddingModel } = made('azure-openai:/our-embeddings', plugin);
    const { value } = await send(embeddingModel, { texts: ['하나', '둘'] });
    expect(value.vectors).toEqual([
      [2, 1],
      [1, 1],
    ]);
    expect(made('azure-openai:/moderation-assistant', plugin)).toMatchObject({ languageModel: { kind: 'language' } });
    expect(made('azure-openai:/moderation-assistant', plugin)).not.toHaveProperty('classifier');
  });

  test('is found whatever stands in the variables that its SDK reads, and with a path at the endpoint', async () => {
    await using provider = await fakeProvider();
    vi.stubEnv('OPENAI_BASE_URL', 'http://127.0.0.1:9/v1');
    vi.stubEnv('OPENAI_ORG_ID', 'org-of-openai');
    vi.stubEnv('OPENAI_ADMIN_KEY', 'sk-admin-canary');
    for (const end of ['', '/', '/openai', '/openai/v1/']) {
      for (const apiVersion of ['2024-10-21', 'v1']) {
        await send(made('azure-openai:/d', { apiKey: 'k', endpoint: provider.azure + end, apiVersion }).languageModel, says('x'));
      }
    }
    expect(new Set(provider.calls().map(({ path }) => path))).toEqual(
      new Set(['/openai/deployments/d/chat/completions', '/openai/v1/chat/completions']),
    );
    expect(JSON.stringify(provider.calls())).not.toMatch(/canary|org-of-openai/u);
  });

  test.each([
    [{ fault: 'auth' }, 'auth'],
    [{ fault: 'rate-limit' }, 'rate-limit'],
    [{ fault: 'content-filter', of: 'prompt' }, 'content-filter'],
  ] as const)('that answers %j: %s', async (fault, code) => {
    await using provider = await fakeProvider({ faults: [fault] });
    const { languageModel } = made('azure-openai:/d', { apiKey: 'k', endpoint: provider.azure });
    await expect(send(languageModel, says('x'))).rejects.toMatchObject({ code });
  });

  test('whose answer the filter stopped is no text', async () => {
    await using provider = await fakeProvider({ faults: [{ fault: 'content-filter' }] });
    const { languageModel } = made('azure-openai:/d', { apiKey: 'k', endpoint: provider.azure });
    expect((await send(languageModel, says('x'))).finish).toBe('filter');
  });
});

describe('openai:/… where the environment says azure', () => {
  test('is a deployment, under the variables of MLflow, and plan and result name who answers', async () => {
    await using provider = await fakeProvider();
    vi.stubEnv('OPENAI_API_TYPE', 'azure');
    vi.stubEnv('OPENAI_API_KEY', 'k');
    vi.stubEnv('OPENAI_API_BASE', provider.azure);
    vi.stubEnv('OPENAI_API_VERSION', '2024-10-21');
    vi.stubEnv('OPENAI_DEPLOYMENT_NAME', 'gpt-4-eu');
    const results = await evaluate('openai:/gpt-4');
    expect(Object.keys(results.usage.models ?? {})).toEqual(['azure-openai:/gpt-4-eu']);
    expect(results.warnings).toContain('openai:/gpt-4 is answered by azure-openai:/gpt-4-eu.');
    const touchstone = createTouchstone({ plugins: [azureOpenai()] });
    const plan = await touchstone.plan({ data: ['안녕?'], model: chat('openai:/gpt-4'), extraMetrics: [length] });
    expect(plan.model?.id).toBe('azure-openai:/gpt-4-eu');
    const chatted = await touchstone.evaluate({ data: ['안녕?'], model: chat('openai:/gpt-4'), extraMetrics: [length] });
    expect(chatted.warnings).toContain('openai:/gpt-4 is answered by azure-openai:/gpt-4-eu.');
    const without = createTouchstone().evaluate({ data: ['x'], model: 'openai:/gpt-4', extraMetrics: [length] });
    await expect(without).rejects.toThrow('npm i @touchstone/model-azure-openai');
  });

  test.each(['azuread', 'azure_ad', 'AzureAD'])(
    'and %s: the variable of the key holds a token, which may be renewed',
    async (type) => {
      await using provider = await fakeProvider();
      vi.stubEnv('OPENAI_API_TYPE', type);
      vi.stubEnv('OPENAI_API_KEY', 'entra-token-1');
      vi.stubEnv('OPENAI_API_BASE', provider.azure);
      vi.stubEnv('OPENAI_API_VERSION', '2024-10-21');
      vi.stubEnv('OPENAI_DEPLOYMENT_NAME', 'gpt-4-eu');
      const { languageModel } = made('openai:/gpt-4', {});
      const before = await languageModel?.scopes();
      await send(languageModel, says('하나'));
      vi.stubEnv('OPENAI_API_KEY', 'entra-token-2');
      await send(languageModel, says('둘'));
      expect(provider.calls().map(({ headers }) => headers.authorization)).toEqual([
        'Bearer entra-token-1',
        'Bearer entra-token-2',
      ]);
      expect(await made('openai:/gpt-4', {}).languageModel?.scopes()).toEqual(before);
    },
  );

  // Every combination of variables that MLflow takes for Azure, and what it does without a type.
  const types = [
    ['azure', 'key'],
    ['Azure', 'key'],
    ['azuread', 'token'],
    ['azure_ad', 'token'],
    ['AZURE_AD', 'token'],
    [undefined, 'openai'],
    ['', 'openai'],
    ['open_ai', 'openai'],
  ] as const;
  const bases = ['', '/'];
  const versions = ['2024-10-21', undefined] as const;
  const combinations = types.flatMap(([type, means]) =>
    bases.flatMap((slash) => versions.map((version) => ({ type, slash, version, means }))),
  );
  test.each(combinations)('OPENAI_API_TYPE $type, base ending in "$slash", version $version: $means', async (given) => {
    const { type, slash, version, means } = given;
    await using provider = await fakeProvider();
    for (const name of [
      'AZURE_OPENAI_API_KEY',
      'AZURE_OPENAI_AD_TOKEN',
      'AZURE_OPENAI_ENDPOINT',
      'AZURE_OPENAI_API_VERSION',
      'OPENAI_BASE_URL',
    ]) {
      vi.stubEnv(name, '');
    }
    vi.stubEnv('OPENAI_API_TYPE', type);
    vi.stubEnv('OPENAI_API_VERSION', version);
    vi.stubEnv('OPENAI_API_BASE', provider.azure + slash);
    vi.stubEnv('OPENAI_API_KEY', 'the-credential');
    vi.stubEnv('OPENAI_DEPLOYMENT_NAME', 'gpt-4-eu');
    if (means === 'openai') {
      await expect(evaluate('openai:/gpt-4')).rejects.toThrow('npm i @touchstone/model-openai');
      expect(provider.calls()).toEqual([]);
      return;
    }
    const results = await evaluate('openai:/gpt-4');
    expect(Object.keys(results.usage.models ?? {})).toEqual(['azure-openai:/gpt-4-eu']);
    const [call] = provider.calls();
    expect(call?.path).toBe(
      version === undefined ? '/openai/v1/chat/completions' : '/openai/deployments/gpt-4-eu/chat/completions',
    );
    if (means === 'key') expect(call?.headers).toMatchObject({ 'api-key': 'the-credential' });
    else {
      expect(call?.headers).toMatchObject({ authorization: 'Bearer the-credential' });
      expect(call?.headers).not.toHaveProperty('api-key');
    }
  });

  // Every place that the key, the endpoint and the deployment may have: Azure's own variables win over OpenAI's.
  const places = ['AZURE', 'OPENAI', 'both'] as const;
  const placed = places.flatMap((key) => places.flatMap((endpoint) => [true, false].map((named) => ({ key, endpoint, named }))));
  test.each(placed)('key in $key, endpoint in $endpoint, deployment named: $named', async ({ key, endpoint, named }) => {
    await using provider = await fakeProvider();
    const nobody = 'http://127.0.0.1:9';
    vi.stubEnv('OPENAI_API_TYPE', 'azure');
    vi.stubEnv('OPENAI_API_VERSION', '2024-10-21');
    vi.stubEnv('OPENAI_BASE_URL', `${nobody}/v1`);
    vi.stubEnv('AZURE_OPENAI_AD_TOKEN', '');
    vi.stubEnv('AZURE_OPENAI_API_KEY', key === 'OPENAI' ? '' : 'the-key');
    vi.stubEnv('OPENAI_API_KEY', key === 'AZURE' ? '' : key === 'OPENAI' ? 'the-key' : 'another-key');
    vi.stubEnv('AZURE_OPENAI_ENDPOINT', endpoint === 'OPENAI' ? '' : provider.azure);
    vi.stubEnv('OPENAI_API_BASE', endpoint === 'AZURE' ? '' : endpoint === 'OPENAI' ? provider.azure : nobody);
    vi.stubEnv('OPENAI_DEPLOYMENT_NAME', named ? 'gpt-4-eu' : '');
    await evaluate('openai:/gpt-4');
    const path = `/openai/deployments/${named ? 'gpt-4-eu' : 'gpt-4'}/chat/completions`;
    expect(provider.calls()).toMatchObject([{ path, query: { 'api-version': '2024-10-21' } }]);
    expect(provider.calls()[0]?.headers['api-key']).toBe('the-key');
  });

  test('has embeddings in a deployment of their own name', () => {
    vi.stubEnv('OPENAI_DEPLOYMENT_NAME', 'gpt-4-eu');
    const plugin = { apiKey: 'k', endpoint: 'https://x.openai.azure.com' };
    expect(made('openai:/text-embedding-3-small', plugin).embeddingModel?.id).toBe('azure-openai:/text-embedding-3-small');
    expect(made('openai:/gpt-5', plugin).languageModel?.id).toBe('azure-openai:/gpt-4-eu');
  });
});

describe('what is missing is said before anything is sent', () => {
  test.each([
    [{ AZURE_OPENAI_ENDPOINT: 'https://x.openai.azure.com' }, 'needs a key: set AZURE_OPENAI_API_KEY'],
    [
      { AZURE_OPENAI_ENDPOINT: 'https://x.openai.azure.com', OPENAI_API_TYPE: 'azuread', AZURE_OPENAI_API_KEY: 'k' },
      "'azure-openai:/d' needs a Microsoft Entra token: set AZURE_OPENAI_AD_TOKEN (or OPENAI_API_KEY) in the environment, or give the pack a tokenProvider.",
    ],
    [{ AZURE_OPENAI_API_KEY: 'k' }, 'needs an endpoint: set AZURE_OPENAI_ENDPOINT'],
    [{ AZURE_OPENAI_API_KEY: 'k', AZURE_OPENAI_ENDPOINT: 'x.openai.azure.com' }, 'which is no http or https address'],
  ])('%j', async (variables, message) => {
    for (const name of ['AZURE_OPENAI_API_KEY', 'OPENAI_API_KEY', 'AZURE_OPENAI_ENDPOINT', 'OPENAI_API_BASE'])
      vi.stubEnv(name, '');
    for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
    await expect(evaluate('azure-openai:/d')).rejects.toThrow(message);
  });
});
