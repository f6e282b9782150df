import Anthropic, { type APIError } from '@anthropic-ai/sdk';
import { describe, expect, test } from 'vitest';
import { type FakeProviderOptions, fakeProvider } from '../index.ts';

async function setUp(options: FakeProviderOptions = {}) {
  const provider = await fakeProvider(options);
  return {
    provider,
    client: new Anthropic({ baseURL: provider.anthropic, apiKey: 'sk-ant-test', maxRetries: 0 }),
    [Symbol.asyncDispose]: provider[Symbol.asyncDispose],
  };
}

const MODEL = 'claude-sonnet-5-5';
const ask = (content: string) => [{ role: 'user' as const, content }];

test('a message has text, usage and a reason of its end', async () => {
  await using it = await setUp({ answers: { chat: ({ prompt, system }) => `${system} ${prompt}` } });
  const message = await it.client.messages.create({
    model: MODEL,
    max_tokens: 100,
    system: [{ type: 'text', text: '짧게.' }],
    messages: ask('안녕'),
  });
  expect(message.content).toEqual([{ type: 'text', text: '짧게. 안녕', citations: null }]);
  expect(message).toMatchObject({
    role: 'assistant',
    stop_reason: 'end_turn',
    stop_details: null,
    usage: { input_tokens: 13, output_tokens: 2 },
  });
  expect(it.provider.calls()[0]).toMatchObject({
    api: 'anthropic',
    key: 'sk-ant-test',
    headers: { 'anthropic-version': '2026-10-21' },
  });
});

test('a stream brings the same, event by event', async () => {
  await using it = await setUp();
  const request = { model: MODEL, max_tokens: 100, messages: ask('What is MLflow?') };
  const whole = await it.client.messages.create(request);
  const stream = it.client.messages.stream(request);
  const types: string[] = [];
  stream.on('streamEvent', ({ type }) => types.push(type));
  const final = await stream.finalMessage();
  expect(final.content).toEqual(whole.content);
  expect(final.usage).toMatchObject({ input_tokens: whole.usage.input_tokens, output_tokens: whole.usage.output_tokens });
  expect([...new Set(types)]).toEqual([
    'message_start',
    'content_block_start',
    'content_block_delta',
    'content_block_stop',
    'message_delta',
    'message_stop',
  ]);
});

test('tools are used, whole and streamed, and their results read', async () => {
  await using it = await setUp({
    answers: {
      chat: ({ messages }) =>
        messages.length > 1
          ? `It is ${messages.at(-1)?.text}.`
          : { text: 'Let me see.', toolCalls: [{ name: 'weather', arguments: { city: '부산' } }] },
    },
  });
  const request = {
    model: MODEL,
    max_tokens: 100,
    messages: ask('Weather?'),
    tools: [{ name: 'weather', input_schema: { type: 'object' as const, properties: { city: { type: 'string' } } } }],
  };
  const used = { type: 'tool_use', name: 'weather', input: { city: '부산' } };
  const whole = await it.client.messages.create(request);
  expect(whole).toMatchObject({ stop_reason: 'tool_use', content: [{ type: 'text' }, used] });
  expect((await it.client.messages.stream(request).finalMessage()).content).toMatchObject([{ type: 'text' }, used]);
  const id = whole.content[1]?.type === 'tool_use' ? whole.content[1].id : '';
  expect(id).toMatch(/^toolu_/);
  const answered = await it.client.messages.create({
    ...request,
    messages: [
      ...ask('Weather?'),
      { role: 'assistant', content: [{ type: 'tool_use', id, name: 'weather', input: { city: '부산' } }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: id, content: 'sunny' }] },
    ],
  });
  expect(answered.content).toMatchObject([{ text: 'It is sunny.' }]);
});

test('a chosen tool is used, and an output format followed, without a script', async () => {
  await using it = await setUp();
  const schema = { type: 'object' as const, properties: { n: { type: 'integer', minimum: 2, maximum: 3 } }, required: ['n'] };
  const used = await it.client.messages.create({
    model: MODEL,
    max_tokens: 100,
    messages: ask('?'),
    tools: [{ name: 'count', input_schema: schema }],
    tool_choice: { type: 'tool', name: 'count' },
  });
  expect(used.content).toMatchObject([{ type: 'tool_use', name: 'count', input: { n: expect.any(Number) } }]);
  const formatted = await it.client.messages.create({
    model: MODEL,
    max_tokens: 100,
    messages: ask('?'),
    output_config: { format: { type: 'json_schema', schema: { ...schema, additionalProperties: false } } },
  });
  const [block] = formatted.content;
  expect([2, 3]).toContain(JSON.parse(block?.type === 'text' ? block.text : '').n);
});

