import {
  type AdaptedModel,
  createTouchstone,
  defineMetric,
  type GenerateRequest,
  type LanguageModel,
  metric,
} from '@touchstone/core';
import { type FakeProvider, fakeProvider } from '@touchstone/testing/fake-provider';
import { afterEach, describe, expect, test, vi } from 'vitest';
import anthropic from './index.ts';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

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

test('what is sent: images and plain texts as they are, a PDF under its name, results of tools in one turn', async () => {
  await using provider = await fakeProvider();
  connect(provider);
  const text = Buffer.from('메모').toString('base64');
  await send('anthropic:/claude-sonnet-5', {
    messages: [
      {
        role: 'user',
        content: [
          { type: 'image', url: 'data:image/png;base64,aGk=' },
          { type: 'image', url: 'https://example.com/cat.png' },
          { type: 'file', mediaType: 'application/pdf', data: 'aGk=', name: 'a.pdf' },
          { type: 'file', mediaType: 'text/markdown', data: text },
        ],
      },
      {
        role: 'assistant',
        content: null,
        toolCalls: [
          { id: 'a', name: 'f', arguments: { q: 1 } },
          { id: 'b', name: 'g', arguments: {} },
        ],
      },
      { role: 'tool', toolCallId: 'a', content: '하나' },
      { role: 'tool', toolCallId: 'b', content: '둘' },
    ],
    tools: [{ name: 'f', description: '찾기', schema: { type: 'object' } }],
  });
  expect(provider.calls()[0]?.body).toEqual({
    model: 'claude-sonnet-5',
    max_tokens: 4096,
    messages: [
      {
        role: 'user',
        content: [
          { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'aGk=' } },
          { type: 'image', source: { type: 'url', url: 'https://example.com/cat.png' } },
          { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: 'aGk=' }, title: 'a.pdf' },
          { type: 'document', source: { type: 'text', media_type: 'text/plain', data: '메모' } },
        ],
      },
      {
        role: 'assistant',
        content: [
          { type: 'tool_use', id: 'a', name: 'f', input: { q: 1 } },
          { type: 'tool_use', id: 'b', name: 'g', input: {} },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'a', content: '하나' },
          { type: 'tool_result', tool_use_id: 'b', content: '둘' },
        ],
      },
    ],
    tools: [{ name: 'f', description: '찾기', input_schema: { type: 'object' } }],
  });
});

describe.each([false, true])('streamed: %s', (stream) => {
  test('thoughts are told apart from the answer, and their limit comes on top of the usual one', async () => {
    await using provider = await fakeProvider({ answers: { chat: { text: '서울', reasoning: '수도를 묻는다' } } });
    connect(provider);
    const thinking = { type: 'enabled', budget_tokens: 10_000 };
    const answer = await send(
      'anthropic:/claude-sonnet-4-5',
      ask('수도?', { parameters: { thinking }, defaults: { temperature: 0 } }),
      { stream },
    );
    expect(answer.value).toEqual({
      text: '서울',
      reasoning: '수도를 묻는다',
      notes: ['temperature was left out: claude-sonnet-4-5 takes none while it thinks'],
    });
    expect(answer.usage?.reasoningTokens).toBeGreaterThan(0);
    expect(provider.calls()[0]?.body).toMatchObject({ max_tokens: 14_096, thinking });
  });

  test('calls of tools come whole, and several of them', async () => {
    const calls = [
      { name: 'f', arguments: { 도시: '서울' }, id: 'call_1' },
      { name: 'g', arguments: {}, id: 'call_2' },
    ];
    await using provider = await fakeProvider({ answers: { chat: { text: '찾아볼게요', toolCalls: calls } } });
    connect(provider);
    const { value, finish } = await send('anthropic:/claude-sonnet-5', ask('날씨?'), { stream });
    expect(value).toEqual({
      text: '찾아볼게요',
      toolCalls: [
        { id: 'toolu_1', name: 'f', arguments: { 도시: '서울' } },
        { id: 'toolu_2', name: 'g', arguments: {} },
      ],
    });
    expect(finish).toBe('tool');
  });

  test('an answer that was cut off says so, with the limit that was asked for', async () => {
    await using provider = await fakeProvider({ answers: { chat: 'one two three four five' } });
    connect(provider);
    const { finish } = await send('anthropic:/claude-sonnet-5', ask('세어 봐', { parameters: { maxOutputTokens: 2 } }), {
      stream,
    });
    expect(finish).toBe('length');
    expect(provider.calls()[0]?.body).toMatchObject({ max_tokens: 2 });
  });

  test.each([
    [{ fault: 'quota' }, 'quota', 'credit balance is too low'],
    [{ fault: 'content-filter', of: 'prompt' }, 'content-filter', 'blocked by content filtering'],
    [{ fault: 'auth' }, 'auth', 'invalid x-api-key'],
  ] as const)('%j is %s, in the words of the provider', async (fault, code, words) => {
    await using provider = await fakeProvider({ faults: [fault] });
    connect(provider);
    const message = expect.stringContaining(words);
    await expect(send('anthropic:/claude-sonnet-5', ask('x'), { stream })).rejects.toMatchObject({
      code,
      message,
      retryable: false,
    });
  });
});

