import OpenAI from 'openai';
import { describe, expect, test } from 'vitest';
import { type FakeProviderOptions, fakeProvider, hiddenLimits } from './index.ts';

interface Asked {
  readonly model?: string;
  readonly apiKey?: string;
  readonly max_tokens?: number;
}

async function setUp(options: FakeProviderOptions) {
  const provider = await fakeProvider(options);
  /** Status, and the headers of the answer. */
  const ask = async (content = 'Hi', { model = 'gpt-4o', apiKey = 'sk-a', ...more }: Asked = {}) => {
    const client = new OpenAI({ baseURL: provider.openai, apiKey, maxRetries: 0 });
    const request = { model, messages: [{ role: 'user' as const, content }], ...more };
    const answered = await client.chat.completions
      .create(request)
      .withResponse()
      .catch((thrown: unknown) => thrown);
    if (answered instanceof OpenAI.APIError) return { status: answered.status, error: answered.error, headers: answered.headers };
    const { response } = Object(answered);
    return { status: 200, headers: response instanceof Response ? response.headers : undefined };
  };
  return { provider, ask, [Symbol.asyncDispose]: provider[Symbol.asyncDispose] };
}

const MINUTE = 60_000;
/** For what will come, however busy the machine is. */
const WAITING = { timeout: 20_000, interval: 5 };

describe('requests', () => {
  test('beyond the limit are refused, with what is left and when it is back', async () => {
    await using it = await setUp({ limits: { account: { requests: { limit: 2, perMs: MINUTE } } } });
    const first = await it.ask();
    expect(first.headers?.get('x-ratelimit-limit-requests')).toBe('2');
    expect(first.headers?.get('x-ratelimit-remaining-requests')).toBe('1');
    expect(first.headers?.get('x-ratelimit-reset-requests')).toMatch(/^(29\.\d+|30)s$/);
    expect((await it.ask()).headers?.get('x-ratelimit-remaining-requests')).toBe('0');
    const third = await it.ask();
    expect(third.status).toBe(429);
    expect(third.error).toMatchObject({
      type: 'requests',
      code: 'rate_limit_exceeded',
      message: expect.stringMatching(
        /^Rate limit reached for gpt-4o in organization org-fake on requests per min \(RPM\): Limit 2, Used 2, Requested 1\. Please try again in (29\.\d+|30)s\.$/,
      ),
    });
    expect(third.headers?.get('retry-after')).toBe('30');
    expect(Number(third.headers?.get('retry-after-ms'))).toBeGreaterThan(0);
    expect(it.provider.calls().map(({ limitedBy }) => limitedBy)).toEqual([undefined, undefined, 'requests']);
  });

  test('of an account are its own, of a model of an account as well', async () => {
    await using it = await setUp({
      limits: {
        account: { requests: { limit: 3, perMs: MINUTE } },
        model: { requests: { limit: 2, perMs: MINUTE } },
        models: { big: { requests: { limit: 1, perMs: MINUTE } } },
      },
    });
    const statuses = [];
    for (const asked of [
      { apiKey: 'sk-a', model: 'big' },
      { apiKey: 'sk-a', model: 'big' }, // the model’s limit
      { apiKey: 'sk-a', model: 'small' },
      { apiKey: 'sk-a', model: 'small' },
      { apiKey: 'sk-a', model: 'other' }, // the account’s limit
      { apiKey: 'sk-b', model: 'big' },
    ]) {
      statuses.push((await it.ask('Hi', asked)).status);
    }
    expect(statuses).toEqual([200, 429, 200, 200, 429, 200]);
  });

  test('are counted anew when limits change, and told as one likes', async () => {
    await using it = await setUp({ limits: { account: { requests: { limit: 1, perMs: MINUTE, shape: 'window' } } } });
    expect((await it.ask()).status).toBe(200);
    expect((await it.ask()).status).toBe(429);
    it.provider.limit({ account: { requests: { limit: 2, perMs: MINUTE, shape: 'window' } }, headers: 'none' });
    const second = await it.ask();
    expect([second.status, second.headers?.get('x-ratelimit-limit-requests')]).toEqual([200, null]);
    const silent = await it.ask();
    expect([silent.status, silent.headers?.get('retry-after')]).toEqual([429, null]);
    it.provider.limit({ headers: 'retry-after' });
    const told = await it.ask();
    expect([told.status, told.headers?.get('x-ratelimit-limit-requests')]).toEqual([429, null]);
    expect(told.headers?.get('retry-after')).toMatch(/^(59|60)$/);
    it.provider.limit({ account: undefined });
    expect((await it.ask()).status).toBe(200);
  });
});

