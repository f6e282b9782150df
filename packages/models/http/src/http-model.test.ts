import { createTouchstone, defineMetric, type Json, metric, type Row } from '@touchstone/core';
import { fakeProvider } from '@touchstone/testing/fake-provider';
import { afterEach, describe, expect, test, vi } from 'vitest';
import httpModels, { type HttpOptions, http, mlflowScoring } from './index.ts';

afterEach(() => vi.unstubAllEnvs());

const one = metric('one', () => 1);
const length = metric('length', ({ predictions }) => String(predictions).length);
const touchstone = createTouchstone({ plugins: [httpModels()] });

describe('any JSON API', () => {
  test('is sent the row’s cells in body, address and headers, and its outputs reach metrics by name', async () => {
    await using provider = await fakeProvider({
      answers: {
        app: ({ body }) => ({
          answer: `답: ${(body as { q: string }).q}`,
          sources: [{ text: 'a' }, { text: 'b' }],
          used: { in: 7 },
        }),
      },
    });
    vi.stubEnv('RAG_TOKEN', 'canary-token-1');
    const model = http({
      url: `${provider.app}/ask?topic={topic}`,
      headers: { authorization: 'Bearer ${RAG_TOKEN}' },
      body: { q: '{question}', tags: '{tags}', text: 'about {topic}: {{x}}' },
      outputs: { answer: '$.answer', context: '$.sources[*].text' },
      usage: { inputTokens: '$.used.in' },
    });
    const sources = defineMetric({
      name: 'sources',
      greaterIsBetter: true,
      needs: { context: 'any' },
      scoreRow: ({ context }) => (Array.isArray(context) ? context.length : 0),
    })();
    const results = await touchstone.evaluate({
      data: [{ question: '무엇?', topic: 'a b&c', tags: ['x', 1] }],
      model,
      inputs: 'question',
      extraMetrics: [length, sources],
    });
    expect(results.metrics).toMatchObject({ 'length/mean': '답: 무엇?'.length, 'sources/mean': 2 });
    expect(results.usage.inputTokens).toBe(7);
    const [call] = provider.calls();
    expect(call?.body).toEqual({ q: '무엇?', tags: ['x', 1], text: 'about a b&c: {x}' });
    expect(call?.query).toEqual({ topic: 'a b&c' });
    expect(call?.headers.authorization).toBe('Bearer canary-token-1');
    expect(JSON.stringify([results.toJSON(), await Array.fromAsync(results.rows())])).not.toContain('canary');
  });

  test('is sent headers made of the row: by placeholders, or by a function; no cell can ask for a variable', async () => {
    await using provider = await fakeProvider();
    vi.stubEnv('RAG_TOKEN', 'canary-token-1');
    const data = [
      { q: 'a', tenant: '${RAG_TOKEN}' },
      { q: 'a', tenant: 't-2' },
    ];
    const ask = async (headers: HttpOptions['headers']) => {
      provider.reset();
      const model = http({ url: `${provider.app}/ask`, body: { q: '{q}' }, ...(headers === undefined ? {} : { headers }) });
      const results = await touchstone.evaluate({ data, model, predictions: 'body', extraMetrics: [one] });
      expect(JSON.stringify([results.toJSON(), await Array.fromAsync(results.rows())])).not.toContain('canary');
      return provider
        .calls()
        .map(({ headers: sent }) => `${sent['x-tenant']} ${sent.authorization}`)
        .sort();
    };
    expect(await ask({ 'x-tenant': '<{tenant}>{{x}}', authorization: 'Bearer ${RAG_TOKEN}' })).toEqual([
      '<${RAG_TOKEN}>{x} Bearer canary-token-1',
      '<t-2>{x} Bearer canary-token-1',
    ]);
    expect(await ask(({ tenant }) => ({ 'x-tenant': `f ${String(tenant)}`, authorization: 'Basic x' }))).toEqual([
      'f ${RAG_TOKEN} Basic x',
      'f t-2 Basic x',
    ]);
    await expect(ask({ 'x-tenant': '{tennant}' })).rejects.toThrow(
      "reads {tennant}, and the data has no such column. Did you mean 'tenant'?",
    );
  });

  test('a cell that no header can hold fails its row, without being shown', async () => {
    await using provider = await fakeProvider();
    const model = http({ url: provider.app, body: {}, headers: { 'x-name': '{name}' } });
    const data = [{ name: '김철수' }, { name: 'a\r\nx-evil: 1' }, { name: 'Kim' }];
    const results = await touchstone.evaluate({ data, model, predictions: 'body', extraMetrics: [one] });
    const rows = await Array.fromAsync(results.rows());
    const failed =
      'there is no prediction: the header x-name cannot be sent: headers hold Latin letters in one line, all else goes into the body or is encoded';
    expect(rows.map(({ scores }) => (scores.one?.status === 'failed' ? scores.one.error.message : 'scored'))).toEqual([
      failed,
      failed,
      'scored',
    ]);
    expect(provider.calls()).toHaveLength(1);
  });

  test.each([
    [{ method: 'GET' }, { method: 'GET', body: null }],
    [
      { method: 'PUT', body: { q: '{q}' } },
      { method: 'PUT', body: { q: '무엇?' } },
    ],
    [{ body: ({ q }: Row) => ({ made: `${String(q)}!` }) }, { method: 'POST', body: { made: '무엇?!' } }],
    [{ body: 'plain {q}' }, { method: 'POST', body: 'plain 무엇?' }],
  ])('is asked by %j', async (options, asked) => {
    await using provider = await fakeProvider();
    const model = http({ url: `${provider.app}/x`, ...options });
    await touchstone.evaluate({ data: [{ q: '무엇?' }], model, predictions: 'path', extraMetrics: [one] });
    const [call] = provider.calls();
    expect({ method: call?.method, body: call?.body ?? null }).toEqual(asked);
    if (asked.body !== null)
      expect(call?.headers['content-type']).toBe(
        typeof asked.body === 'string' ? 'text/plain;charset=UTF-8' : 'application/json',
      );
  });

  test('tells what a request has used, money as well', async () => {
    await using provider = await fakeProvider({ answers: { app: () => ({ a: 'x', u: { i: 7, o: 3, c: 5, r: 1, usd: 0.25 } }) } });
    const usage = {
      inputTokens: '$.u.i',
      outputTokens: '$.u.o',
      cachedTokens: '$.u.c',
      reasoningTokens: '$.u.r',
      usd: '$.u.usd',
    };
    const model = http({ url: provider.app, body: {}, outputs: { a: '$.a' }, usage });
    const results = await touchstone.evaluate({ data: ['x'], model, extraMetrics: [one] });
    expect(results.usage).toMatchObject({
      inputTokens: 7,
      outputTokens: 3,
      cachedTokens: 5,
      reasoningTokens: 1,
      cost: { usd: 0.25 },
    });
  });

  test('is another plan with another query, but for credentials in it, which are not stored', async () => {
    const planned = async (query: string) => {
      const model = http({ url: `https://h.example/ask?${query}`, body: { q: '{q}' } });
      const plan = await touchstone.plan({ data: [{ q: 'x' }], model, extraMetrics: [one] });
      expect(JSON.stringify(plan)).not.toContain('canary');
      return plan.fingerprint;
    };
    const first = await planned('top_k=3&api_key=canary-1');
    expect(await planned('top_k=3&api_key=canary-2')).toBe(first);
    expect(await planned('top_k=5&api_key=canary-1')).not.toBe(first);
  });

  test.each([
    ['', 'there is no prediction: the answer is empty'],
    [' \n', 'there is no prediction: the answer is empty'],
    ['null', 'there is no prediction: the answer is empty'],
  ])('that answers %j has said nothing', async (sent, message) => {
    await using provider = await fakeProvider({ answers: { app: () => new Response(sent) } });
    const results = await touchstone.evaluate({
      data: ['x'],
      model: http({ url: provider.app, body: {} }),
      extraMetrics: [length],
    });
    const [row] = await Array.fromAsync(results.rows());
    expect(row?.scores.length).toMatchObject({ error: { message } });
  });

  test.each([
    [{ fault: 'html' }, 'sent something that is no JSON'],
    [{ fault: 'invalid-json' }, 'sent something that is no JSON'],
    [{ fault: 'server-error' }, 'answered 500: Internal server error'],
    [{ fault: 'content-filter', of: 'prompt' }, 'answered 400: The input was refused'],
  ] as const)('that answers %j fails its row: it %s', async (fault, words) => {
    await using provider = await fakeProvider({ faults: [fault] });
    const model = http({ url: provider.app, body: {} });
    const results = await touchstone.evaluate({ data: ['x'], model, limits: { attempts: 1 }, extraMetrics: [length] });
    const [row] = await Array.fromAsync(results.rows());
    expect(row?.scores.length).toMatchObject({ error: { message: `there is no prediction: ${provider.origin} ${words}` } });
  });

  test('whose key is wrong stops the run, which does not show the key', async () => {
    await using provider = await fakeProvider({ faults: [{ fault: 'auth' }] });
    vi.stubEnv('RAG_TOKEN', 'canary-token-1');
    const model = http({ url: provider.app, body: {}, headers: { authorization: 'Bearer ${RAG_TOKEN}' } });
    const results = await touchstone.evaluate({ data: ['x', 'y'], model, limits: { concurrency: 1 }, extraMetrics: [length] });
    expect(results.run.status).toBe('incomplete');
    expect(provider.calls()).toHaveLength(1);
    expect(results.run.reason).toBe(`${provider.origin} answered 401: Unauthorized: [secret]`);
  });

  test('streams of events become the text of their parts', async () => {
    const events = ['{"delta":"eins "}', '{"delta":"zwei"}', '{"usage":{"out":2}}', '[DONE]']
      .map((data) => `data: ${data}\n\n`)
      .join('');
    await using provider = await fakeProvider({
      answers: { app: () => new Response(events, { headers: { 'content-type': 'text/event-stream' } }) as never },
    });
    const model = http({ url: `${provider.app}/s`, body: '{q}', events: '$.delta', usage: { outputTokens: '$.usage.out' } });
    const results = await touchstone.evaluate({ data: [{ q: 'x' }], model, extraMetrics: [length] });
    expect(results.metrics['length/mean']).toBe('eins zwei'.length);
    expect(results.usage.outputTokens).toBe(2);
  });

  test('a stream may tell other outputs at its end, and the first token is the first text', async () => {
    const events = ['{"status":"searching"}', '{"delta":"서"}', '{"delta":"울"}', '{"sources":[{"id":1},{"id":2}],"done":true}'];
    await using provider = await fakeProvider({
      answers: { app: () => new Response(streamOf(events), { headers: { 'content-type': 'text/event-stream; charset=utf-8' } }) },
    });
    const model = http({ url: provider.app, body: {}, events: '$.delta', outputs: { context: '$.sources[*].id' } });
    const seen: unknown[] = [];
    const reads = defineMetric({
      name: 'reads',
      greaterIsBetter: true,
      needs: { predictions: 'any', context: 'any' },
      scoreRow: ({ predictions, context }) => seen.push([predictions, context]),
    })();
    const results = await touchstone.evaluate({ data: ['x'], model, extraMetrics: [reads] });
    expect(seen).toEqual([['서울', [1, 2]]]);
    expect(Object.values(results.usage.models ?? {})[0]?.timeToFirstTokenMs).toBeGreaterThan(0);
    const mute = http({ url: provider.app, body: {}, events: '$.nothing' });
    const silent = await touchstone.evaluate({ data: ['x'], model: mute, extraMetrics: [one] });
    expect(Object.values(silent.usage.models ?? {})).toEqual([
      expect.not.objectContaining({ timeToFirstTokenMs: expect.anything() }),
    ]);
    expect(() => http({ url: provider.app, events: '$.delta', outputs: { answer: '$.a' } })).toThrow(
      "http: events and outputs.answer both say what 'answer' is: leave outputs.answer out, or name the text of the events with main.",
    );
  });

  test.each([
    ['event: error\ndata: {"message":"the index is gone"}\n\n', 'the index is gone'],
    ['data: {"error":{"message":"the index is gone"}}\n\n', 'the index is gone'],
    ['data: {"error":"the index is gone"}\n\n', 'the index is gone'],
    ['data: {"error":{"code":7}}\n\n', 'the stream reported an error'],
  ])('half a stream that ends in %j is no answer', async (end, words) => {
    await using provider = await fakeProvider({
      answers: {
        app: () => new Response(`data: {"delta":"반"}\n\n${end}`, { headers: { 'content-type': 'text/event-stream' } }),
      },
    });
    const model = http({ url: provider.app, body: {}, events: '$.delta' });
    const results = await touchstone.evaluate({ data: ['x'], model, limits: { attempts: 1 }, extraMetrics: [length] });
    const [row] = await Array.fromAsync(results.rows());
    expect(row?.scores.length).toMatchObject({ error: { message: `there is no prediction: ${provider.origin}: ${words}` } });
  });

  test('a stream is read in whatever pieces it comes, also within a letter and a line end', async () => {
    const bytes = new TextEncoder().encode(
      'data: {"delta":"서울"}\r\n\r\n: comment\r\n\r\ndata: {"delta":\r\ndata: "!"}\r\n\r\n',
    );
    const body = () =>
      new ReadableStream<Uint8Array>({
        start(controller) {
          for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
          controller.close();
        },
      });
    vi.stubGlobal('fetch', async () => new Response(body(), { headers: { 'content-type': 'text/event-stream' } }));
    const model = http({ url: 'http://h.example', body: {}, events: '$.delta' });
    const results = await touchstone.evaluate({ data: ['x'], model, extraMetrics: [length] });
    vi.unstubAllGlobals();
    expect(results.metrics['length/mean']).toBe('서울!'.length);
  });

  test('takes many rows at once where the server does', async () => {
    await using provider = await fakeProvider({
      answers: { app: ({ body }) => ({ out: (body as { qs: string[] }).qs.map((q) => ({ a: `${q}!` })) }) },
    });
    const model = http({
      url: `${provider.app}/many`,
      batch: { size: 4, body: (rows) => ({ qs: rows.map(({ q }) => q ?? null) }), answers: '$.out' },
      outputs: { a: '$.a' },
    });
    const data = Array.from({ length: 10 }, (_, n) => ({ q: `q${n}` }));
    const results = await touchstone.evaluate({ data, model, extraMetrics: [length] });
    expect(results.metrics['length/mean']).toBe(3);
    expect(provider.calls()).toHaveLength(3);
  });

  test('an answer without the output, and a page instead of an answer, fail their row', async () => {
    await using provider = await fakeProvider({ answers: { app: () => ({ other: 1 }) } });
    const model = http({ url: `${provider.app}/x`, body: { q: '{q}' }, outputs: { answer: '$.answer' } });
    const results = await touchstone.evaluate({ data: [{ q: 'x' }], model, extraMetrics: [length] });
    const [row] = await Array.fromAsync(results.rows());
    expect(row?.scores.length).toMatchObject({
      error: { message: "there is no prediction: the answer has no 'answer': its path leads nowhere" },
    });
  });

  test('what is wrong with it is said before the first row', async () => {
    const evaluate = (model: ReturnType<typeof http>) =>
      touchstone.evaluate({ data: [{ question: 'x' }], model, extraMetrics: [length] });
    const url = 'http://localhost:1/x';
    await expect(evaluate(http({ url, body: { q: '{qestion}' } }))).rejects.toThrow("Did you mean 'question'?");
    expect(() => http({ url: 'localhost/x' })).toThrow('which is no http or https address');
    expect(() => http({ url, outputs: { a: '$.a[' } })).toThrow("outputs.a is '$.a[', which is no JSONPath");
    const byUri = touchstone.evaluate({
      data: ['x'],
      model: url,
      modelOptions: { 'headers.authorization': 'Bearer ${NO_SUCH_TOKEN}', body: '{}' },
      extraMetrics: [length],
    });
    await expect(byUri).rejects.toThrow('The header authorization needs NO_SUCH_TOKEN, which is not set in the environment.');
  });
});