test('a stream that fails, or stops, in its middle is no answer', async () => {
  await using provider = await fakeProvider({ faults: [{ fault: 'stream-error' }] });
  connect(provider);
  const streamed = () => send('anthropic:/claude-sonnet-5', ask('x'), { stream: true });
  await expect(streamed()).rejects.toMatchObject({ code: 'overloaded', retryable: true, message: 'Anthropic: Overloaded' });
  provider.faults([{ fault: 'reset', at: 'within' }]);
  await expect(streamed()).rejects.toMatchObject({ code: 'network', retryable: true });
  const start = { type: 'message_start', message: { content: [], usage: { input_tokens: 1, output_tokens: 1 } } };
  const half = `event: message_start\ndata: ${JSON.stringify(start)}\n\n`;
  await using other = await fakeProvider({
    answers: { chat: () => new Response(half, { headers: { 'content-type': 'text/event-stream' } }) },
  });
  connect(other);
  await expect(streamed()).rejects.toMatchObject({
    code: 'bad-response',
    message: 'Anthropic ended the stream before the answer was complete',
  });
});

test('a server that only looks like Anthropic may leave out tokens and reason, and is found with and without its version', async () => {
  const sent = JSON.stringify({ content: [{ type: 'text', text: '네' }] });
  await using provider = await fakeProvider({
    answers: { chat: () => new Response(sent, { headers: { 'content-type': 'application/json' } }) },
  });
  connect(provider);
  for (const end of ['', '/', '/v1', '/v1/']) {
    vi.stubEnv('ANTHROPIC_BASE_URL', provider.anthropic + end);
    const { first: _, ...answer } = await send('anthropic:/some', ask('x'));
    expect(answer).toEqual({ value: { text: '네' } });
  }
  expect(new Set(provider.calls().map(({ path }) => path))).toEqual(new Set(['/anthropic/v1/messages']));
});

