import { type AdaptedModel, createTouchstone, type GenerateRequest, metric } from '@touchstone/core';
import { type FakeProvider, fakeProvider } from '@touchstone/testing/fake-provider';
import { afterEach, describe, expect, test, vi } from 'vitest';
import anthropic from './index.ts';

afterEach(() => vi.unstubAllEnvs());

function connect(provider: FakeProvider): void {
  vi.stubEnv('ANTHROPIC_API_KEY', 'sk-ant-canary-123456');
  vi.stubEnv('ANTHROPIC_BASE_URL', provider.anthropic);
}

async function send(uri: string, request: GenerateRequest, options: Readonly<Record<string, boolean>> = {}) {
  let made: AdaptedModel | undefined;
  anthropic().register({
    adapter: (_scheme: string, make: (uri: string, options: object) => AdaptedModel) => {
      made = make(uri, options);
    },
  } as never);
  let first = 0;
  const answer = await made?.languageModel?.send(request, {
    signal: new AbortController().signal,
    fetch: globalThis.fetch,
    attempt: 1,
    firstToken: () => first++,
  });
  if (answer === undefined) throw new Error('no language model');
  return { ...answer, first };
}

const ask = (content: string, more: Partial<GenerateRequest> = {}): GenerateRequest => ({
  messages: [{ role: 'user', content }],
  ...more,
});

test.each([false, true])('answers with text, tokens, model and finish reason; streamed: %s', async (stream) => {
  await using provider = await fakeProvider({ answers: { chat: ({ prompt, system }) => `${system}: ${prompt}` } });
  connect(provider);
  const messages = [
    { role: 'system', content: '짧게' },
    { role: 'user', content: '질문?' },
  ] as const;
  const answer = await send('anthropic:/claude-sonnet-5', { messages }, { stream });
  expect(answer).toMatchObject({
    value: { text: '짧게: 질문?' },
    finish: 'stop',
    servedBy: expect.stringContaining('claude-sonnet-5'),
  });
  expect(answer.usage?.inputTokens).toBeGreaterThan(0);
  expect(answer.usage?.outputTokens).toBeGreaterThan(0);
  expect(answer.first > 0).toBe(stream);
});

test('sends images, documents and results of tools, and returns the calls that the model asks for', async () => {
  await using provider = await fakeProvider({
    answers: { chat: { toolCalls: [{ name: 'look_up', arguments: { q: 'Seoul' } }] } as never },
  });
  connect(provider);
  const answer = await send('anthropic:/claude-sonnet-5', {
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is this?' },
          { type: 'image', url: 'https://example.com/cat.png' },
          { type: 'image', url: 'data:image/png;base64,aGk=' },
          { type: 'file', mediaType: 'application/pdf', data: 'aGk=', name: 'a.pdf' },
        ],
      },
      {
        role: 'assistant',
        content: 'I look.',
        toolCalls: [
          { id: 'a', name: 'look_up', arguments: { q: 'x' } },
          { id: 'b', name: 'look_up', arguments: {} },
        ],
      },
      { role: 'tool', toolCallId: 'a', content: 'found' },
      { role: 'tool', toolCallId: 'b', content: 'nothing' },
    ],
    tools: [{ name: 'look_up', schema: { type: 'object', properties: { q: { type: 'string' } } } }],
  });
  expect(answer).toMatchObject({ finish: 'tool', value: { toolCalls: [{ name: 'look_up', arguments: { q: 'Seoul' } }] } });
});