describe('MLflow’s scoring protocol', () => {
  const data = Array.from({ length: 3 }, (_, n) => ({ question: `질문 ${n}`, n }));
  const rows = data.map(({ question, n }) => [question, n]);

  test.each([
    ['dataframe_split', { dataframe_split: { columns: ['question', 'n'], data: rows } }],
    ['dataframe_records', { dataframe_records: data }],
    ['instances', { instances: data }],
    ['inputs', { inputs: { question: data.map(({ question }) => question), n: [0, 1, 2] } }],
  ] as const)('%s of all features, many rows at once', async (format, body) => {
    await using provider = await fakeProvider({ answers: { score: ({ row }) => `예측 ${JSON.stringify(row)}` } });
    const model = mlflowScoring(provider.mlflow, { format, batch: 16, params: { temperature: 0 } });
    const results = await touchstone.evaluate({ data, model, extraMetrics: [length] });
    expect(results.coverage.length).toMatchObject({ scored: 3, failed: 0 });
    expect(results.metrics['length/mean']).toBe('예측 {"question":"질문 0","n":0}'.length);
    expect(provider.calls().map((call) => call.body)).toEqual([{ ...body, params: { temperature: 0 } }]);
  });

  test.each([
    ['dataframe_split', { dataframe_split: { columns: ['question'], data: [['질문 0']] } }],
    ['instances', { instances: ['질문 0'] }],
    ['inputs', { inputs: ['질문 0'] }],
  ] as const)('%s of the inputs alone, where they are said', async (format, body) => {
    await using provider = await fakeProvider();
    const model = mlflowScoring(provider.mlflow, { format });
    await touchstone.evaluate({ data, model, inputs: 'question', limit: 1, extraMetrics: [one] });
    expect(provider.calls()[0]?.body).toEqual(body);
  });

  test('by URI', async () => {
    await using provider = await fakeProvider({ answers: { score: () => 'fine' } });
    const results = await touchstone.evaluate({
      data: ['a', 'b'],
      model: `${provider.mlflow}`,
      extraMetrics: [length],
    });
    expect(results.metrics['length/mean']).toBe(4);
  });

  test('an answer with another number of rows fails them all', async () => {
    await using provider = await fakeProvider({ faults: [{ fault: 'empty' }] });
    const results = await touchstone.evaluate({ data, model: mlflowScoring(provider.mlflow, { batch: 3 }), extraMetrics: [one] });
    expect(results.coverage.one).toMatchObject({ scored: 0, failed: 3 });
  });

  describe('an endpoint of a chat', () => {
    const completion = { choices: [{ message: { role: 'assistant', content: '서울' } }] };

    test.each<[Json, Json]>([
      ['수도?', { messages: [{ role: 'user', content: '수도?' }], temperature: 0 }],
      [[{ role: 'user', content: '수도?' }], { messages: [{ role: 'user', content: '수도?' }], temperature: 0 }],
      [
        { messages: [{ role: 'user', content: '수도?' }], top_p: 1, temperature: 1 },
        { messages: [{ role: 'user', content: '수도?' }], top_p: 1, temperature: 0 },
      ],
    ])('is sent for %j', async (cell, body) => {
      await using provider = await fakeProvider({ answers: { app: () => completion } });
      const model = mlflowScoring(`${provider.app}/invocations`, { format: 'chat', params: { temperature: 0 } });
      const results = await touchstone.evaluate({ data: [{ q: cell, n: 1 }], model, inputs: 'q', extraMetrics: [length] });
      expect(provider.calls()[0]?.body).toEqual(body);
      expect(results.metrics['length/mean']).toBe(2);
    });

    test('of completions is sent a prompt', async () => {
      await using provider = await fakeProvider({ answers: { app: () => ({ choices: [{ text: '서울' }] }) } });
      const model = mlflowScoring(provider.app, { format: 'completions' });
      const results = await touchstone.evaluate({ data: ['수도?'], model, extraMetrics: [length] });
      expect(provider.calls()[0]?.body).toEqual({ prompt: '수도?' });
      expect(results.metrics['length/mean']).toBe(2);
    });

    test('takes one column, and one row', async () => {
      await using provider = await fakeProvider({ answers: { app: () => completion } });
      const model = mlflowScoring(provider.app, { format: 'chat' });
      const results = await touchstone.evaluate({ data, model, limit: 1, extraMetrics: [one] });
      const [row] = await Array.fromAsync(results.rows());
      expect(row?.scores.one).toMatchObject({
        error: {
          message:
            'there is no prediction: an endpoint of a chat is sent one column, and the row has question, n: say which with inputs',
        },
      });
      expect(() => mlflowScoring(provider.app, { format: 'chat', batch: 2 })).toThrow(
        'batch is 2, and an endpoint for chat takes one row at a time.',
      );
    });
  });
});