test('thinking comes first, and is counted', async () => {
  await using it = await setUp({ answers: { chat: { text: 'Yes.', reasoning: 'Let me think of it.' } } });
  const request = {
    model: MODEL,
    max_tokens: 2000,
    messages: ask('?'),
    thinking: { type: 'enabled' as const, budget_tokens: 1024 },
  };
  const whole = await it.client.messages.create(request);
  expect(whole.content).toMatchObject([
    { type: 'thinking', thinking: 'Let me think of it.', signature: expect.any(String) },
    { type: 'text', text: 'Yes.' },
  ]);
  expect(whole.usage).toMatchObject({ output_tokens: 6, output_tokens_details: { thinking_tokens: 5 } });
  const streamed = await it.client.messages.stream(request).finalMessage();
  expect(streamed.content).toMatchObject([
    { thinking: 'Let me think of it.', signature: expect.stringMatching(/^sig/) },
    { text: 'Yes.' },
  ]);
});

test('ends for every reason', async () => {
  await using it = await setUp({
    answers: { chat: ({ prompt }) => (prompt === 'no' ? { refusal: 'I will not.' } : 'one two three STOP four') },
  });
  const create = (prompt: string, more: object = {}) =>
    it.client.messages.create({ model: MODEL, max_tokens: 100, messages: ask(prompt), ...more });
  expect(await create('cut', { max_tokens: 2 })).toMatchObject({
    stop_reason: 'max_tokens',
    content: [{ text: 'one two ' }],
    usage: { output_tokens: 2 },
  });
  expect(await create('stop', { stop_sequences: [' STOP'] })).toMatchObject({
    stop_reason: 'stop_sequence',
    stop_sequence: ' STOP',
    content: [{ text: 'one two three' }],
  });
  expect(await create('no')).toMatchObject({
    stop_reason: 'refusal',
    stop_details: { type: 'refusal', explanation: 'I will not.' },
    content: [{ text: 'I will not.' }],
  });
});

test('the prompt cache is written first and read then, up to the last breakpoint', async () => {
  await using it = await setUp({ answers: { chat: 'ok' } });
  const system = [{ type: 'text' as const, text: 'rule '.repeat(2000), cache_control: { type: 'ephemeral' as const } }];
  const usageOf = async (prompt: string, model = MODEL) => {
    const { usage } = await it.client.messages.create({ model, max_tokens: 10, system, messages: ask(prompt) });
    return [usage.cache_creation_input_tokens ?? 0, usage.cache_read_input_tokens ?? 0, usage.input_tokens];
  };
  const [written = 0, , fresh = 0] = await usageOf('one');
  expect(written).toBeGreaterThan(2000);
  expect(fresh).toBeLessThan(20);
  expect(await usageOf('two')).toEqual([0, written, fresh]);
  expect(await usageOf('six', 'claude-haiku-5-5')).toEqual([written, 0, fresh]);
  it.provider.reset();
  expect(await usageOf('two')).toEqual([written, 0, fresh]);
  const short = await it.client.messages.create({
    model: MODEL,
    max_tokens: 10,
    system: [{ type: 'text', text: 'short', cache_control: { type: 'ephemeral' } }],
    messages: ask('one'),
  });
  expect(short.usage).toMatchObject({ cache_creation_input_tokens: 0, cache_read_input_tokens: 0 });
});

test('counts tokens and tells models', async () => {
  await using it = await setUp({ models: { [MODEL]: {} } });
  expect(await it.client.messages.countTokens({ model: MODEL, messages: ask('12345678') })).toEqual({ input_tokens: 9 });
  expect((await it.client.models.list()).data.map(({ id }) => id)).toEqual([MODEL]);
});

