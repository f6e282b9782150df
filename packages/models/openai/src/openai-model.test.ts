import {
  type AdaptedModel,
  chat,
  createTouchstone,
  defineMetric,
  type GenerateRequest,
  type Json,
  metric,
  type Service,
  ServiceError,
} from '@touchstone/core';
import { type FakeProvider, fakeProvider } from '@touchstone/testing/fake-provider';
import { afterEach, describe, expect, test, vi } from 'vitest';
import openai, { type OpenAIOptions } from './index.ts';

const length = metric('length', ({ predictions }) => String(predictions).length);
afterEach(() => vi.unstubAllEnvs());

/** What the pack makes of a URI. */
function made(uri: string, options: Readonly<Record<string, string | boolean>> = {}, plugin: OpenAIOptions = {}): AdaptedModel {
  let result: AdaptedModel | undefined;
  openai(plugin).register({
    adapter: (_scheme: string, make: (uri: string, options: object) => AdaptedModel) => {
      result = make(uri, options);
    },
  } as never);
  if (result === undefined) throw new Error('nothing was registered');
  return result;
}

async function send<Q extends Json, A extends Json>(service: Service<Q, A> | undefined, request: Q) {
  if (service === undefined) throw new Error('no such service');
  let first = 0;
  const answer = await service.send(request, {
    signal: new AbortController().signal,
    fetch: globalThis.fetch,
    attempt: 1,
    firstToken: () => first++,
  });
  return { ...answer, first };
}

function connect(provider: FakeProvider): void {
  vi.stubEnv('OPENAI_API_KEY', 'sk-canary-key-123456');
  vi.stubEnv('OPENAI_BASE_URL', provider.openai);
}

const ask = (content: string, more: Partial<GenerateRequest> = {}): GenerateRequest => ({
  messages: [{ role: 'user', content }],
  ...more,
});

describe.each(['chat', 'responses'] as const)('%s', (api) => {
  test.each([false, true])('answers with text, tokens, model and finish reason; streamed: %s', async (stream) => {
    await using provider = await fakeProvider({ answers: { chat: ({ prompt }) => `답: ${prompt}` } });
    connect(provider);
    const { languageModel } = made('openai:/gpt-5-mini', { api, stream });
    const answer = await send(languageModel, ask('질문?'));
    expect(answer).toMatchObject({
      value: { text: '답: 질문?' },
      finish: 'stop',
      servedBy: expect.stringContaining('gpt-5-mini'),
    });
    expect(answer.usage?.inputTokens).toBeGreaterThan(0);
    expect(answer.usage?.outputTokens).toBeGreaterThan(0);
    expect(answer.first > 0).toBe(stream);
  });

  test('sends images, files and tool calls, and returns the calls that the model asks for', async () => {
    await using provider = await fakeProvider({
      answers: { chat: { toolCalls: [{ name: 'look_up', arguments: { q: 'Seoul' } }] } as never },
    });
    connect(provider);
    const { languageModel } = made('openai:/gpt-5-mini', { api });
    const answer = await send(languageModel, {
      messages: [
        { role: 'system', content: 'Be brief.' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is this?' },
            { type: 'image', url: 'https://example.com/cat.png' },
            { type: 'image', mediaType: 'image/png', data: 'aGk=' },
            { type: 'file', mediaType: 'application/pdf', data: 'aGk=', name: 'a.pdf' },
          ],
        },
        { role: 'assistant', content: null, toolCalls: [{ id: 'call_1', name: 'look_up', arguments: { q: 'x' } }] },
        { role: 'tool', toolCallId: 'call_1', content: 'found' },
      ],
      tools: [{ name: 'look_up', description: 'looks up', schema: { type: 'object', properties: { q: { type: 'string' } } } }],
    } satisfies GenerateRequest);
    expect(answer.finish).toBe('tool');
    expect(answer.value.toolCalls).toMatchObject([{ name: 'look_up', arguments: { q: 'Seoul' } }]);
  });

  test('follows a schema', async () => {
    await using provider = await fakeProvider();
    connect(provider);
    const { languageModel } = made('openai:/gpt-5-mini', { api });
    const schema = {
      type: 'object',
      properties: { score: { type: 'integer' } },
      required: ['score'],
      additionalProperties: false,
    };
    const { value } = await send(languageModel, ask('Rate.', { output: { schema } }));
    expect(JSON.parse(value.text ?? '')).toEqual({ score: expect.any(Number) });
  });

  test('leaves out a default that a thinking model refuses, with a note, and sends what the user asked for', async () => {
    await using provider = await fakeProvider();
    connect(provider);
    const { languageModel } = made('openai:/gpt-5-mini', { api });
    const { value } = await send(languageModel, ask('x', { defaults: { temperature: 0 }, parameters: { maxOutputTokens: 50 } }));
    expect(value.notes).toEqual(['temperature was left out: gpt-5-mini takes none']);
    const refused = send(languageModel, ask('x', { parameters: { temperature: 0 } }));
    await expect(refused).rejects.toMatchObject({ code: 'bad-request', message: expect.stringContaining('temperature') });
    const { value: older } = await send(
      made('openai:/gpt-4o-mini', { api }).languageModel,
      ask('x', { defaults: { temperature: 0 } }),
    );
    expect(older.notes).toBeUndefined();
  });

  test.each([
    ['refusal', { fault: 'refusal' }, 'refusal'],
    ['length', { fault: 'length' }, 'length'],
    ['content-filter', { fault: 'content-filter' }, 'filter'],
  ] as const)('a %s is a state and no text', async (_, fault, finish) => {
    await using provider = await fakeProvider({ faults: [fault] });
    connect(provider);
    const answer = await send(made('openai:/gpt-4o-mini', { api }).languageModel, ask('x')).catch((error: unknown) => error);
    // OpenAI refuses some requests as a whole, which is an error of its own kind.
    if (ServiceError.isInstance(answer)) expect(answer.code).toBe('content-filter');
    else expect(answer).toMatchObject({ finish });
  });
});