describe('options of an address', () => {
  test.each<[Readonly<Record<string, Json>>, string]>([
    [
      { format: 'split' },
      `'http://h/x': format must be one of dataframe_split, dataframe_records, instances, inputs, chat, completions, and it is "split".`,
    ],
    [{ batch: 'many' }, 'batch must be a whole number of at least 1, and it is NaN.'],
    [
      { 'outputs.a': '$.a' },
      "'http://h/x' cannot do with the option 'outputs.a': without a body the address speaks MLflow's scoring protocol.",
    ],
    [
      { body: {}, batch: 4 },
      "'http://h/x' cannot do with the option 'batch': with a body or GET the address does not speak MLflow's scoring protocol.",
    ],
    [{ body: {}, 'headers.x': 1 }, "'http://h/x': headers.x must be a text, and it is 1."],
    [{ temperature: 0 }, "'http://h/x' has no option 'temperature'."],
    [{ body: {}, system: 'x' }, "'http://h/x' has no option 'system'."],
  ])('%j', async (modelOptions, message) => {
    const evaluating = touchstone.evaluate({ data: ['x'], model: 'http://h/x', modelOptions, extraMetrics: [one] });
    await expect(evaluating).rejects.toThrow(message);
  });

  test('another server has the same path; GET needs no body', async () => {
    await using provider = await fakeProvider();
    const results = await touchstone.evaluate({
      data: [{ q: 'a b' }],
      model: 'https://rag.example.com/ask?q={q}',
      modelOptions: { baseUrl: provider.app, method: 'get', 'outputs.path': '$.path', 'outputs.sent': '$.query.q', main: 'sent' },
      extraMetrics: [length],
    });
    expect(provider.calls()[0]).toMatchObject({ method: 'GET', path: '/app/ask', query: { q: 'a b' } });
    expect(results.metrics['length/mean']).toBe('a b'.length);
  });
});

