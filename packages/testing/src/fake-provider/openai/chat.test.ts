import OpenAI, { type APIError } from 'openai';
import { describe, expect, test } from 'vitest';
import { type FakeProviderOptions, fakeProvider } from '../index.ts';

const KEY = 'sk-test-0123456789abcdef';

async function setUp(options: FakeProviderOptions = {}) {
  const provider = await fakeProvider(options);
  return {
    provider,
    client: new OpenAI({ baseURL: provider.openai, apiKey: KEY, maxRetries: 0 }),
    [Symbol.asyncDispose]: provider[Symbol.asyncDispose],
  };
}

const ask = (content: string) => [{ role: 'user' as const, content }];

describe('an answer', () => {
  test('is what the script says of the prompt, with usage', async () => {
    await using it = await setUp({ answers: { chat: ({ prompt, system }) => `${system}: ${prompt}` } });
    const completion = await it.client.chat.completions.create({
      model: 'gpt-4o-mini',
      messages: [
        { role: 'system', content: '되풀이' },
        { role: 'user', content: [{ type: 'text', text: '안녕하세요 👋' }] },
      ],
    });
    expect(completion.choices).toEqual([
      {
        index: 0,
        message: { role: 'assistant', content: '되풀이: 안녕하세요 👋', refusal: null, annotations: [] },
        logprobs: null,
        finish_reason: 'stop',
      },
    ]);
    // 4 characters a token: 3 and 7 of the messages with 4 each for the message, 3 for the answer to come; 12 characters are the answer.
    expect(completion.usage).toMatchObject({ prompt_tokens: 1 + 4 + 2 + 4 + 3, completion_tokens: 3, total_tokens: 17 });
    expect(completion.model).toBe('gpt-4o-mini');
  });

  test('has a default that depends on seed, model and messages, and not on how it is asked for', async () => {
    await using one = await setUp({ seed: 1 });
    await using again = await setUp({ seed: 1 });
    await using other = await setUp({ seed: 2 });
    const request = { model: 'gpt-4o-mini', messages: ask('What is MLflow?') };
    const text = async ({ client }: { client: OpenAI }) =>
      (await client.chat.completions.create(request)).choices[0]?.message.content;
    const first = await text(one);
    expect(first).toMatch(/^[A-Z][a-z]+( [a-z]+){7,23}\.$/);
    expect(await text(one)).toBe(first);
    expect(await text(again)).toBe(first);
    expect(await text(other)).not.toBe(first);
    const streamed = await one.client.chat.completions.stream({ ...request, temperature: 1 }).finalContent();
    expect(streamed).toBe(first);
  });

  test('can be told to have any finish, refusal, tool calls and usage', async () => {
    await using it = await setUp({
      answers: {
        chat: ({ prompt }) =>
          ({
            no: { refusal: 'I will not.' },
            cut: { text: 'Half of', finish: 'filter' as const },
            cached: { text: 'x', usage: { inputTokens: 2000, cachedTokens: 1920, outputTokens: 7 } },
          })[prompt],
      },
    });
    const answerTo = (prompt: string) => it.client.chat.completions.create({ model: 'gpt-4o', messages: ask(prompt) });
    expect((await answerTo('no')).choices[0]).toMatchObject({
      message: { content: null, refusal: 'I will not.' },
      finish_reason: 'stop',
    });
    expect((await answerTo('cut')).choices[0]).toMatchObject({
      message: { content: 'Half of' },
      finish_reason: 'content_filter',
    });
    expect((await answerTo('cached')).usage).toMatchObject({
      prompt_tokens: 2000,
      completion_tokens: 7,
      total_tokens: 2007,
      prompt_tokens_details: { cached_tokens: 1920 },
    });
  });

  test('is cut to the tokens asked for, and at stop sequences', async () => {
    await using it = await setUp({ answers: { chat: 'one two three STOP four' } });
    const create = (more: object) => it.client.chat.completions.create({ model: 'gpt-4o', messages: ask('count'), ...more });
    expect((await create({ max_tokens: 2 })).choices[0]).toMatchObject({
      message: { content: 'one two ' },
      finish_reason: 'length',
    });
    expect((await create({ stop: [' STOP'] })).choices[0]).toMatchObject({
      message: { content: 'one two three' },
      finish_reason: 'stop',
    });
  });

  test('comes n times, each a sample of its own', async () => {
    await using it = await setUp({ answers: { chat: ({ sample }) => `answer ${sample}` } });
    const { choices, usage } = await it.client.chat.completions.create({ model: 'gpt-4o', messages: ask('?'), n: 3 });
    expect(choices.map(({ index, message }) => [index, message.content])).toEqual([
      [0, 'answer 0'],
      [1, 'answer 1'],
      [2, 'answer 2'],
    ]);
    expect(usage?.completion_tokens).toBe(6);
  });

  test('has logarithms of probabilities for every token when they are asked for', async () => {
    await using it = await setUp({ answers: { chat: 'abcdefgh' } });
    const { choices } = await it.client.chat.completions.create({
      model: 'gpt-4o',
      messages: ask('?'),
      logprobs: true,
      top_logprobs: 3,
    });
    const tokens = choices[0]?.logprobs?.content ?? [];
    expect(tokens.map(({ token, bytes }) => [token, bytes])).toEqual([
      ['abcd', [97, 98, 99, 100]],
      ['efgh', [101, 102, 103, 104]],
    ]);
    for (const { logprob, top_logprobs } of tokens) {
      expect(top_logprobs).toHaveLength(3);
      expect(top_logprobs[0]?.logprob).toBe(logprob);
      const sum = top_logprobs.reduce((total, { logprob }) => total + Math.exp(logprob), 0);
      expect(sum).toBeLessThanOrEqual(1 + 1e-12);
    }
  });
});

