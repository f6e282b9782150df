import { type AdaptedModel, chat, createTouchstone, type Json, metric, type Service, ServiceError } from '@touchstone/core';
import { type FakeProvider, type FakeProviderOptions, fakeProvider } from '@touchstone/testing/fake-provider';
import { afterEach, describe, expect, test, vi } from 'vitest';
import huggingface, { fromPipeline } from './index.ts';

const length = metric('length', ({ predictions }) => String(predictions).length);
afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

/** What the pack makes of a URI. */
function made(uri: string, options: Readonly<Record<string, Json>> = {}): AdaptedModel {
  let result: AdaptedModel | undefined;
  huggingface().register({
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

const says = (content: string) => ({ messages: [{ role: 'user' as const, content }] });

/** Hugging Face itself, as far as the pack can tell: what is meant for its hosts goes to the fake provider. */
async function routed(options: FakeProviderOptions): Promise<FakeProvider> {
  const provider = await fakeProvider(options);
  vi.stubGlobal('fetch', provider.fetch);
  vi.stubEnv('HF_TOKEN', 'hf_canary_token_123');
  return provider;
}

describe('a chat', () => {
  test.each([false, true])('is routed by Hugging Face, with tokens, model and finish reason; streamed: %s', async (stream) => {
    await using provider = await routed({ answers: { chat: ({ prompt }) => `답: ${prompt}` } });
    const answer = await send(made('huggingface:/org/chatty', { stream }).languageModel, says('질문?'));
    expect(answer).toMatchObject({ value: { text: '답: 질문?' }, finish: 'stop', servedBy: 'org/chatty' });
    expect(answer.usage).toMatchObject({ inputTokens: expect.any(Number), outputTokens: expect.any(Number) });
    expect(answer.first > 0).toBe(stream);
    expect(provider.calls()).toMatchObject([{ path: '/huggingface/v1/chat/completions', key: 'hf_canary_token_123' }]);
  });

  test('at an endpoint of one’s own needs no token, and parameters arrive under their names there', async () => {
    vi.stubEnv('HF_TOKEN', '');
    await using provider = await fakeProvider({ credentials: 'optional', answers: { chat: 'ok' } });
    const baseUrl = `${provider.huggingface}/models/org/chatty/`;
    const { languageModel } = made('huggingface:/org/chatty', { baseUrl });
    await send(languageModel, { ...says('hi'), parameters: { maxOutputTokens: 7, topP: 0.5, guided: 'yes' } });
    expect(provider.calls()).toMatchObject([
      { key: undefined, body: { max_tokens: 7, top_p: 0.5, guided: 'yes', messages: [{ role: 'user', content: 'hi' }] } },
    ]);
  });

  test('hands over tool calls as data, and takes images', async () => {
    await using provider = await routed({
      answers: { chat: { toolCalls: [{ name: 'look_up', arguments: { 도시: '서울' } }] } },
    });
    const image = { type: 'image', mediaType: 'image/png', data: 'aGk=' } as const;
    const answer = await send(made('huggingface:/org/chatty').languageModel, {
      messages: [{ role: 'user', content: [{ type: 'text', text: 'see' }, image] }],
      tools: [{ name: 'look_up', schema: { type: 'object', properties: {} } }],
    });
    expect(answer).toMatchObject({
      value: { text: null, toolCalls: [{ name: 'look_up', arguments: { 도시: '서울' } }] },
      finish: 'tool',
    });
    expect(provider.calls()[0]?.body).toMatchObject({
      messages: [{ content: [{ type: 'text' }, { type: 'image_url', image_url: { url: 'data:image/png;base64,aGk=' } }] }],
    });
  });

  test('that was cut off says so', async () => {
    await using _provider = await routed({ answers: { chat: 'one two three four five' } });
    const answer = await send(made('huggingface:/org/chatty').languageModel, {
      ...says('count'),
      parameters: { maxOutputTokens: 2 },
    });
    expect(answer.finish).toBe('length');
  });
});

describe('a task', () => {
  const at = (provider: FakeProvider, name: string, options: Readonly<Record<string, Json>>) =>
    made(`huggingface:/${name}`, { ...options, baseUrl: `${provider.huggingface}/models/${name}` });

  test('text-generation continues the prompt, with the tokens that it took', async () => {
    await using provider = await fakeProvider({ answers: { generate: ({ text }) => `${text} and more` } });
    const { languageModel } = at(provider, 'org/gen', { task: 'text-generation' });
    expect(await send(languageModel, says('옛날에'))).toMatchObject({
      value: { text: '옛날에 and more' },
      finish: 'stop',
      usage: { inputTokens: expect.any(Number), outputTokens: expect.any(Number) },
    });
    const cut = await send(languageModel, { ...says('Once'), parameters: { maxOutputTokens: 1 } });
    expect(cut).toMatchObject({ value: { text: 'Once' }, finish: 'length' });
  });

  test('summarization and text-classification answer with the summary and the likeliest label', async () => {
    await using provider = await fakeProvider({
      answers: { summarize: ({ text }) => `요약: ${text.length}`, classify: { sad: 0.2, glad: 0.8 } },
    });
    const summary = await send(at(provider, 'facebook/bart-large-cnn', { task: 'summarization' }).languageModel, says('긴 글'));
    expect(summary.value.text).toBe('요약: 3');
    const label = await send(at(provider, 'org/mood-classifier', { task: 'text-classification' }).languageModel, says('좋아요'));
    expect(label.value.text).toBe('glad');
  });

  test('question-answering reads two columns of a row', async () => {
    await using provider = await fakeProvider({ answers: { answerQuestion: ({ context }) => context.split(' ').at(-1) } });
    const touchstone = createTouchstone({ plugins: [huggingface({ token: 'hf_x' })] });
    const model = at(provider, 'deepset/roberta', { task: 'question-answering', question: 'q', context: 'text' }).model;
    if (model === undefined) throw new Error('no model');
    const data = [{ q: '누구?', text: 'It was Ada' }];
    const results = await touchstone.evaluate({ data, model, extraMetrics: [length] });
    const [row] = await Array.fromAsync(results.rows());
    expect(row?.columns.outputs).toBe('Ada');
    const missing = touchstone.evaluate({ data: [{ q: '누구?' }], model, extraMetrics: [length] });
    await expect(missing).rejects.toThrow('huggingface:/deepset/roberta reads {text}, and the data has no such column.');
  });

  test('embeds: one vector a text, the mean where there is one for each token', async () => {
    await using provider = await fakeProvider({ answers: { embed: ({ text }) => [text.length, 1] } });
    const { embeddingModel } = at(provider, 'org/MiniLM', {});
    expect((await send(embeddingModel, { texts: ['a', '가나다'] })).value.vectors).toEqual([
      [1, 1],
      [3, 1],
    ]);
    const tokens = new Response(
      JSON.stringify([
        [
          [
            [1, 5],
            [3, 7],
          ],
        ],
        [[[2, 2]]],
      ]),
      {
        headers: { 'content-type': 'application/json' },
      },
    );
    vi.stubGlobal('fetch', async () => tokens);
    expect((await send(embeddingModel, { texts: ['a b', 'c'] })).value.vectors).toEqual([
      [2, 6],
      [2, 2],
    ]);
  });

  test('classifies: all labels of each text, found through the hub where there is no endpoint', async () => {
    await using provider = await routed({
      answers: { classify: ({ text }) => (text === '욕설' ? { hate: 0.75, nothate: 0.25 } : { hate: 0.1, nothate: 0.9 }) },
    });
    const { classifier } = made('huggingface:/facebook/roberta-hate-speech-dynabench-r4-target');
    expect((await send(classifier, { texts: ['욕설', 'hello'] })).value.labels).toEqual([
      [
        { label: 'hate', score: 0.75 },
        { label: 'nothate', score: 0.25 },
      ],
      [
        { label: 'nothate', score: 0.9 },
        { label: 'hate', score: 0.1 },
      ],
    ]);
    expect(provider.calls().at(-1)?.path).toBe(
      '/huggingface/hf-inference/models/facebook/roberta-hate-speech-dynabench-r4-target',
    );
  });
});

describe('what goes wrong', () => {
  const failed = async (provider: FakeProvider, options: Readonly<Record<string, Json>> = {}) => {
    const { languageModel } = made('huggingface:/org/m', { baseUrl: `${provider.huggingface}/models/org/m`, ...options });
    const error: unknown = await send(languageModel, says('x')).catch((thrown: unknown) => thrown);
    if (!ServiceError.isInstance(error)) throw new Error(`not a ServiceError: ${String(error)}`);
    return error;
  };

  test.each([
    [{ fault: 'rate-limit', status: 429 } as const, 'rate-limit'],
    [{ fault: 'server-error' } as const, 'server'],
    [{ fault: 'reset' } as const, 'network'],
    [{ fault: 'html' } as const, 'bad-response'],
  ])('%o is %s', async (fault, code) => {
    await using provider = await fakeProvider({ faults: [fault] });
    expect((await failed(provider)).code).toBe(code);
  });

  test('a model that is being loaded says how long it takes', async () => {
    await using provider = await fakeProvider({ faults: [{ fault: 'overloaded' }] });
    expect(await failed(provider)).toMatchObject({
      code: 'overloaded',
      message: 'Hugging Face answered 503: Model org/m is currently loading',
      waitMs: 20_000,
    });
  });

  test('a token that is wrong is never shown', async () => {
    await using provider = await fakeProvider({ credentials: ['hf_right'] });
    vi.stubEnv('HF_TOKEN', 'hf_canary_token_123');
    const error = await failed(provider);
    expect(error.code).toBe('auth');
    expect(error.message).not.toContain('hf_canary');
  });

  test('a model that does not chat says what to do', async () => {
    await using provider = await fakeProvider({ models: { 'org/other': {} } });
    expect((await failed(provider)).message).toMatch(
      /\(if it is no chat model, say what it does: --model-option task=text-generation, summarization, …\)$/u,
    );
  });

  test('an address that refuses is a matter of the network', async () => {
    const provider = await fakeProvider();
    await provider[Symbol.asyncDispose]();
    expect((await failed(provider)).code).toBe('network');
  });

  test.each([
    [
      'huggingface:/',
      {},
      'malformed-uri',
      "'huggingface:/' names no model: write huggingface:/ORG/NAME, e.g. huggingface:/Qwen/Qwen3-8B.",
    ],
    [
      'huggingface:/a/b',
      { task: 'sumarization', baseUrl: 'http://127.0.0.1:9' },
      'bad-option',
      '\'huggingface:/a/b\': task is "sumarization", and there are chat, text-generation, summarization, translation, text-classification, question-answering. Did you mean summarization?',
    ],
    ['huggingface:/a/b', { baseUrl: 'nowhere' }, 'bad-base-url', "base-url is 'nowhere', which is no http or https address."],
  ])('%s %o is refused before anything is sent', (uri, options, code, message) => {
    vi.stubEnv('HF_TOKEN', '');
    vi.stubEnv('HUGGING_FACE_HUB_TOKEN', '');
    expect(() => made(uri, options)).toThrow(expect.objectContaining({ code, message }));
  });

  test.each(['chat', 'question-answering'])('without a token, %s is refused before anything is sent', async (task) => {
    vi.stubEnv('HF_TOKEN', '');
    vi.stubEnv('HUGGING_FACE_HUB_TOKEN', '');
    const evaluating = createTouchstone({ plugins: [huggingface()] }).evaluate({
      data: [{ question: '수도는?', context: '서울' }],
      inputs: 'question',
      model: 'huggingface:/a/b',
      modelOptions: { task },
      extraMetrics: [length],
    });
    const message = "'huggingface:/a/b' needs a key: set HF_TOKEN or HUGGING_FACE_HUB_TOKEN in the environment.";
    await expect(evaluating).rejects.toMatchObject({ code: 'missing-key', message });
  });
});

describe('fromPipeline', () => {
  const predictionsOf = async (model: ReturnType<typeof fromPipeline>, data: readonly Readonly<Record<string, Json>>[]) => {
    const results = await createTouchstone().evaluate({ data: [...data], model, extraMetrics: [length] });
    const rows = await Array.fromAsync(results.rows());
    return rows.map(({ columns, scores }) => columns.outputs ?? scores.length);
  };

  test.each([
    ['a summary', [{ summary_text: '짧게' }], '짧게'],
    ['a text', [{ generated_text: 'more' }], 'more'],
    [
      'a chat',
      [
        {
          generated_text: [
            { role: 'user', content: 'q' },
            { role: 'assistant', content: 'a' },
          ],
        },
      ],
      'a',
    ],
    ['a label', [{ label: 'POSITIVE', score: 0.9 }], 'POSITIVE'],
    ['an answer', { answer: 'Ada', score: 0.9 }, 'Ada'],
  ])('reads %s', async (_, answer, expected) => {
    const asked: string[] = [];
    const model = fromPipeline(async (text) => {
      asked.push(text);
      return answer;
    });
    expect(await predictionsOf(model, [{ inputs: '긴 글' }])).toEqual([expected]);
    expect(asked).toEqual(['긴 글']);
  });

  test('is told its column where there are several, and fails rows with a sentence', async () => {
    const upper = async (text: string) => text.toUpperCase();
    const data = [{ title: 'a', body: 'b' }];
    expect(await predictionsOf(fromPipeline(upper, { column: 'body' }), data)).toEqual(['B']);
    const [failure] = await predictionsOf(fromPipeline(upper), data);
    expect(JSON.stringify(failure)).toContain("say which column the pipeline reads, fromPipeline(pipeline, { column: 'title' })");
    const [odd] = await predictionsOf(
      fromPipeline(async () => ({ score: 1 })),
      [{ inputs: 'x' }],
    );
    expect(JSON.stringify(odd)).toContain("the pipeline's answer has none of generated_text");
  });
});

test('an evaluation by URI counts its calls and tokens', async () => {
  await using provider = await routed({ answers: { chat: '서울' } });
  const touchstone = createTouchstone({ plugins: [huggingface()] });
  const results = await touchstone.evaluate({
    data: [{ question: '한국의 수도는?' }],
    model: chat('huggingface:/org/chatty', { messages: [{ role: 'user', content: '{question}' }] }),
    extraMetrics: [length],
  });
  expect(results.metrics['length/mean']).toBe(2);
  expect(results.usage.models?.['huggingface:/org/chatty']).toMatchObject({ calls: 1 });
  expect(provider.counts().total).toBe(1);
});

test('a task is logged with the model, and the same model comes back', async () => {
  await using provider = await routed({});
  const touchstone = createTouchstone({ plugins: [huggingface()] });
  const asked = { data: [{ text: '긴 글' }], inputs: 'text', extraMetrics: [length] } as const;
  await touchstone.withRun({}, async (run) => {
    const { modelUri, spec } = await run.logModel({ model: 'huggingface:/org/summarizer', task: 'summarization' });
    expect(spec).toMatchObject({ options: { task: 'summarization' }, package: '@touchstone/model-huggingface' });
    const model = chat('huggingface:/org/summarizer', { options: { task: 'summarization' } });
    const plans = [await touchstone.plan({ ...asked, model }), await touchstone.plan({ ...asked, model: modelUri })];
    expect(plans[0]?.fingerprint).toBe(plans[1]?.fingerprint);
    await expect(run.logModel({ name: 'x', model: 'huggingface:/org/x', task: 'sumarization' })).rejects.toThrow(
      'Did you mean summarization?',
    );
  });
  expect(provider.calls()).toEqual([]);
});
