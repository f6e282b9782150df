import { describe, expect, test } from 'vitest';
import {
  createTouchstone,
  defineMetric,
  definePlugin,
  type Json,
  LOGGER,
  memoryStore,
  metric,
  type Service,
  type ServiceCall,
} from '../index.ts';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
const silent = definePlugin({
  name: 'silent',
  register: (registry) => registry.provide(LOGGER, { info: () => undefined, warn: () => undefined }),
});

/** A service that writes down what it was asked, and answers as told. */
function judgeOf(answer: (request: Json, call: ServiceCall) => unknown, identity: Json = 'judge') {
  const asked: Json[] = [];
  const service: Service = {
    id: 'judge:/one',
    identity,
    scopes: async () => [],
    send: async (request, call) => {
      asked.push(request);
      await turn();
      return { value: answer(request, call) as Json, usage: { inputTokens: 10, outputTokens: 2 } };
    },
  };
  return { service, asked };
}

function judged(name: string, service: Service, request: (predictions: string) => Json, repeats = 1) {
  return defineMetric({
    name,
    greaterIsBetter: true,
    needs: ['predictions'],
    models: { judge: service },
    scoreRow: async ({ predictions }, { model, work }) => {
      let sum = 0;
      for (let repeat = 0; repeat < repeats; repeat++)
        sum += Number((await work.ask(model('judge'), request(predictions), { repeat })).value);
      return sum;
    },
  })();
}

const data = [{ answer: 'a' }, { answer: 'b' }, { answer: 'a' }];
const request = { data, predictions: 'answer' } as const;

describe('a question to a service', () => {
  test('is asked once in a run, however many rows and metrics ask it', async () => {
    const { service, asked } = judgeOf(() => 1);
    const results = await createTouchstone().evaluate({
      ...request,
      extraMetrics: [judged('one', service, (text) => ({ text, b: 1 })), judged('two', service, (text) => ({ b: 1, text }))],
    });
    expect(asked.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))).toEqual([
      { text: 'a', b: 1 },
      { text: 'b', b: 1 },
    ]);
    expect(results.usage).toMatchObject({
      calls: 2,
      cachedCalls: 4,
      retries: 0,
      inputTokens: 20,
      outputTokens: 4,
      cost: { usd: 0, unpricedCalls: 2 },
    });
    expect(results.metrics).toMatchObject({ 'one/mean': 1, 'two/mean': 1 });
  });

  test('is another one for another trial, another repeat and another identity', async () => {
    const [first, second] = [judgeOf(() => 1), judgeOf(() => 1, 'other')];
    await createTouchstone().evaluate({
      data: ['x'],
      model: () => 'same',
      trials: 2,
      extraMetrics: [judged('one', first.service, (text) => text, 3), judged('two', second.service, (text) => text)],
    });
    expect(first.asked).toHaveLength(6);
    expect(second.asked).toHaveLength(2);
  });

  test('hands over what was recorded: whoever asks first sees nothing that the others do not', async () => {
    const seen: unknown[] = [];
    const { service } = judgeOf(() => ({ at: new Date(0), left: undefined }));
    const spy = defineMetric({
      name: 'spy',
      greaterIsBetter: true,
      needs: ['predictions'],
      models: { judge: service },
      scoreRow: async (_, { model, work }) => {
        const { value, cached, callId, usage } = await work.ask(model('judge'), 'same');
        seen.push({ value, cached, callId, usage });
        return 1;
      },
    });
    await createTouchstone().evaluate({ ...request, limits: { concurrency: 1 }, extraMetrics: [spy()] });
    const callId = expect.stringMatching(/^[0-9a-f]{64}$/);
    const value = { at: '1970-01-01T00:00:00.000Z' };
    const usage = { inputTokens: 10, outputTokens: 2 };
    expect(seen).toEqual([
      { value, cached: false, callId, usage },
      { value, cached: true, callId, usage },
      { value, cached: true, callId, usage },
    ]);
  });

  test('that fails is not recorded: the next one who has it asks again', async () => {
    let failures = 0;
    const { service, asked } = judgeOf(() => {
      if (failures++ === 0) throw new Error('overloaded');
      return 1;
    });
    const results = await createTouchstone().evaluate({
      ...request,
      data: [{ answer: 'a' }, { answer: 'a' }],
      extraMetrics: [judged('one', service, (text) => text)],
    });
    expect(asked).toEqual(['a', 'a']);
    expect(results.coverage.one).toEqual({ scored: 1, skipped: 0, failed: 1, reasons: { exception: 1 } });
    const [row] = await Array.fromAsync(results.rows());
    expect(row?.scores.one).toMatchObject({ error: { message: 'one: overloaded' } });
  });

  test.each<[string, unknown]>([
    ['an answer that is no JSON', { n: 1n }],
    [
      'a circle',
      (() => {
        const circle: Record<string, unknown> = {};
        circle.self = circle;
        return circle;
      })(),
    ],
  ])('with %s fails, and nobody waits for it', async (_, answer) => {
    const { service, asked } = judgeOf(() => answer);
    const results = await createTouchstone().evaluate({ ...request, extraMetrics: [judged('one', service, () => 'same')] });
    expect(results.coverage.one).toMatchObject({ scored: 0, failed: 3 });
    expect(asked).toHaveLength(3);
  });

  test('has the signal of the work that asked it', async () => {
    let signal: AbortSignal | undefined;
    const { service } = judgeOf((_, call) => {
      signal = call.signal;
      return new Promise(() => undefined);
    });
    const slow: Service = {
      ...service,
      send: async (question, call) => ({ value: await ((await service.send(question, call)).value as unknown as Promise<Json>) }),
    };
    const results = await createTouchstone().evaluate({
      ...request,
      limits: { timeout: 0.05, attempts: 1 },
      extraMetrics: [judged('one', slow, () => 'same')],
    });
    expect(signal?.aborted).toBe(true);
    expect(results.coverage.one?.reasons).toEqual({ timeout: 3 });
  });
});

