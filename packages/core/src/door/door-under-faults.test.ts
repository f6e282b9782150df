import { describe, expect, test } from 'vitest';
import {
  CLOCK,
  type Clock,
  createTouchstone,
  definePlugin,
  type GenerateRequest,
  type LanguageModel,
  LOGGER,
  memoryStore,
  metric,
  PRICES,
  type ServiceCall,
  ServiceError,
} from '../index.ts';

/** Nobody wants to wait for the pauses between attempts: they are written down, and over at once. */
function quickClock() {
  const slept: number[] = [];
  const clock: Clock = {
    now: () => Date.now(),
    monotonic: () => performance.now() + slept.reduce((sum, ms) => sum + ms, 0),
    sleep: async (ms) => {
      slept.push(ms);
    },
  };
  return { clock, slept };
}

function touchstone(prices?: number, clock: Clock = quickClock().clock) {
  const plugin = definePlugin({
    name: 'setting',
    register(registry) {
      registry.provide(CLOCK, clock);
      registry.provide(LOGGER, { info: () => undefined, warn: () => undefined });
      if (prices !== undefined) registry.provide(PRICES, { usd: (id) => (id.startsWith('free') ? undefined : prices) });
    },
  });
  return createTouchstone({ plugins: [plugin] });
}

/** A language model that answers as told, and writes down what it was sent. */
function model(answer: (text: string, call: ServiceCall, sent: number) => string | Promise<string>, id = 'fake:/one') {
  const sent: string[] = [];
  const service: LanguageModel = {
    kind: 'language',
    id,
    identity: id,
    scopes: async () => ['fake|here|no-key', 'fake|here|no-key|one'],
    estimate: () => ({ inputTokens: 5, outputTokens: 10 }),
    async send({ messages }: GenerateRequest, call) {
      const text = String(messages.at(-1)?.content);
      sent.push(text);
      return {
        value: { text: await answer(text, call, sent.length) },
        usage: { inputTokens: 5, outputTokens: 1 },
        finish: 'stop',
      };
    },
  };
  return { service, sent };
}

const length = metric('length', ({ predictions }) => String(predictions).length);
const data = (rows: number) => Array.from({ length: rows }, (_, n) => ({ inputs: `질문 ${n}` }));
const options = (service: LanguageModel, rows = 3) => ({ data: data(rows), model: service, extraMetrics: [length] as const });