function streamOf(events: readonly string[]): string {
  return events.map((data) => `data: ${data}\n\n`).join('');
}

describe('logged as plain data', () => {
  test('an HTTP model comes back as the same one, its variables still unread', async () => {
    await using provider = await fakeProvider({ answers: { app: ({ body }) => ({ a: `답: ${(body as { q: string }).q}` }) } });
    vi.stubEnv('RAG_TOKEN', 'canary-token-1');
    const models = [
      http({
        url: `${provider.app}/ask?topic={topic}`,
        method: 'post',
        headers: { authorization: 'Bearer ${RAG_TOKEN}', 'x-topic': '{topic}' },
        body: { q: '{question}' },
        outputs: { answer: '$.a' },
        usage: { inputTokens: '$.n' },
      }),
      http({ url: `${provider.app}/ask`, body: { q: '{question}' }, outputs: { answer: '$.a' } }),
    ];
    const asked = { data: [{ question: '무엇?', topic: 'a' }], inputs: 'question', extraMetrics: [length] } as const;
    await touchstone.withRun({}, async (run) => {
      for (const [index, model] of models.entries()) {
        const { modelUri, spec } = await run.logModel({ name: `m${index}`, model });
        expect(JSON.stringify(spec)).not.toContain('canary');
        expect(spec).toMatchObject({ kind: 'uri', package: '@touchstone/model-http' });
        const plans = [await touchstone.plan({ ...asked, model }), await touchstone.plan({ ...asked, model: modelUri })];
        expect(plans[0]?.fingerprint).toBe(plans[1]?.fingerprint);
        expect((await run.evaluate({ ...asked, model: modelUri })).metrics['length/mean']).toBe('답: 무엇?'.length);
      }
      expect(provider.calls()[0]).toMatchObject({ method: 'POST', headers: { authorization: 'Bearer canary-token-1' } });
    });
  });

  test('a model behind the scoring protocol as well', async () => {
    const model = mlflowScoring('http://127.0.0.1:9/invocations', { format: 'instances', batch: 4, params: { n: 1 } });
    await using run = await touchstone.startRun();
    const { modelUri } = await run.logModel({ model });
    const asked = { data: [{ question: '무엇?' }], extraMetrics: [length] } as const;
    const plans = [await touchstone.plan({ ...asked, model }), await touchstone.plan({ ...asked, model: modelUri })];
    expect(plans[0]?.fingerprint).toBe(plans[1]?.fingerprint);
  });

  test.each([
    [{ body: () => ({}) }, 'A model object is code'],
    [{ headers: () => ({}) }, 'A model object is code'],
    [{ headers: { authorization: 'Bearer canary-token-1' } }, 'options.headers.authorization holds a credential'],
    [{ headers: { 'x-api-key': 'k' } }, 'options.headers.x-api-key holds a credential'],
  ] as const)('is refused where it is code or holds a credential: %#', async (options, message) => {
    await using run = await touchstone.startRun();
    await expect(run.logModel({ model: http({ url: 'http://127.0.0.1:9/ask', ...options }) })).rejects.toThrow(message);
  });
});