describe('errors', () => {
  test.each([
    [{ fault: 'auth' }, 'auth', false],
    [{ fault: 'quota' }, 'quota', false],
    [{ fault: 'rate-limit', waitMs: 1500, headers: 'retry-after-ms' }, 'rate-limit', true],
    [{ fault: 'overloaded' }, 'overloaded', true],
    [{ fault: 'server-error', status: 500 }, 'server', true],
    [{ fault: 'html' }, 'bad-response', true],
    [{ fault: 'invalid-json' }, 'bad-response', true],
    [{ fault: 'truncated' }, 'network', true],
    [{ fault: 'reset', at: 'before' }, 'network', true],
    [{ fault: 'empty' }, 'bad-response', true],
  ] as const)('%j is %s', async (fault, code, retryable) => {
    await using provider = await fakeProvider({ faults: [fault] });
    connect(provider);
    const error = await send(made('openai:/gpt-4o-mini').languageModel, ask('x')).then(
      (answer) => answer,
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ code, retryable });
    if (code === 'rate-limit') expect(error).toMatchObject({ waitMs: 1500 });
  });

  test('a model that there is not, and a server that is not there', async () => {
    await using provider = await fakeProvider({ models: { 'gpt-4o-mini': {} } as never });
    connect(provider);
    await expect(send(made('openai:/gpt-9').languageModel, ask('x'))).rejects.toMatchObject({ code: 'unknown-model' });
    const nowhere = made('openai:/x', { baseUrl: 'http://127.0.0.1:9/v1' }).languageModel;
    await expect(send(nowhere, ask('x'))).rejects.toMatchObject({ code: 'network' });
  });

  test('a URI without a model is refused, and a missing key before anything is sent', async () => {
    vi.stubEnv('OPENAI_API_KEY', '');
    vi.stubEnv('OPENAI_BASE_URL', '');
    expect(() => made('openai:/')).toThrow("'openai:/' names no model");
    const evaluating = createTouchstone({ plugins: [openai()] }).evaluate({
      data: ['질문'],
      model: 'openai:/gpt-5',
      extraMetrics: [length],
    });
    await expect(evaluating).rejects.toMatchObject({
      code: 'missing-key',
      message: "'openai:/gpt-5' needs a key: set OPENAI_API_KEY in the environment.",
    });
  });

  test('a base URL that is none, or holds a password, is refused', () => {
    vi.stubEnv('OPENAI_API_KEY', 'k');
    expect(() => made('openai:/x', { baseUrl: 'localhost:8000' })).toThrow('which is no http or https address');
    expect(() => made('openai:/x', { baseUrl: 'http://me:secret@host/v1' })).toThrow('holds a user or password');
  });
});