describe('a stream', () => {
  test('brings role, pieces, finish and usage', async () => {
    await using it = await setUp({ answers: { chat: '서울은 대한민국의 수도이다' } });
    const stream = await it.client.chat.completions.create({
      model: 'gpt-4o',
      messages: ask('?'),
      stream: true,
      stream_options: { include_usage: true },
    });
    const chunks = await Array.fromAsync(stream);
    expect(chunks[0]?.choices[0]?.delta.role).toBe('assistant');
    expect(chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('')).toBe('서울은 대한민국의 수도이다');
    expect(chunks.map(({ choices }) => choices[0]?.finish_reason).filter((reason) => reason)).toEqual(['stop']);
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { completion_tokens: 4 } });
    expect(new Set(chunks.map(({ id }) => id)).size).toBe(1);
  });

  test('brings tool calls in pieces, and refusals', async () => {
    await using it = await setUp({
      answers: {
        chat: ({ prompt }) =>
          prompt === 'call'
            ? {
                toolCalls: [
                  { name: 'find', arguments: { city: '부산' } },
                  { name: 'stop', arguments: {} },
                ],
              }
            : { refusal: 'Not that, sorry.' },
      },
    });
    const tools = ['find', 'stop'].map((name) => ({
      type: 'function' as const,
      function: { name, parameters: { type: 'object' } },
    }));
    const called = await it.client.chat.completions
      .stream({ model: 'gpt-4o', messages: ask('call'), tools })
      .finalChatCompletion();
    expect(called.choices[0]?.finish_reason).toBe('tool_calls');
    expect(
      called.choices[0]?.message.tool_calls?.map(
        (call) => call.type === 'function' && [call.function.name, call.function.arguments],
      ),
    ).toEqual([
      ['find', '{"city":"부산"}'],
      ['stop', '{}'],
    ]);
    const refused = await it.client.chat.completions.stream({ model: 'gpt-4o', messages: ask('no') }).finalMessage();
    expect(refused.refusal).toBe('Not that, sorry.');
  });
});