test('answers outlive an interrupted run: the resume asks only what was not answered', async () => {
  const store = memoryStore();
  const controller = new AbortController();
  const first = judgeOf((text) => {
    if (text === 'b') controller.abort();
    return 1;
  });
  const run = { ...request, store, run: { key: 'k' }, resume: 'auto', limits: { concurrency: 1 } } as const;
  // Two questions a row: of row b, the first is answered when the run is stopped.
  const twice = (service: Service) =>
    defineMetric({
      name: 'twice',
      greaterIsBetter: true,
      needs: ['predictions'],
      models: { judge: service },
      scoreRow: async ({ predictions }, { model, work }) => {
        await work.ask(model('judge'), predictions);
        await turn();
        await work.ask(model('judge'), `${predictions}, really`);
        return 1;
      },
    })();
  const stopped = await createTouchstone({ plugins: [silent] }).evaluate({
    ...run,
    signal: controller.signal,
    extraMetrics: [twice(first.service)],
  });
  expect(stopped.run.status).toBe('interrupted');
  expect(first.asked).toEqual(['a', 'a, really', 'b']);
  const second = judgeOf(() => 1);
  const resumed = await createTouchstone().evaluate({ ...run, extraMetrics: [twice(second.service)] });
  expect(resumed.metrics['twice/mean']).toBe(1);
  expect(second.asked).toEqual(['b, really']);
});

test('a model asks through the same door', async () => {
  const { service, asked } = judgeOf((text) => `answer to ${String(text)}`);
  const results = await createTouchstone().evaluate({
    data: [{ q: 'x' }, { q: 'x' }],
    model: {
      id: 'asking',
      identity: 1,
      predict: async ([row], [work]) => {
        const answer = await work?.ask(service, row?.q ?? '');
        return [
          { value: answer?.value ?? '', latencyMs: answer?.latencyMs ?? 0, calls: answer === undefined ? [] : [answer.callId] },
        ];
      },
    },
    extraMetrics: [metric('length', ({ predictions }) => predictions.length), 'latency'],
  });
  expect(asked).toEqual(['x']);
  const rows = await Array.fromAsync(results.rows());
  // A cached answer keeps its original latency.
  expect(rows[1]?.scores.latency).toEqual(rows[0]?.scores.latency);
});