describe('the server', () => {
  test.each(['', '/', '//'])(
    'is found by a base URL that ends in %j, given as an option, to the pack, and by two variables',
    async (end) => {
      await using provider = await fakeProvider({ credentials: 'optional' });
      const url = provider.openai + end;
      const ways: readonly (() => AdaptedModel)[] = [
        () => made('openai:/m', { baseUrl: url }),
        () => made('openai:/m', {}, { baseUrl: url }),
        () => {
          vi.stubEnv('OPENAI_API_BASE', url);
          return made('openai:/m');
        },
        () => {
          vi.stubEnv('OPENAI_API_BASE', 'http://127.0.0.1:9/v1');
          vi.stubEnv('OPENAI_BASE_URL', url);
          return made('openai:/m');
        },
      ];
      for (const way of ways) await send(way().languageModel, ask('x'));
      expect(provider.calls().map(({ path }) => path)).toEqual(Array(4).fill('/v1/chat/completions'));
    },
  );

  test('is OpenAI without one, whatever version of Azure the environment names', async () => {
    vi.stubEnv('OPENAI_API_KEY', 'k');
    vi.stubEnv('OPENAI_BASE_URL', '');
    vi.stubEnv('OPENAI_API_BASE', '');
    vi.stubEnv('OPENAI_API_VERSION', '2024-10-21');
    await using provider = await fakeProvider();
    const asked: string[] = [];
    vi.stubGlobal('fetch', (input: string, init?: RequestInit) => {
      asked.push(String(input));
      return provider.fetch(input, init);
    });
    await send(made('openai:/gpt-5-mini').languageModel, ask('x'));
    vi.unstubAllGlobals();
    expect(asked).toEqual(['https://api.openai.com/v1/chat/completions']);
  });

  test('is told the organization and the project, which have limits of their own', async () => {
    await using provider = await fakeProvider();
    connect(provider);
    vi.stubEnv('OPENAI_ORGANIZATION', 'org-1');
    vi.stubEnv('OPENAI_PROJECT', 'proj-1');
    const { languageModel } = made('openai:/m');
    await send(languageModel, ask('x'));
    expect(provider.calls()[0]?.headers).toMatchObject({ 'openai-organization': 'org-1', 'openai-project': 'proj-1' });
    const other = made('openai:/m', { organization: 'org-2' }).languageModel;
    await send(other, ask('x'));
    expect(provider.calls()[1]?.headers['openai-organization']).toBe('org-2');
    const [scope] = (await languageModel?.scopes()) ?? [];
    expect(scope).toMatch(/^openai\|http:\/\/127\.0\.0\.1:\d+\/v1\|[0-9a-f]{12}$/u);
    expect(await other?.scopes()).not.toContain(scope);
    expect(await made('openai:/other').languageModel?.scopes()).toContain(scope);
  });

  test('of another is not sent headers of accounts that there are not', async () => {
    await using provider = await fakeProvider({ credentials: 'optional' });
    vi.stubEnv('OPENAI_API_KEY', '');
    vi.stubEnv('OPENAI_ORG_ID', 'org-of-the-sdk');
    vi.stubEnv('OPENAI_ADMIN_KEY', 'sk-admin-canary');
    await send(made('openai:/m', { baseUrl: provider.openai }).languageModel, ask('x'));
    const { headers } = provider.calls()[0] ?? { headers: {} };
    expect(headers).not.toHaveProperty('openai-organization');
    expect(JSON.stringify(headers)).not.toContain('canary');
  });
});

test.each([
  [{ stream: 'yes' }, `'openai:/m': stream must be true or false, and it is "yes".`],
  [{ api: 'assistants' }, `'openai:/m': api must be chat or responses, and it is "assistants".`],
  [{ baseUrl: true }, `'openai:/m': baseUrl must be a text, and it is true.`],
  [{ baseUrl: 'http://h/v1?key=secret' }, "base-url ends in '?…', and paths are put behind it: write it without."],
])('the option %j is refused before anything is sent', (options, message) => {
  vi.stubEnv('OPENAI_API_KEY', 'k');
  expect(() => made('openai:/m', options)).toThrow(message);
});

test('embeddings and moderations', async () => {
  await using provider = await fakeProvider({
    answers: { moderate: ({ text }) => ({ violence: text.includes('kill') ? 0.9 : 0.01 }) },
  });
  connect(provider);
  const { embeddingModel, languageModel } = made('openai:/text-embedding-3-small');
  expect(languageModel).toBeUndefined();
  const texts = ['하나', '둘', '하나'];
  const { value, usage } = await send(embeddingModel, { texts });
  expect(value.vectors).toHaveLength(3);
  expect(value.vectors[0]).toEqual(value.vectors[2]);
  expect(usage?.inputTokens).toBeGreaterThan(0);
  const { classifier } = made('openai:/omni-moderation-latest');
  const moderated = await send(classifier, { texts: ['I will kill you', 'Good morning'] });
  const violence = moderated.value.labels.map((labels) => labels.find(({ label }) => label === 'violence')?.score);
  expect(violence).toEqual([0.9, 0.01]);
});