describe('a call that fails', () => {
  test('in a way that may pass is tried again, with pauses that grow, and counted', async () => {
    const { clock, slept } = quickClock();
    const { service, sent } = model((text, { attempt }) => {
      if (attempt < 4) throw new ServiceError('server', 'try again');
      return text;
    });
    const results = await touchstone(undefined, clock).evaluate(options(service, 2));
    expect(results.coverage.length).toMatchObject({ scored: 2, failed: 0 });
    expect(sent).toHaveLength(8);
    expect(results.usage).toMatchObject({ calls: 2, retries: 6, inputTokens: 10, outputTokens: 2 });
    expect(results.usage.models?.['fake:/one']).toMatchObject({ calls: 2, retries: 6 });
    expect(results.usage.metrics?.model).toMatchObject({ calls: 2 });
    expect(slept).toHaveLength(6);
    expect(Math.max(...slept)).toBeLessThanOrEqual(2_000);
  });

  test('waits as long as the provider asks, and such answers do not use up its attempts', async () => {
    const { clock, slept } = quickClock();
    const { service } = model((text, { attempt }) => {
      if (attempt < 20) throw new ServiceError('rate-limit', 'slow down', { status: 429, waitMs: 1_500 });
      return text;
    });
    const results = await touchstone(undefined, clock).evaluate({ ...options(service, 1), limits: { attempts: 2 } });
    expect(results.coverage.length).toMatchObject({ scored: 1 });
    expect(slept).toHaveLength(19);
    expect(Math.min(...slept)).toBeGreaterThanOrEqual(1_500);
  });

  test('for good is tried once, and fails its row with the code of what went wrong', async () => {
    const { service, sent } = model((text) => {
      if (text === '질문 1') throw new ServiceError('content-filter', 'fake: not this');
      return text;
    });
    const results = await touchstone().evaluate(options(service));
    expect(sent).toHaveLength(3);
    expect(results.coverage.length).toEqual({ scored: 2, skipped: 0, failed: 1, reasons: { 'prediction-failed': 1 } });
    const rows = await Array.fromAsync(results.rows());
    expect(rows[1]?.scores.length).toMatchObject({
      error: { code: 'prediction-failed', message: 'there is no prediction: fake: not this', retryable: false },
    });
  });

  test('until its attempts are used up fails its row, and the next one is asked', async () => {
    const { service, sent } = model((text) => {
      if (text === '질문 0') throw new ServiceError('overloaded', 'busy', { status: 500 });
      if (text === '질문 1') throw new ServiceError('server', 'broken', { status: 500 });
      return text;
    });
    const results = await touchstone()
      .evaluate({ ...options(service), limits: { attempts: 3, timeout: 1 } })
      .catch((error: unknown) => error);
    expect(sent.filter((text) => text === '질문 1')).toHaveLength(3);
    expect(results).toMatchObject({ coverage: { length: { scored: 1, failed: 2 } } });
  }, 20_000);

  test('by taking too long is given up and tried again', async () => {
    const { service, sent } = model((text, { attempt, signal }) =>
      attempt === 1 ? new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))) : text,
    );
    const results = await touchstone().evaluate({ ...options(service, 1), limits: { timeout: 0.05 } });
    expect(results.coverage.length).toMatchObject({ scored: 1 });
    expect(sent).toHaveLength(2);
  });

  test.each(['auth', 'quota', 'unknown-model', 'certificate'] as const)(
    'because of %s stops the run after the first calls, and leaves the rows to a resume',
    async (code) => {
      const store = memoryStore();
      const broken = model(() => {
        throw new ServiceError(code, 'fake answered 401: no, with key abc');
      });
      const request = { data: data(1_000), store, run: { key: 'k' }, resume: 'auto', extraMetrics: [length] } as const;
      const stopped = await touchstone().evaluate({ ...request, model: broken.service });
      expect(stopped.run).toMatchObject({ status: 'incomplete', reason: 'fake answered 401: no, with key abc' });
      expect(broken.sent.length).toBeLessThanOrEqual(64);
      expect(stopped.coverage.length?.failed ?? 0).toBe(0);
      const mended = model((text) => text);
      const resumed = await touchstone().evaluate({ ...request, model: mended.service });
      expect(resumed.run.status).toBe('finished');
      expect(resumed.coverage.length).toMatchObject({ scored: 1_000, failed: 0 });
    },
  );

  test('in the same way for ten rows in a row stops the run', async () => {
    const { service, sent } = model((text) => {
      throw new ServiceError('bad-request', `fake answered 400: request ${text.length} has no field 'x'`);
    });
    const stopped = await touchstone().evaluate({ ...options(service, 500), limits: { concurrency: 1 } });
    expect(stopped.run.status).toBe('incomplete');
    expect(stopped.run.reason).toMatch(/^10 rows in a row failed in the same way: fake answered 400/);
    expect(sent.length).toBeLessThan(20);
  });

  test('because nobody answers stops the run when nobody ever has', async () => {
    const { service, sent } = model(() => {
      throw new ServiceError('network', 'fake: nobody answers (127.0.0.1:9)');
    });
    const stopped = await touchstone().evaluate({ ...options(service, 500), limits: { concurrency: 1 } });
    expect(stopped.run).toMatchObject({
      status: 'incomplete',
      reason: 'fake: nobody answers (127.0.0.1:9): no call of fake:/one has reached it',
    });
    expect(sent).toHaveLength(4);
  });
});