test('nothing is written to the console, also of models that will be withdrawn', async () => {
  await using provider = await fakeProvider();
  connect(provider);
  const said = [vi.spyOn(console, 'warn'), vi.spyOn(console, 'error')];
  await send('anthropic:/claude-sonnet-4-5', ask('x'));
  await send('anthropic:/claude-sonnet-4-5', ask('x'), { stream: true });
  for (const spy of said) expect(spy).not.toHaveBeenCalled();
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

  test('the API’s own names count as well: never both, and a default gives way', async () => {
    await using provider = await fakeProvider();
    connect(provider);
    const older = 'anthropic:/claude-sonnet-4-5';
    const { value } = await send(
      older,
      ask('x', { parameters: { top_p: 0.5, max_tokens: 9 }, defaults: { temperature: 0, maxOutputTokens: 200 } }),
    );
    expect(value.notes).toEqual(['temperature was left out: claude-sonnet-4-5 takes either temperature or topP']);
    expect(provider.calls()[0]?.body).toMatchObject({ top_p: 0.5, max_tokens: 9 });
    expect(provider.calls()[0]?.body).not.toHaveProperty('temperature');
    await expect(send(older, ask('x', { parameters: { temperature: 0, top_p: 1 } }))).rejects.toMatchObject({
      code: 'bad-request',
    });
  });

  test('a default that a model refuses whose name is not known is left out the second time, for all calls', async () => {
    const refusal = {
      type: 'error',
      error: { type: 'invalid_request_error', message: '`temperature` is deprecated for this model.' },
    };
    await using provider = await fakeProvider({
      answers: {
        chat: ({ body }) => ('temperature' in (body as object) ? new Response(JSON.stringify(refusal), { status: 400 }) : '네'),
      },
    });
    connect(provider);
    const touchstone = createTouchstone({ plugins: [anthropic()] });
    const judge = defineMetric({
      name: 'judge',
      greaterIsBetter: true,
      needs: ['predictions'],
      models: { judge: 'anthropic:/claude-next' },
      async scoreRow({ predictions }, { model, work }) {
        const request = { ...ask(predictions), defaults: { temperature: 0 } };
        const { value } = await work.ask(model('judge') as LanguageModel, request);
        return { value: 1, justification: value.notes?.join() ?? '' };
      },
    })();
    const data = [{ answer: '가' }, { answer: '나' }, { answer: '다' }];
    const results = await touchstone.evaluate({ data, predictions: 'answer', limits: { concurrency: 1 }, extraMetrics: [judge] });
    expect(results.coverage.judge).toMatchObject({ scored: 3 });
    const sampled = provider.calls().map(({ body }) => 'temperature' in (body as object));
    expect(sampled).toEqual([true, false, false, false]);
  });

  test('others reach the provider as they are, and a list of stops may be one', async () => {
    await using provider = await fakeProvider();
    connect(provider);
    const parameters = { stop: 'END', metadata: { user_id: 'u' }, service_tier: 'auto', reasoningEffort: 'low' };
    await send('anthropic:/claude-sonnet-5', ask('x', { parameters }));
    expect(provider.calls()[0]?.body).toMatchObject({
      stop_sequences: ['END'],
      metadata: { user_id: 'u' },
      service_tier: 'auto',
      output_config: { effort: 'low' },
    });
  });

  test('a large limit is sent without a stream', async () => {
    await using provider = await fakeProvider();
    connect(provider);
    const { value } = await send('anthropic:/claude-sonnet-5', ask('x', { parameters: { maxOutputTokens: 64_000 } }));
    expect(value.text).not.toBeNull();
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

  test.each([false, true])('by a model that knows no schemas, it is followed through a tool; streamed: %s', async (stream) => {
    await using provider = await fakeProvider();
    connect(provider);
    const schema = {
      type: 'object',
      properties: { n: { type: 'integer', enum: [7] } },
      required: ['n'],
      additionalProperties: false,
    };
    const answer = await send('anthropic:/claude-3-5-haiku-20241022', ask('Rate.', { output: { schema } }), { stream });
    expect(answer).toMatchObject({ value: { text: '{"n":7}' }, finish: 'stop' });
    expect(answer.value.toolCalls).toBeUndefined();
    const [call] = provider.calls();
    expect(call?.body).toMatchObject({
      tool_choice: { type: 'tool', name: 'answer' },
      tools: [{ name: 'answer', input_schema: schema }],
    });
    expect(call?.body).not.toHaveProperty('output_config');
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

test.each([
  [{ stream: 1 }, "'anthropic:/m': stream must be true or false, and it is 1."],
  [{ promptCaching: 'on' }, `'anthropic:/m': promptCaching must be true or false, and it is "on".`],
])('the option %j is refused before anything is sent', async (modelOptions, message) => {
  vi.stubEnv('ANTHROPIC_API_KEY', 'k');
  const touchstone = createTouchstone({ plugins: [anthropic()] });
  const evaluating = touchstone.evaluate({
    data: ['x'],
    model: 'anthropic:/m',
    modelOptions,
    extraMetrics: [metric('one', () => 1)],
  });
  await expect(evaluating).rejects.toThrow(message);
});

test('the time to the first token of streamed answers is told', async () => {
  await using provider = await fakeProvider();
  connect(provider);
  const touchstone = createTouchstone({ plugins: [anthropic()] });
  const results = await touchstone.evaluate({
    data: ['가'],
    model: 'anthropic:/claude-haiku-5',
    modelOptions: { stream: true },
    extraMetrics: [metric('one', () => 1)],
  });
  expect(results.usage.models?.['anthropic:/claude-haiku-5']?.timeToFirstTokenMs).toBeGreaterThan(0);
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
