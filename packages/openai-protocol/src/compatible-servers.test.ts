import { type GenerateRequest, type Json, ServiceError } from '@touchstone/core';
import { fakeProvider } from '@touchstone/testing/fake-provider';
import OpenAI from 'openai';
import { describe, expect, test } from 'vitest';
import { openaiServices } from './index.ts';

// What servers that speak OpenAI's API really send: without fields that OpenAI always has, and with some that it has not.

interface Asked {
  readonly stream?: boolean;
  readonly api?: 'chat' | 'responses';
  readonly request?: Partial<GenerateRequest>;
}

/** The model's answer where the server sends this body, or these events. */
async function answerTo(sent: Json | readonly Json[], { stream = false, api = 'chat', request = {} }: Asked = {}) {
  const [type, body] = stream ? ['text/event-stream', eventsOf(sent)] : ['application/json', JSON.stringify(sent)];
  await using provider = await fakeProvider({
    credentials: 'optional',
    answers: { chat: () => new Response(body, { headers: { 'content-type': type } }) },
  });
  const { languageModel } = openaiServices({
    provider: 'the server',
    id: 'ours:/qwen3',
    model: 'qwen3',
    baseUrl: provider.openai,
    account: async () => 'ours|here|no-key',
    client: (fetch) => new OpenAI({ baseURL: provider.openai, apiKey: 'none', fetch, maxRetries: 0 }),
    api,
    stream,
    outputLimit: 'max_tokens',
  });
  let first = 0;
  const io = { signal: new AbortController().signal, fetch: globalThis.fetch, attempt: 1, firstToken: () => first++ };
  if (languageModel === undefined) throw new Error('every server has a language model');
  const answer = await languageModel.send({ messages: [{ role: 'user', content: '안녕' }], ...request }, io);
  return { ...answer, first };
}

function eventsOf(events: Json | readonly Json[]): string {
  const list = Array.isArray(events) ? events : [events];
  return [...list.map((event) => JSON.stringify(event)), '[DONE]'].map((data) => `data: ${data}\n\n`).join('');
}

const message = (fields: { readonly [name: string]: Json }, more: { readonly [name: string]: Json } = {}) => ({
  id: 'x',
  object: 'chat.completion',
  choices: [{ index: 0, message: { role: 'assistant', ...fields }, ...more }],
});

describe('an answer in one piece', () => {
  test('llama.cpp: fields of its own, and thoughts apart', async () => {
    const sent = {
      ...message({ content: '서울', reasoning_content: '수도는…' }, { finish_reason: 'stop' }),
      model: 'qwen3-8b.gguf',
      system_fingerprint: 'b6100',
      usage: { completion_tokens: 9, prompt_tokens: 21, total_tokens: 30 },
      timings: { prompt_n: 21, predicted_per_second: 40.5 },
    };
    const { first: _, ...answer } = await answerTo(sent);
    expect(answer).toEqual({
      value: { text: '서울', reasoning: '수도는…' },
      usage: { inputTokens: 21, outputTokens: 9 },
      servedBy: 'qwen3-8b.gguf',
      finish: 'stop',
    });
  });

  test('vLLM: nulls for all that there is not, and a stop reason of its own', async () => {
    const sent = {
      ...message(
        { content: '서울', refusal: null, annotations: null, tool_calls: [], reasoning_content: null, reasoning: null },
        { finish_reason: 'stop', stop_reason: 151_645, logprobs: null, token_ids: null },
      ),
      model: 'Qwen/Qwen3-8B',
      usage: { prompt_tokens: 21, completion_tokens: 2, total_tokens: 23, prompt_tokens_details: null },
      prompt_logprobs: null,
      kv_transfer_params: null,
    };
    const { first: _, ...answer } = await answerTo(sent);
    expect(answer).toEqual({
      value: { text: '서울' },
      usage: { inputTokens: 21, outputTokens: 2 },
      servedBy: 'Qwen/Qwen3-8B',
      finish: 'stop',
    });
  });

  test('Ollama: thoughts under another name', async () => {
    const { value } = await answerTo(message({ content: '서울', reasoning: '생각' }, { finish_reason: 'stop' }));
    expect(value).toEqual({ text: '서울', reasoning: '생각' });
  });

  test('LM Studio: an empty statistic, no reason of the end, no usage', async () => {
    const { first: _, ...answer } = await answerTo({ ...message({ content: '서울', tool_calls: [] }), stats: {} });
    expect(answer).toEqual({ value: { text: '서울' } });
  });

  test('content in parts is the text of its parts, without the thoughts among them', async () => {
    const content = [
      { type: 'thinking', thinking: [{ type: 'text', text: '음' }] },
      { type: 'text', text: '서' },
      { type: 'text', text: '울' },
    ];
    const { value } = await answerTo(message({ content }, { finish_reason: 'stop' }));
    expect(value.text).toBe('서울');
  });

  test('calls of tools without an id, with arguments that are JSON already, under a reason that says stop', async () => {
    const tool_calls = [
      { type: 'function', function: { name: 'look_up', arguments: { 도시: '서울' } } },
      { id: '', type: 'function', function: { name: 'now', arguments: '' } },
    ];
    const { value, finish } = await answerTo(message({ content: '', tool_calls }, { finish_reason: 'stop' }));
    expect(finish).toBe('tool');
    expect(value.toolCalls).toEqual([
      { id: 'call_0', name: 'look_up', arguments: { 도시: '서울' } },
      { id: 'call_1', name: 'now', arguments: {} },
    ]);
  });

  test.each([
    ['eos_token', 'stop'],
    ['model_length', 'length'],
    ['something new', undefined],
  ])('the reason %s is %s', async (reason, finish) => {
    expect((await answerTo(message({ content: 'x' }, { finish_reason: reason }))).finish).toBe(finish);
  });

  test.each<[string, Json]>([
    ['no choices', { object: 'chat.completion', choices: [] }],
    ['a choice without a message', { choices: [{ index: 0, message: null }] }],
  ])('%s is no answer', async (_, sent) => {
    await expect(answerTo(sent)).rejects.toMatchObject({ code: 'bad-response' });
  });
});