describe('a cap on the cost', () => {
  test('is kept: what the calls may cost is reserved before they are sent', async () => {
    const store = memoryStore();
    const { service, sent } = model((text) => text);
    const request = { data: data(20), model: service, store, run: { key: 'k' }, resume: 'auto', extraMetrics: [length] } as const;
    const stopped = await touchstone(1).evaluate({ ...request, limits: { maxCost: { usd: 5.5 } } });
    expect(stopped.run.status).toBe('incomplete');
    expect(stopped.run.reason).toBe('the cost cap is reached: $5.00 of $5.50 are spent, and the next call may cost $1.00');
    expect(sent).toHaveLength(5);
    expect(stopped.usage).toMatchObject({ calls: 5, cost: { usd: 5 } });
    expect(stopped.coverage.length).toMatchObject({ scored: 5, failed: 0 });
    // The earlier part counts: of a cap of 8, three are left.
    const more = await touchstone(1).evaluate({ ...request, limits: { maxCost: { usd: 8 } } });
    expect(more.run.status).toBe('incomplete');
    expect(more.usage).toMatchObject({ calls: 8, cost: { usd: 8 } });
    const all = await touchstone(1).evaluate({ ...request, limits: { maxCost: { usd: 100 } } });
    expect(all.run.status).toBe('finished');
    expect(all.usage).toMatchObject({ calls: 20, cost: { usd: 20 } });
    expect(sent).toHaveLength(20);
  });

  test('counts what was in flight when an earlier part died: nobody knows whether it was paid', async () => {
    const store = memoryStore();
    const { service, sent } = model((text) => text);
    const request = { data: data(6), model: service, store, run: { key: 'k' }, resume: 'auto', extraMetrics: [length] } as const;
    const stopped = await touchstone(1).evaluate({ ...request, limits: { maxCost: { usd: 2 } } });
    // What a process leaves that is killed after it has sent two calls.
    const calls = store.calls(stopped.run.id);
    await calls.reserve('sent and never answered', 1);
    await calls.reserve('this one too', 1);
    const resumed = await touchstone(1).evaluate({ ...request, limits: { maxCost: { usd: 5 } } });
    expect(resumed.run.reason).toBe('the cost cap is reached: $5.00 of $5.00 are spent, and the next call may cost $1.00');
    expect(sent).toHaveLength(3);
  });

  test('counts attempts that may have cost, though they gave no answer', async () => {
    const { service } = model((text, { attempt }) => {
      if (attempt === 1 && text === '질문 0') throw new ServiceError('network', 'cut');
      return text;
    });
    const stopped = await touchstone(1).evaluate({ ...options(service, 3), limits: { maxCost: { usd: 3 }, concurrency: 1 } });
    expect(stopped.run.status).toBe('incomplete');
    expect(stopped.usage.cost.usd).toBe(3);
  });

  test('needs to know the price', async () => {
    const { service, sent } = model((text) => text, 'free:/model');
    const refused = touchstone(1).evaluate({ ...options(service), limits: { maxCost: { usd: 5 } } });
    await expect(refused).rejects.toMatchObject({ code: 'unknown-price' });
    const without = createTouchstone().evaluate({ ...options(service), limits: { maxCost: { usd: 5 } } });
    await expect(without).rejects.toThrow('add @touchstone/price-genai to plugins');
    expect(sent).toEqual([]);
  });
});

test('credentials of requests are never part of an error, also where the provider repeats them', async () => {
  const { service } = model(async (_text, { fetch }) => {
    const headers = {
      authorization: 'Bearer canary-secret-1',
      'x-api-key': 'canary-secret-2',
      'parley-key': 'canary-secret-3',
      'idempotency-key': 'request-0001',
    };
    await fetch('data:text/plain,hello', { headers });
    const said = 'canary-secret-1, canary-secret-2 or canary-secret-3, also sk-abcdefgh12345678, of request-0001';
    throw new ServiceError('bad-request', `Incorrect key ${said}`);
  });
  const results = await touchstone().evaluate(options(service, 1));
  const [row] = await Array.fromAsync(results.rows());
  expect(row?.scores.length).toMatchObject({
    error: { message: 'there is no prediction: Incorrect key [secret], [secret] or [secret], also [secret], of request-0001' },
  });
});

test('what an answer is besides text is said, and never scored as one', async () => {
  const finishes = ['refusal', 'filter', 'length'] as const;
  const { service } = model((text) => text);
  const odd: LanguageModel = {
    ...service,
    async send({ messages }) {
      const n = Number(String(messages[0]?.content).split(' ')[1]);
      if (n === 3)
        return { value: { text: '', toolCalls: [{ id: 'c', name: 'look_up', arguments: { q: 'x' } }] }, finish: 'tool' };
      if (n === 4) return { value: { text: null }, finish: 'stop' };
      const finish = finishes[n] ?? 'stop';
      return { value: n === 0 ? { text: null, refusal: '안 됩니다' } : { text: 'half an ans' }, finish };
    },
  };
  const results = await touchstone().evaluate(options(odd, 5));
  const rows = await Array.fromAsync(results.rows());
  const said = rows.map(({ scores }) => (scores.length?.status === 'failed' ? scores.length.error.message : scores.length));
  expect(said).toMatchObject([
    'there is no prediction: the model refused: 안 됩니다',
    "there is no prediction: the provider's content filter stopped the answer",
    { status: 'scored', value: 11 },
    { status: 'scored', value: 0 },
    'there is no prediction: the answer has no text',
  ]);
  expect(results.warnings).toContain('1 answer was cut off at the limit of output tokens, and scored as it is.');
});