test('a server of one’s own needs no key and gets the older parameters', async () => {
  await using provider = await fakeProvider({ credentials: 'optional' });
  vi.stubEnv('OPENAI_API_KEY', '');
  const { languageModel } = made('openai:/qwen3', { baseUrl: provider.openai });
  await send(languageModel, ask('x', { parameters: { maxOutputTokens: 7, top_k: 3 } })).catch(() => undefined);
  expect(provider.calls()[0]?.body).toMatchObject({ max_tokens: 7, top_k: 3 });
});

test('an evaluation by URI', async () => {
  await using provider = await fakeProvider({ answers: { chat: ({ prompt }) => `${prompt}!` } });
  connect(provider);
  const touchstone = createTouchstone({ plugins: [openai()] });
  const data = Array.from({ length: 20 }, (_, n) => ({ question: `질문 ${n}`, id: n }));
  const results = await touchstone.evaluate({ data, model: 'openai:/gpt-5-mini', inputs: 'question', extraMetrics: [length] });
  expect(results.coverage.length).toMatchObject({ scored: 20 });
  expect(results.usage).toMatchObject({ calls: 20, models: { 'openai:/gpt-5-mini': { calls: 20 } } });
  expect(JSON.stringify([results.toJSON(), await Array.fromAsync(results.rows())])).not.toContain('canary');
});

describe('what an evaluation tells', () => {
  const touchstone = createTouchstone({ plugins: [openai()] });
  const evaluate = (model: string, options: Readonly<Record<string, string | boolean>> = {}) =>
    touchstone.evaluate({ data: [{ question: '질문' }], model, modelOptions: options, extraMetrics: [length] });

  test.each(['chat', 'responses'] as const)('the time to the first token of streamed answers: %s', async (api) => {
    await using provider = await fakeProvider({ answers: { chat: '가 나 다' } });
    connect(provider);
    const { usage } = await evaluate('openai:/gpt-5-mini', { api, stream: true });
    const { timeToFirstTokenMs, inputTokens, outputTokens, reasoningTokens } = usage.models?.['openai:/gpt-5-mini'] ?? {};
    expect(timeToFirstTokenMs).toBeGreaterThan(0);
    expect(inputTokens).toBeGreaterThan(0);
    // What is thought is output too.
    expect(reasoningTokens).toBe(64);
    expect(outputTokens).toBeGreaterThan(64);
    const whole = await evaluate('openai:/gpt-5-mini', { api });
    expect(whole.usage.models?.['openai:/gpt-5-mini']).not.toHaveProperty('timeToFirstTokenMs');
  });

  test.each(['chat', 'responses'] as const)(
    'refusals and filtered answers as what they are, and answers that were cut off: %s',
    async (api) => {
      await using provider = await fakeProvider();
      connect(provider);
      const told = async (fault: 'refusal' | 'content-filter' | 'length') => {
        provider.faults([{ fault }]);
        const results = await evaluate('openai:/gpt-4o', { api });
        const [row] = await Array.fromAsync(results.rows());
        const score = row?.scores.length;
        return score?.status === 'failed' ? score.error.message : results.warnings;
      };
      expect(await told('refusal')).toBe('there is no prediction: the model refused: I’m sorry, but I can’t help with that.');
      expect(await told('content-filter')).toBe("there is no prediction: the provider's content filter stopped the answer");
      expect(await told('length')).toEqual(['1 answer was cut off at the limit of output tokens, and scored as it is.']);
    },
  );

  test('calls of tools as an output that metrics read', async () => {
    await using provider = await fakeProvider({
      answers: { chat: { toolCalls: [{ name: 'look_up', arguments: { 도시: '서울' }, id: 'call_1' }] } },
    });
    connect(provider);
    const seen: unknown[] = [];
    const calls = defineMetric({
      name: 'calls',
      greaterIsBetter: true,
      needs: { toolCalls: 'any' },
      scoreRow: ({ toolCalls }) => seen.push(toolCalls),
    })();
    const tools = [{ type: 'function', function: { name: 'look_up', parameters: { type: 'object', properties: {} } } }];
    const model = chat('openai:/gpt-4o', { parameters: { tools } });
    await touchstone.evaluate({ data: [{ question: '날씨?' }], model, extraMetrics: [calls] });
    expect(seen).toEqual([[{ id: 'call_1', name: 'look_up', arguments: { 도시: '서울' } }]]);
  });
});
