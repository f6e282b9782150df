import OpenAI, { type APIError } from 'openai';
import { describe, expect, test } from 'vitest';
import { type FakeProviderOptions, fakeProvider } from '../index.ts';

async function setUp(options: FakeProviderOptions = {}) {
  const provider = await fakeProvider(options);
  return {
    client: new OpenAI({ baseURL: provider.openai, apiKey: 'sk-test', maxRetries: 0 }),
    [Symbol.asyncDispose]: provider[Symbol.asyncDispose],
  };
}

test('a response has text, usage and the thoughts of a reasoning model', async () => {
  await using it = await setUp({
    answers: { chat: ({ prompt, system }) => ({ text: `${system} ${prompt}`, reasoning: 'Think of it.' }) },
  });
  const response = await it.client.responses.create({ model: 'gpt-5', instructions: '짧게.', input: '안녕' });
  expect(response.output_text).toBe('짧게. 안녕');
  expect(response.output.map(({ type }) => type)).toEqual(['reasoning', 'message']);
  expect(response.output[0]).toMatchObject({ summary: [{ type: 'summary_text', text: 'Think of it.' }] });
  expect(response.status).toBe('completed');
  expect(response.usage).toMatchObject({
    input_tokens: 13,
    output_tokens: 5,
    output_tokens_details: { reasoning_tokens: 3 },
    total_tokens: 18,
  });
});

test('a stream ends with what the answer in one piece is', async () => {
  await using it = await setUp();
  const request = { model: 'gpt-5', input: [{ role: 'user' as const, content: 'What is Spark?' }] };
  const whole = await it.client.responses.create(request);
  const stream = it.client.responses.stream(request);
  const types: string[] = [];
  let text = '';
  let last = -1;
  for await (const event of stream) {
    types.push(event.type);
    if (event.type === 'response.output_text.delta') text += event.delta;
    expect(event.sequence_number).toBe(last + 1);
    last = event.sequence_number;
  }
  const final = await stream.finalResponse();
  expect(text).toBe(whole.output_text);
  expect(final.output_text).toBe(whole.output_text);
  expect(final.usage).toEqual(whole.usage);
  expect([...new Set(types)]).toEqual([
    'response.created',
    'response.in_progress',
    'response.output_item.added',
    'response.output_item.done',
    'response.content_part.added',
    'response.output_text.delta',
    'response.output_text.done',
    'response.content_part.done',
    'response.completed',
  ]);
});

test('structured output follows its schema', async () => {
  await using it = await setUp();
  const schema = {
    type: 'object',
    properties: { score: { type: 'integer', minimum: 1, maximum: 5 }, why: { type: 'string' } },
    required: ['score', 'why'],
    additionalProperties: false,
  };
  const { output_parsed } = await it.client.responses.parse({
    model: 'gpt-4o',
    input: 'Grade it.',
    text: { format: { type: 'json_schema', name: 'grade', schema, strict: true } },
  });
  expect(output_parsed).toEqual({ score: expect.any(Number), why: expect.any(String) });
  expect([1, 2, 3, 4, 5]).toContain(Object(output_parsed).score);
});

test('functions are called, whole and streamed, and their outputs read', async () => {
  await using it = await setUp({
    answers: {
      chat: ({ messages }) =>
        messages.at(-1)?.role === 'tool'
          ? `It is ${messages.at(-1)?.text}.`
          : { toolCalls: [{ name: 'weather', arguments: { city: '부산' } }] },
    },
  });
  const tools = [{ type: 'function' as const, name: 'weather', parameters: { type: 'object' }, strict: false }];
  const asked = await it.client.responses.create({ model: 'gpt-4o', input: '?', tools });
  expect(asked.output).toEqual([
    {
      type: 'function_call',
      id: expect.stringMatching(/^fc_/),
      status: 'completed',
      call_id: expect.any(String),
      name: 'weather',
      arguments: '{"city":"부산"}',
    },
  ]);
  const streamed = await it.client.responses.stream({ model: 'gpt-4o', input: '?', tools }).finalResponse();
  expect(streamed.output[0]).toMatchObject({ name: 'weather', arguments: '{"city":"부산"}' });
  const call = asked.output[0]?.type === 'function_call' ? asked.output[0] : undefined;
  const answered = await it.client.responses.create({
    model: 'gpt-4o',
    tools,
    input: [
      { role: 'user', content: '?' },
      ...(call ? [call] : []),
      { type: 'function_call_output', call_id: call?.call_id ?? '', output: 'rainy' },
    ],
  });
  expect(answered.output_text).toBe('It is rainy.');
});