describe('a request that Anthropic would refuse is refused in its words', () => {
  const good = { model: MODEL, max_tokens: 10, messages: ask('Hi') };
  const older = { 'anthropic-version': '2023-06-01' };
  const sonnet46 = { ...good, model: 'claude-sonnet-4-6' };

  test.each<[object, Record<string, string>, string]>([
    [{ ...good, max_tokens: undefined }, {}, 'max_tokens: Field required'],
    [{ ...good, temperature: 1 }, {}, 'temperature: Extra inputs are not permitted'],
    [{ ...sonnet46, temperature: 1.5 }, older, 'temperature: Input should be less than or equal to 1'],
    [
      { ...sonnet46, temperature: 0, top_p: 0.5 },
      older,
      '`temperature` and `top_p` cannot both be specified for this model. Please use only one.',
    ],
    [{ ...good, temperature: 0 }, older, '`temperature` is deprecated for this model.'],
    [{ ...good, foo: 1 }, {}, 'foo: Extra inputs are not permitted'],
    [{ ...good, messages: [] }, {}, 'messages: at least one message is required'],
    [
      { ...good, messages: [{ role: 'robot', content: 'Hi' }] },
      {},
      "messages.0.role: Input should be 'user', 'assistant' or 'system'",
    ],
    [{ ...good, messages: [{ role: 'user', content: '' }] }, {}, 'messages: text content blocks must be non-empty'],
    [
      { ...good, messages: [{ role: 'user', content: [{ type: 'image_url', image_url: 'x' }] }] },
      {},
      "messages.0.content.0: Input tag 'image_url' found using 'type' does not match any of the expected tags: 'text', 'image', 'document', 'search_result', 'tool_result'",
    ],
    [
      { ...good, messages: [...ask('Hi'), { role: 'assistant', content: 'The answer is' }] },
      {},
      'This model does not support assistant message prefill. The conversation must end with a user message.',
    ],
    [{ ...good, max_tokens: 'many' }, {}, 'max_tokens: Input should be a valid integer'],
    [
      { ...good, max_tokens: 2000, thinking: { type: 'enabled', budget_tokens: 2000 } },
      {},
      '`max_tokens` must be greater than `thinking.budget_tokens`.',
    ],
    [
      { ...good, model: 'small', max_tokens: 100 },
      {},
      'max_tokens: 100 > 64, which is the maximum allowed number of output tokens for small',
    ],
    [good, { 'anthropic-version': '' }, 'anthropic-version: "" is not a valid version'],
  ])('%j %j', async (body, headers, message) => {
    await using it = await setUp({ models: { [MODEL]: {}, 'claude-sonnet-4-6': {}, small: { maxOutputTokens: 64 } } });
    const request: object = body;
    const error = await it.client.post('/v1/messages', { body: request, headers }).catch((thrown: APIError) => thrown);
    expect(error).toMatchObject({
      status: 400,
      error: { type: 'error', error: { type: 'invalid_request_error', message }, request_id: expect.stringMatching(/^req_/) },
    });
  });

  test('older models and the older version take sampling parameters', async () => {
    await using it = await setUp();
    const body = { model: 'claude-3-5-haiku-20241022', max_tokens: 10, messages: ask('Hi'), temperature: 0, top_p: 0.5 };
    await expect(it.client.post('/v1/messages', { body, headers: older })).resolves.toMatchObject({
      type: 'message',
      stop_reason: 'max_tokens',
    });
  });

  test('without a version, a key, a known model', async () => {
    await using provider = await fakeProvider({ models: { [MODEL]: {} } });
    const post = async (headers: Record<string, string>, model = MODEL) => {
      const body = JSON.stringify({ ...good, model });
      const response = await fetch(`${provider.anthropic}/v1/messages`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body,
      });
      return [response.status, Object(await response.json()).error];
    };
    const version = { 'anthropic-version': '2026-10-21' };
    expect(await post({ 'x-api-key': 'k' })).toEqual([
      400,
      { type: 'invalid_request_error', message: 'anthropic-version: header is required' },
    ]);
    expect(await post(version)).toEqual([401, { type: 'authentication_error', message: 'x-api-key header is required' }]);
    expect(await post({ ...version, 'x-api-key': 'k' }, 'claude-9')).toEqual([
      404,
      { type: 'not_found_error', message: 'model: claude-9' },
    ]);
  });

  test('of two credentials the older header counts', async () => {
    await using it = await setUp({ credentials: ['right'] });
    const client = new Anthropic({
      baseURL: it.provider.anthropic,
      apiKey: 'wrong',
      maxRetries: 0,
      defaultHeaders: { 'x-api-key': 'right' },
    });
    await expect(client.messages.create(good)).resolves.toMatchObject({ type: 'message' });
  });
});

describe('faults', () => {
  test.each([
    ['overloaded', Anthropic.InternalServerError, 529, 'overloaded_error', 'Overloaded'],
    ['server-error', Anthropic.InternalServerError, 500, 'api_error', 'Internal server error'],
    [
      'rate-limit',
      Anthropic.RateLimitError,
      429,
      'rate_limit_error',
      "This request would exceed your account's rate limit. Please try again later.",
    ],
  ] as const)('%s', async (fault, kind, status, type, message) => {
    await using it = await setUp({ faults: [{ fault }] });
    const error = await it.client.messages
      .create({ model: MODEL, max_tokens: 10, messages: ask('Hi') })
      .catch((thrown: APIError) => thrown);
    expect(error).toBeInstanceOf(kind);
    expect(error).toMatchObject({ status, type, apiMessage: message });
  });

  test('a stream that fails in its middle', async () => {
    await using it = await setUp({ faults: [{ fault: 'stream-error' }] });
    const stream = it.client.messages.stream({ model: MODEL, max_tokens: 100, messages: ask('Hi') });
    let text = '';
    stream.on('text', (piece) => {
      text += piece;
    });
    await expect(stream.finalMessage()).rejects.toMatchObject({ type: 'overloaded_error' });
    expect(text).not.toBe('');
  });

  test('limits are told in its own headers', async () => {
    await using it = await setUp({
      limits: { account: { requests: { limit: 5, perMs: 60_000 }, tokens: { limit: 10_000, perMs: 60_000 } } },
      answers: { chat: '12345678' },
    });
    const { response } = await it.client.messages
      .create({ model: MODEL, max_tokens: 1000, messages: ask('12345678') })
      .withResponse();
    expect(response.headers.get('anthropic-ratelimit-requests-limit')).toBe('5');
    expect(response.headers.get('anthropic-ratelimit-requests-remaining')).toBe('4');
    // Reserved are 9 of the question and 1000 of the answer.
    expect(response.headers.get('anthropic-ratelimit-tokens-remaining')).toBe('8991');
    expect(response.headers.get('anthropic-ratelimit-requests-reset')).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  });
});
