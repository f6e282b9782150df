import { createTouchstone, defineMetric, metric } from '@touchstone/core';
import { fakeProvider } from '@touchstone/testing/fake-provider';
import { afterEach, describe, expect, test, vi } from 'vitest';
import httpModels, { http, mlflowScoring } from './index.ts';

afterEach(() => vi.unstubAllEnvs());

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
  test.each(['dataframe_split', 'dataframe_records', 'instances', 'inputs'] as const)('%s', async (format) => {
    await using provider = await fakeProvider({ answers: { score: ({ row }) => `예측 ${JSON.stringify(row)}` } });
    const model = mlflowScoring(`${provider.mlflow}`, { format, batch: 3 });
    const data = Array.from({ length: 5 }, (_, n) => ({ question: `질문 ${n}`, n }));
    const results = await touchstone.evaluate({ data, model, inputs: 'question', extraMetrics: [length] });
    expect(results.coverage.length).toMatchObject({ scored: 5, failed: 0 });
    expect(provider.calls()).toHaveLength(2);
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
});