test('what was cut off or filtered is incomplete, and says why', async () => {
  await using it = await setUp({
    answers: { chat: ({ prompt }) => (prompt === 'filter' ? { text: 'Half', finish: 'filter' } : 'word '.repeat(100)) },
  });
  const cut = await it.client.responses.create({ model: 'gpt-4o', input: 'much', max_output_tokens: 16 });
  expect(cut).toMatchObject({
    status: 'incomplete',
    incomplete_details: { reason: 'max_output_tokens' },
    usage: { output_tokens: 16 },
  });
  expect(cut.output_text).toHaveLength(64);
  const thoughtOnly = await it.client.responses.create({ model: 'gpt-5', input: 'much', max_output_tokens: 16 });
  expect(thoughtOnly.output.map(({ type }) => type)).toEqual(['reasoning']);
  const filtered = await it.client.responses.create({ model: 'gpt-4o', input: 'filter' });
  expect(filtered).toMatchObject({ status: 'incomplete', incomplete_details: { reason: 'content_filter' }, output_text: 'Half' });
});

test('a refusal is a part of its own', async () => {
  await using it = await setUp({ answers: { chat: { refusal: 'No.' } } });
  const { output } = await it.client.responses.create({ model: 'gpt-4o', input: '?' });
  expect(output).toMatchObject([{ type: 'message', content: [{ type: 'refusal', refusal: 'No.' }] }]);
});

test('a conversation goes on from a response that was stored, and from no other', async () => {
  await using it = await setUp({ answers: { chat: ({ messages }) => messages.map(({ text }) => text).join(' | ') } });
  const first = await it.client.responses.create({ model: 'gpt-4o', input: 'My name is Ada.' });
  const next = await it.client.responses.create({ model: 'gpt-4o', input: 'Who am I?', previous_response_id: first.id });
  expect(next.output_text).toBe('My name is Ada.\nMy name is Ada. | Who am I?');
  const unstored = await it.client.responses.create({ model: 'gpt-4o', input: 'Hi', store: false });
  const refused = await it.client.responses
    .create({ model: 'gpt-4o', input: 'And?', previous_response_id: unstored.id })
    .catch((thrown: APIError) => thrown);
  expect(refused).toMatchObject({ status: 400, code: 'previous_response_not_found', param: 'previous_response_id' });
});

test('a stream that cannot go on says so by an event', async () => {
  await using it = await setUp({ faults: [{ fault: 'stream-error' }] });
  const types: string[] = [];
  const read = async () => {
    for await (const event of await it.client.responses.create({ model: 'gpt-4o', input: '?', stream: true }))
      types.push(event.type);
  };
  await expect(read()).rejects.toMatchObject({
    code: 'server_error',
    message: 'The server had an error while processing your request. Sorry about that!',
  });
  expect(types.slice(0, 2)).toEqual(['response.created', 'response.in_progress']);
  expect(types).not.toContain('response.completed');
});

describe('what it refuses', () => {
  test.each<[object, object]>([
    [
      { model: 'gpt-4o', input: '?', max_tokens: 5 },
      {
        message:
          "Unsupported parameter: 'max_tokens'. In the Responses API, this parameter has moved to 'max_output_tokens'. Try again with the new parameter.",
        param: null,
        code: 'unsupported_parameter',
      },
    ],
    [
      { model: 'gpt-4o', input: '?', max_output_tokens: 5 },
      {
        message: "Invalid 'max_output_tokens': integer below minimum value. Expected a value >= 16, but got 5 instead.",
        param: 'max_output_tokens',
        code: 'integer_below_min_value',
      },
    ],
    [
      { model: 'gpt-5', input: '?', temperature: 0 },
      {
        message: "Unsupported parameter: 'temperature' is not supported with this model.",
        param: 'temperature',
        code: 'unsupported_parameter',
      },
    ],
    [
      { model: 'gpt-4o', input: '?', reasoning: { effort: 'low' } },
      {
        message: "Unsupported parameter: 'reasoning.effort' is not supported with this model.",
        param: 'reasoning.effort',
        code: 'unsupported_parameter',
      },
    ],
    [
      { model: 'gpt-4o', input: '?', foo: 1 },
      { message: "Unknown parameter: 'foo'.", param: 'foo', code: 'unknown_parameter' },
    ],
    [
      { model: 'gpt-4o', input: [{ role: 'user', content: [{ type: 'text', text: 'chat shape' }] }] },
      {
        message:
          "Invalid value: 'text'. Supported values are: 'input_text', 'input_image', 'input_file', 'output_text', and 'refusal'.",
        param: 'input[0].content[0].type',
        code: 'invalid_value',
      },
    ],
  ])('%j', async (body, error) => {
    await using provider = await fakeProvider();
    const response = await fetch(`${provider.openai}/responses`, {
      method: 'POST',
      headers: { authorization: 'Bearer sk-test', 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ error: { type: 'invalid_request_error', ...error } });
  });
});