describe('parameters', () => {
  test('temperature and topP never go together: of the defaults one is left out, of one’s own it is an error', async () => {
    await using provider = await fakeProvider();
    connect(provider);
    const older = 'anthropic:/claude-sonnet-4-5';
    const { value } = await send(older, ask('x', { defaults: { temperature: 0, topP: 1, maxOutputTokens: 200 } }));
    expect(value.notes).toEqual(['topP was left out: claude-sonnet-4-5 takes either temperature or topP']);
    expect(provider.calls()[0]?.body).toMatchObject({ temperature: 0, max_tokens: 200 });
    await expect(send(older, ask('x', { parameters: { temperature: 0, topP: 1 } }))).rejects.toMatchObject({
      code: 'bad-request',
      message: 'claude-sonnet-4-5 takes either temperature or topP, and both were set: leave one of them out',
    });
  });

  test('a default that the model refuses is left out with a note', async () => {
    await using provider = await fakeProvider();
    connect(provider);
    const { value } = await send('anthropic:/claude-sonnet-5', ask('x', { defaults: { temperature: 0, seed: 1 } }));
    expect(value.notes).toEqual([
      'temperature was left out: claude-sonnet-5 takes none',
      'seed was left out: claude-sonnet-5 takes none',
    ]);
    const refused = send('anthropic:/claude-sonnet-5', ask('x', { parameters: { temperature: 0 } }));
    await expect(refused).rejects.toMatchObject({ code: 'bad-request' });
  });

  test('a schema is followed', async () => {
    await using provider = await fakeProvider();
    connect(provider);
    const schema = {
      type: 'object',
      properties: { score: { type: 'integer' } },
      required: ['score'],
      additionalProperties: false,
    };
    const { value } = await send('anthropic:/claude-sonnet-5', ask('Rate.', { output: { schema } }));
    expect(JSON.parse(value.text ?? '')).toEqual({ score: expect.any(Number) });
  });

  test('the system prompt is kept in the provider’s cache when that is asked for', async () => {
    await using provider = await fakeProvider();
    connect(provider);
    const messages = [
      { role: 'system', content: 'A long instruction. '.repeat(600) },
      { role: 'user', content: 'x' },
    ] as const;
    await send('anthropic:/claude-sonnet-5', { messages }, { promptCaching: true });
    const again = await send('anthropic:/claude-sonnet-5', { messages }, { promptCaching: true });
    expect(again.usage?.cachedTokens).toBeGreaterThan(1_000);
    expect(again.usage?.inputTokens).toBeGreaterThan(again.usage?.cachedTokens ?? 0);
  });
});

test.each([
  [{ fault: 'auth' }, 'auth', false],
  [{ fault: 'rate-limit', waitMs: 2000, headers: 'retry-after' }, 'rate-limit', true],
  [{ fault: 'overloaded' }, 'overloaded', true],
  [{ fault: 'server-error', status: 500 }, 'server', true],
  [{ fault: 'html' }, 'bad-response', true],
  [{ fault: 'reset', at: 'before' }, 'network', true],
] as const)('%j is %s', async (fault, code, retryable) => {
  await using provider = await fakeProvider({ faults: [fault] });
  connect(provider);
  const error = await send('anthropic:/claude-sonnet-5', ask('x')).then(
    (answer) => answer,
    (thrown: unknown) => thrown,
  );
  expect(error).toMatchObject({ code, retryable });
});

test('a refusal is a state and no text', async () => {
  await using provider = await fakeProvider({ faults: [{ fault: 'refusal' }] });
  connect(provider);
  expect(await send('anthropic:/claude-sonnet-5', ask('x'))).toMatchObject({ finish: 'refusal', value: { text: null } });
});

test('without a key nothing is sent', async () => {
  vi.stubEnv('ANTHROPIC_API_KEY', '');
  const touchstone = createTouchstone({ plugins: [anthropic()] });
  const evaluating = touchstone.evaluate({
    data: ['x'],
    model: 'anthropic:/claude-sonnet-5',
    extraMetrics: [metric('one', () => 1)],
  });
  await expect(evaluating).rejects.toThrow("'anthropic:/claude-sonnet-5' needs a key: set ANTHROPIC_API_KEY in the environment.");
});

test('an evaluation by URI', async () => {
  await using provider = await fakeProvider({ answers: { chat: ({ prompt }) => `${prompt}!` } });
  connect(provider);
  const touchstone = createTouchstone({ plugins: [anthropic()] });
  const length = metric('length', ({ predictions }) => String(predictions).length);
  const results = await touchstone.evaluate({ data: ['가', '나'], model: 'anthropic:/claude-haiku-5', extraMetrics: [length] });
  expect(results.metrics['length/mean']).toBe(2);
  expect(results.usage.models).toMatchObject({ 'anthropic:/claude-haiku-5': { calls: 2 } });
  expect(JSON.stringify(results.toJSON())).not.toContain('canary');
});