describe('tokens', () => {
  test('are reserved by what is asked for, and given back by what was used', async () => {
    await using it = await setUp({
      limits: { model: { tokens: { limit: 1000, perMs: 24 * 60 * MINUTE } } },
      answers: { chat: '12345678' },
    });
    // 12 tokens of input (5 + 4 + 3), 2 of output.
    const first = await it.ask('x'.repeat(20), { max_tokens: 900 });
    expect(first.headers?.get('x-ratelimit-remaining-tokens')).toBe(String(1000 - 12 - 900));
    const second = await it.ask('x'.repeat(20), { max_tokens: 900 });
    expect(second.headers?.get('x-ratelimit-remaining-tokens')).toBe(String(1000 - 14 - 12 - 900));
    const tooLarge = await it.ask('x'.repeat(20), { max_tokens: 1000 });
    expect(tooLarge.error).toMatchObject({
      type: 'tokens',
      message: expect.stringMatching(/^Request too large for gpt-4o .* Limit 1000, Requested 1012\./),
    });
    expect(tooLarge.headers?.get('retry-after')).toBeNull();
    expect(it.provider.calls().map(({ tokens, limitedBy }) => [tokens, limitedBy])).toEqual([
      [14, undefined],
      [14, undefined],
      [undefined, 'tokens'],
    ]);
  });
});

describe('concurrency', () => {
  test('never exceeds its limit, and can be changed in the middle', async () => {
    const gates: (() => void)[] = [];
    const chat = async () => {
      await new Promise<void>((open) => gates.push(open));
      return 'late';
    };
    await using it = await setUp({ limits: { account: { concurrency: 3 } }, answers: { chat } });
    /** Eight at a time; those that are admitted are held until the others are refused. */
    const wave = async (refused: number) => {
      const asked = Promise.all(Array.from({ length: 8 }, (_, i) => it.ask(`${i}`)));
      await expect.poll(() => it.provider.counts().byStatus[429], WAITING).toBe(refused);
      for (const open of gates.splice(0)) open();
      return (await asked).filter(({ status }) => status === 200).length;
    };
    expect(await wave(5)).toBe(3);
    it.provider.limit({ account: { concurrency: 5 } });
    expect(await wave(5 + 3)).toBe(5);
    expect(it.provider.counts()).toMatchObject({ total: 16, inFlight: 0, byStatus: { 200: 8, 429: 8 } });
    expect(it.provider.calls().filter(({ limitedBy }) => limitedBy === 'concurrency')).toHaveLength(8);
  });

  test('is given back by clients that leave', async () => {
    await using it = await setUp({
      limits: { account: { concurrency: 1 } },
      latency: ({ number }) => (number === 1 ? 600_000 : 0),
    });
    const controller = new AbortController();
    const client = new OpenAI({ baseURL: it.provider.openai, apiKey: 'sk-a', maxRetries: 0 });
    const request = { model: 'gpt-4o', messages: [{ role: 'user' as const, content: 'Hi' }] };
    const leaving = client.chat.completions.create(request, { signal: controller.signal }).catch((thrown: unknown) => thrown);
    await expect.poll(() => it.provider.calls().length, WAITING).toBe(1);
    expect((await it.ask()).status).toBe(429);
    controller.abort();
    expect(await leaving).toBeInstanceOf(OpenAI.APIUserAbortError);
    await expect.poll(() => it.provider.calls()[0]?.outcome, WAITING).toBe('gone');
    expect((await it.ask()).status).toBe(200);
  });
});

test('hidden limits are a model of their own, for simulations without HTTP', () => {
  const limits = hiddenLimits({ account: { concurrency: 2, requests: { limit: 10, perMs: 1000, burst: 3 } } });
  const call = { account: 'a', model: 'm', tokens: 0 };
  const one = limits.enter(call, 0);
  const two = limits.enter(call, 0);
  expect(limits.enter(call, 0)).toEqual({ admitted: false, by: 'concurrency' });
  if (!one.admitted || !two.admitted) throw new Error('They were not admitted.');
  one.leave(0, 10);
  two.leave(0, 10);
  const three = limits.enter(call, 10);
  expect(three.admitted).toBe(true);
  expect(limits.standing(call, 10)).toEqual({ requests: { limit: 10, perMs: 1000, remaining: 0, resetMs: 290 } });
  expect(limits.enter(call, 10)).toEqual({
    admitted: false,
    by: 'requests',
    rate: { limit: 10, perMs: 1000, burst: 3 },
    waitMs: expect.closeTo(90, 9),
  });
  expect(limits.enter(call, 101).admitted).toBe(true);
});