describe('tools and schemas', () => {
  const parameters = {
    type: 'object',
    properties: {
      city: { type: 'string' },
      unit: { type: 'string', enum: ['C', 'F'] },
      days: { type: 'integer', minimum: 1, maximum: 7 },
    },
    required: ['city', 'unit', 'days'],
    additionalProperties: false,
  };
  const weather = { type: 'function' as const, function: { name: 'weather', parameters, strict: true } };

  test('a required tool is called with arguments that follow its schema', async () => {
    await using it = await setUp();
    const { choices } = await it.client.chat.completions.create({
      model: 'gpt-4o',
      messages: ask('?'),
      tools: [weather],
      tool_choice: { type: 'function', function: { name: 'weather' } },
    });
    const [call] = choices[0]?.message.tool_calls ?? [];
    const given = JSON.parse(call?.type === 'function' ? call.function.arguments : '');
    expect(Object.keys(given)).toEqual(['city', 'unit', 'days']);
    expect(given).toEqual({ city: expect.any(String), unit: expect.stringMatching(/^[CF]$/), days: expect.any(Number) });
    expect([1, 2, 3, 4, 5, 6, 7]).toContain(given.days);
    expect(choices[0]?.finish_reason).toBe('tool_calls');
  });

  test('an answer to a tool goes on', async () => {
    await using it = await setUp({ answers: { chat: ({ messages }) => `It is ${messages.at(-1)?.text}.` } });
    const { choices } = await it.client.chat.completions.create({
      model: 'gpt-4o',
      tools: [weather],
      messages: [
        ...ask('Weather?'),
        { role: 'assistant', tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{}' } }] },
        { role: 'tool', tool_call_id: 'call_1', content: 'sunny' },
      ],
    });
    expect(choices[0]?.message.content).toBe('It is sunny.');
  });

  test('an answer to a schema follows it; one in JSON mode is JSON', async () => {
    await using it = await setUp();
    const json_schema = { name: 'forecast', strict: true, schema: parameters };
    const parsed = await it.client.chat.completions.parse({
      model: 'gpt-4o',
      messages: ask('?'),
      response_format: { type: 'json_schema', json_schema },
    });
    expect(parsed.choices[0]?.message.parsed).toMatchObject({ unit: expect.stringMatching(/^[CF]$/) });
    const { choices } = await it.client.chat.completions.create({
      model: 'gpt-4o',
      messages: ask('Say it as JSON.'),
      response_format: { type: 'json_object' },
    });
    expect(JSON.parse(choices[0]?.message.content ?? '')).toEqual({ text: expect.any(String) });
  });
});

describe('models that think', () => {
  test('count their thoughts, and may have no tokens left to speak', async () => {
    await using it = await setUp({ answers: { chat: 'Paris' } });
    const create = (more: object) => it.client.chat.completions.create({ model: 'gpt-5-mini', messages: ask('?'), ...more });
    expect((await create({})).usage).toMatchObject({
      completion_tokens: 66,
      completion_tokens_details: { reasoning_tokens: 64 },
    });
    expect((await create({ reasoning_effort: 'minimal' })).usage).toMatchObject({
      completion_tokens: 2,
      completion_tokens_details: { reasoning_tokens: 0 },
    });
    expect((await create({ max_completion_tokens: 20 })).choices[0]).toMatchObject({
      message: { content: '' },
      finish_reason: 'length',
    });
  });

  test.each([
    [
      { max_tokens: 10 },
      {
        message: "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
        type: 'invalid_request_error',
        param: 'max_tokens',
        code: 'unsupported_parameter',
      },
    ],
    [
      { temperature: 0 },
      {
        message: "Unsupported value: 'temperature' does not support 0 with this model. Only the default (1) value is supported.",
        type: 'invalid_request_error',
        param: 'temperature',
        code: 'unsupported_value',
      },
    ],
    [
      { logprobs: true },
      {
        message: 'You are not allowed to request logprobs from this model',
        type: 'invalid_request_error',
        param: null,
        code: null,
      },
    ],
  ])('refuse %j', async (more, error) => {
    await using it = await setUp({ models: { o3: {}, house: { servedBy: 'o3-2025-04-16' } } });
    for (const model of ['o3', 'house']) {
      const refused = await it.client.chat.completions
        .create({ model, messages: ask('?'), ...more })
        .catch((thrown: APIError) => thrown);
      expect(refused).toMatchObject({ error });
    }
  });
});

describe('a request that OpenAI would refuse is refused in its words', () => {
  const messages = ask('Hi');
  test.each<[string, object, number, object]>([
    ['no model', { messages }, 400, { message: 'you must provide a model parameter', param: null, code: null }],
    [
      'no messages',
      { model: 'gpt-4o' },
      400,
      { message: "Missing required parameter: 'messages'.", param: 'messages', code: 'missing_required_parameter' },
    ],
    [
      'empty messages',
      { model: 'gpt-4o', messages: [] },
      400,
      {
        message: "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array instead.",
        param: 'messages',
        code: 'empty_array',
      },
    ],
    [
      'unknown fields',
      { model: 'gpt-4o', messages, top_k: 3, foo: 1 },
      400,
      { message: 'Unrecognized request arguments supplied: top_k, foo', param: null, code: null },
    ],
    [
      'an effort for a model that does not think',
      { model: 'gpt-4o', messages, reasoning_effort: 'low' },
      400,
      { message: 'Unrecognized request argument supplied: reasoning_effort', param: null, code: null },
    ],
    [
      'a wrong type',
      { model: 'gpt-4o', messages, temperature: 'hot' },
      400,
      {
        message: "Invalid type for 'temperature': expected a decimal, but got a string instead.",
        param: 'temperature',
        code: 'invalid_type',
      },
    ],
    [
      'a number out of range',
      { model: 'gpt-4o', messages, temperature: 3 },
      400,
      {
        message: "Invalid 'temperature': decimal above maximum value. Expected a value <= 2, but got 3 instead.",
        param: 'temperature',
        code: 'decimal_above_max_value',
      },
    ],
    [
      'no whole number',
      { model: 'gpt-4o', messages, max_tokens: 0 },
      400,
      {
        message: "Invalid 'max_tokens': integer below minimum value. Expected a value >= 1, but got 0 instead.",
        param: 'max_tokens',
        code: 'integer_below_min_value',
      },
    ],
    [
      'an unknown role',
      { model: 'gpt-4o', messages: [{ role: 'robot', content: 'Hi' }] },
      400,
      {
        message:
          "Invalid value: 'robot'. Supported values are: 'system', 'developer', 'user', 'assistant', 'tool', and 'function'.",
        param: 'messages[0].role',
        code: 'invalid_value',
      },
    ],
    [
      'an unknown field within',
      { model: 'gpt-4o', messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi', cache: true }] }] },
      400,
      {
        message: "Unknown parameter: 'messages[0].content[0].cache'.",
        param: 'messages[0].content[0].cache',
        code: 'unknown_parameter',
      },
    ],
    [
      'an answer to no tool call',
      { model: 'gpt-4o', messages: [...messages, { role: 'tool', tool_call_id: 'call_1', content: '' }] },
      400,
      {
        message: "Invalid parameter: messages with role 'tool' must be a response to a preceding message with 'tool_calls'.",
        param: 'messages[1].role',
        code: null,
      },
    ],
    [
      'JSON mode without the word',
      { model: 'gpt-4o', messages, response_format: { type: 'json_object' } },
      400,
      {
        message: "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.",
        param: 'messages',
        code: null,
      },
    ],
    [
      'an open object in a strict schema',
      {
        model: 'gpt-4o',
        messages,
        response_format: {
          type: 'json_schema',
          json_schema: {
            name: 'x',
            strict: true,
            schema: { type: 'object', properties: { a: { type: 'object' } }, required: ['a'], additionalProperties: false },
          },
        },
      },
      400,
      {
        message:
          "Invalid schema for response_format 'x': In context=('properties', 'a'), 'additionalProperties' is required to be supplied and to be false.",
        param: 'response_format',
        code: 'invalid_json_schema',
      },
    ],
    [
      'usage of no stream',
      { model: 'gpt-4o', messages, stream_options: { include_usage: true } },
      400,
      {
        message: "The 'stream_options' parameter is only allowed when 'stream' is enabled.",
        param: 'stream_options',
        code: null,
      },
    ],
    [
      'an unknown model',
      { model: 'gpt-9', messages },
      404,
      { message: 'The model `gpt-9` does not exist or you do not have access to it.', param: null, code: 'model_not_found' },
    ],
    [
      'a prompt that is too long',
      { model: 'small', messages: ask('x'.repeat(400)) },
      400,
      {
        message:
          "This model's maximum context length is 50 tokens. However, your messages resulted in 107 tokens. Please reduce the length of the messages.",
        param: 'messages',
        code: 'context_length_exceeded',
      },
    ],
  ])('%s', async (_, body, status, error) => {
    await using provider = await fakeProvider({ models: { 'gpt-4o': {}, small: { contextTokens: 50 } } });
    const response = await post(provider.openai, '/chat/completions', JSON.stringify(body));
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({ error: { type: 'invalid_request_error', ...error } });
  });

  test.each([
    ['{"model": ', 'application/json', 400, /^We could not parse the JSON body of your request\./],
    ['{}', 'text/plain', 415, /^Unsupported content type: 'text\/plain'\./],
  ])('a body that is %s as %s', async (body, type, status, message) => {
    await using provider = await fakeProvider();
    const response = await post(provider.openai, '/chat/completions', body, { 'content-type': type });
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ error: { message: expect.stringMatching(message) } });
  });

  test('a path and a method that there are not', async () => {
    await using provider = await fakeProvider();
    const unknown = await post(provider.openai, '/chat/complete', '{}');
    expect(await unknown.json()).toMatchObject({ error: { message: 'Invalid URL (POST /v1/chat/complete)' } });
    const got = await fetch(`${provider.openai}/chat/completions`, { headers: { authorization: `Bearer ${KEY}` } });
    expect(got.status).toBe(405);
  });
});