describe('an answer as a stream', () => {
  const chunk = (delta: { readonly [name: string]: Json }, more: { readonly [name: string]: Json } = {}) => ({
    choices: [{ index: 0, delta, ...more }],
  });

  test('the first token may be thought; thoughts and text are put together', async () => {
    const answer = await answerTo(
      [
        chunk({ role: 'assistant', content: '' }),
        chunk({ reasoning_content: '수' }),
        chunk({ reasoning_content: '도' }),
        chunk({ content: '서' }),
        chunk({ content: '울' }, { finish_reason: 'stop' }),
        { choices: [], usage: { prompt_tokens: 5, completion_tokens: 4, total_tokens: 9 } },
      ],
      { stream: true },
    );
    expect(answer).toEqual({
      value: { text: '서울', reasoning: '수도' },
      usage: { inputTokens: 5, outputTokens: 4 },
      finish: 'stop',
      first: 4,
    });
  });

  test('calls of tools that are not numbered, and such as repeat their name', async () => {
    const whole = (id: string, name: string) => ({ id, type: 'function', function: { name, arguments: '{"a":1}' } });
    const { value } = await answerTo(
      [chunk({ tool_calls: [whole('a', 'f')] }), chunk({ tool_calls: [whole('b', 'g')] }, { finish_reason: 'tool_calls' })],
      { stream: true },
    );
    expect(value.toolCalls).toEqual([
      { id: 'a', name: 'f', arguments: { a: 1 } },
      { id: 'b', name: 'g', arguments: { a: 1 } },
    ]);
    const piece = (text: string) => ({ index: 0, id: 'a', function: { name: 'f', arguments: text } });
    const repeated = await answerTo(
      [chunk({ tool_calls: [piece('{"a"')] }), chunk({ tool_calls: [piece(':1}')] }, { finish_reason: 'tool_calls' })],
      { stream: true },
    );
    expect(repeated.value.toolCalls).toEqual([{ id: 'a', name: 'f', arguments: { a: 1 } }]);
  });

  test('of several samples only the first is read', async () => {
    const { value } = await answerTo(
      [
        { choices: [{ index: 1, delta: { content: '부산' } }] },
        { choices: [{ index: 0, delta: { content: '서울' }, finish_reason: 'stop' }] },
      ],
      { stream: true },
    );
    expect(value.text).toBe('서울');
  });

  test('that stops without an end is no answer', async () => {
    await expect(answerTo([chunk({ content: '반만' })], { stream: true })).rejects.toMatchObject({ code: 'bad-response' });
  });

  test.each([
    [{ message: 'engine is overloaded', type: 'overloaded_error' }, 'overloaded'],
    [{ message: 'CUDA out of memory', type: 'InternalServerError', code: 500 }, 'server'],
  ] as const)('that reports the error %j is that error, in its words', async (error, code) => {
    const failed = await answerTo([chunk({ content: '반만' }), { error }], { stream: true }).catch((thrown: unknown) => thrown);
    if (!ServiceError.isInstance(failed)) throw new Error('half an answer was taken for one');
    expect(failed).toMatchObject({ code, message: `the server: ${error.message}`, retryable: true });
  });
});

describe('responses', () => {
  test('a server of one’s own tells its thoughts, and leaves out status and details of usage', async () => {
    const { first: _, ...answer } = await answerTo(
      {
        id: 'resp_1',
        model: 'qwen3',
        output: [
          { type: 'reasoning', id: 'r', summary: [], content: [{ type: 'reasoning_text', text: '음' }] },
          { type: 'message', id: 'm', role: 'assistant', content: [{ type: 'output_text', text: '서울' }] },
        ],
        usage: { input_tokens: 3, output_tokens: 2 },
      },
      { api: 'responses' },
    );
    expect(answer).toEqual({
      value: { text: '서울', reasoning: '음' },
      usage: { inputTokens: 3, outputTokens: 2 },
      servedBy: 'qwen3',
      finish: 'stop',
    });
  });

  test.each([
    [{ code: 'rate_limit_exceeded', message: 'Slow down.' }, 'rate-limit'],
    [{ code: 'invalid_prompt', message: 'Flagged.' }, 'content-filter'],
    [{ code: 'image_too_large', message: 'Too large.' }, 'bad-request'],
    [{ code: 'server_error', message: 'Oh.' }, 'server'],
  ] as const)('that failed with %j', async (error, code) => {
    const failed = answerTo({ id: 'r', status: 'failed', output: [], error }, { api: 'responses' });
    await expect(failed).rejects.toMatchObject({ code, message: `the server: ${error.message}` });
  });

  test('that was cut off by the filter, and by the limit', async () => {
    const cut = (reason: string) =>
      answerTo(
        {
          status: 'incomplete',
          incomplete_details: { reason },
          output: [{ type: 'message', content: [{ type: 'output_text', text: '반' }] }],
        },
        { api: 'responses' },
      );
    expect((await cut('content_filter')).finish).toBe('filter');
    expect((await cut('max_output_tokens')).finish).toBe('length');
  });
});