describe('keys', () => {
  test('are wanted, and shown with stars when they are not known', async () => {
    await using provider = await fakeProvider({ credentials: ['sk-good'] });
    const none = await fetch(`${provider.openai}/models`);
    expect(none.status).toBe(401);
    expect(await none.json()).toMatchObject({ error: { message: expect.stringMatching(/^You didn't provide an API key\./) } });
    const wrong = new OpenAI({ baseURL: provider.openai, apiKey: KEY, maxRetries: 0 });
    const error = await wrong.models.list().catch((thrown: APIError) => thrown);
    expect(error).toMatchObject({
      status: 401,
      code: 'invalid_api_key',
      message:
        '401 Incorrect API key provided: sk-test-************cdef. You can find your API key at https://platform.openai.com/account/api-keys.',
    });
    const good = new OpenAI({ baseURL: provider.openai, apiKey: 'sk-good' });
    expect((await good.models.list()).data).not.toHaveLength(0);
  });

  test('are not wanted of a local server', async () => {
    await using provider = await fakeProvider({ credentials: 'optional', models: { llama: {} } });
    expect(await (await fetch(`${provider.openai}/models`)).json()).toMatchObject({
      object: 'list',
      data: [{ id: 'llama', object: 'model' }],
    });
  });
});

function post(base: string, path: string, body: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  return fetch(base + path, {
    method: 'POST',
    body,
    headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json', ...headers },
  });
}
