import { setImmediate } from 'node:timers/promises';
import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAI } from '@ai-sdk/openai';
import Anthropic from '@anthropic-ai/sdk';
import {
  CLOCK,
  type Clock,
  createTouchstone,
  definePlugin,
  LOGGER,
  type ModelCall,
  memoryStore,
  metric,
  PRICES,
  type RunStore,
} from '@touchstone/core';
import { APICallError, generateText } from 'ai';
import OpenAI, { APIUserAbortError, AuthenticationError, InternalServerError } from 'openai';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { type FakeProvider, type FakeProviderOptions, fakeProvider } from './fake-provider/index.ts';

type Fetch = typeof globalThis.fetch;

afterEach(() => vi.unstubAllGlobals());

const apiKey = 'canary.application.20261126';
const one = metric('one', () => 1);

/** The SDKs as their users make them, those of OpenAI and Anthropic with their own retries. */
const sdks: Readonly<Record<string, (provider: FakeProvider, fetch: Fetch, content: string) => Promise<string>>> = {
  openai: async (provider, fetch, content) => {
    const client = new OpenAI({ apiKey, baseURL: provider.openai, fetch });
    const { choices } = await client.chat.completions.create({ model: 'gpt-5-mini', messages: [{ role: 'user', content }] });
    return choices[0]?.message.content ?? '';
  },
  anthropic: async (provider, fetch, content) => {
    const client = new Anthropic({ apiKey, baseURL: provider.anthropic, fetch });
    const message = await client.messages.create({
      model: 'claude-sonnet-5',
      max_tokens: 50,
      messages: [{ role: 'user', content }],
    });
    return message.content.map((block) => (block.type === 'text' ? block.text : '')).join('');
  },
  'the AI SDK with OpenAI': async (provider, fetch, content) => {
    const model = createOpenAI({ apiKey, baseURL: provider.openai, fetch })('gpt-5');
    return (await generateText({ model, prompt: content, maxRetries: 0 })).text;
  },
  'the AI SDK with Anthropic': async (provider, fetch, content) => {
    const model = createAnthropic({ apiKey, baseURL: `${provider.anthropic}/v1`, fetch })('claude-sonnet-5');
    return (await generateText({ model, prompt: content, maxRetries: 0 })).text;
  },
};

describe.each(Object.entries(sdks))('%s', (_, ask) => {
  test('does not see that it was asked to wait: the door waits, and asks again', async () => {
    const faults = [{ fault: 'rate-limit', waitMs: 7_000, headers: 'retry-after', on: [1, 2] }] as const;
    await using provider = await fakeProvider({ faults, answers: { chat: '서울' } });
    const { clock, slept } = quickClock();
    const seen: number[] = [];
    const { results, answers } = await evaluated(['?'], (content, call) => ask(provider, watched(call.fetch, seen), content), {
      clock,
    });
    expect(answers).toEqual(['서울']);
    expect(seen).toEqual([200]);
    expect(provider.calls().map(({ status }) => status)).toEqual([429, 429, 200]);
    expect(results.usage).toMatchObject({ calls: 1, retries: 2 });
    expect(slept.filter((ms) => ms >= 7_000)).toHaveLength(2);
  });

  test('gets an answer that stays an error as it came', async () => {
    await using provider = await fakeProvider({ faults: [{ fault: 'server-error', status: 500 }] });
    const direct = await failureOf(() => ask(provider, globalThis.fetch, '?'));
    provider.reset();
    const { errors, results } = await evaluated(['?'], (content, call) => ask(provider, call.fetch, content));
    expect(errors.map(kindOf)).toEqual([kindOf(direct)]);
    expect(results.coverage.one).toMatchObject({ scored: 0, failed: 1 });
  });

  test('has its request ended by the signal of the run', async () => {
    await using provider = await fakeProvider({ faults: [{ fault: 'hang' }] });
    const stop = new AbortController();
    const running = evaluated(['?'], (content, call) => ask(provider, call.fetch, content), { signal: stop.signal });
    await expect.poll(() => provider.counts().inFlight).toBe(1);
    stop.abort();
    const { results } = await running;
    expect(results.run.status).toBe('interrupted');
    await expect.poll(() => provider.calls()[0]?.outcome).toBe('gone');
    expect(await Array.fromAsync(results.rows())).toEqual([]);
  });

  test('has its key in nothing that is written, though the provider repeats it', async () => {
    await using provider = await fakeProvider({ faults: [{ fault: 'auth' }] });
    const { errors, results, written } = await evaluated(['?', '!'], (content, call) =>
      ask(provider, call.fetch, content).catch((error: unknown) => {
        call.log.warn(String(error), { error: String(error) });
        throw error;
      }),
    );
    // The program itself sees what the platform would have shown it.
    expect(String(errors[0])).toContain(apiKey);
    expect(results.run).toMatchObject({ status: 'incomplete', reason: expect.stringContaining('[secret]') });
    expect(written).not.toContain(apiKey);
  });
});

describe('retries of SDKs', () => {
  test.each(['openai', 'anthropic'] as const)('%s leaves them to the door', async (name) => {
    await using provider = await fakeProvider({ faults: [{ fault: 'server-error', status: 503 }] });
    const seen: number[] = [];
    await evaluated(['?'], (content, call) => sdks[name]?.(provider, watched(call.fetch, seen), content) ?? Promise.reject());
    expect(seen).toEqual([503]);
  });
});

describe('errors', () => {
  test('have the types that the SDKs give them', async () => {
    await using provider = await fakeProvider({ faults: [{ fault: 'auth' }] });
    const { errors } = await evaluated(
      ['?'],
      (content, call) => sdks.openai?.(provider, call.fetch, content) ?? Promise.reject(),
    );
    expect(errors[0]).toBeInstanceOf(AuthenticationError);
    provider.faults([{ fault: 'server-error', status: 500 }]);
    const later = await evaluated(['?'], (content, call) => sdks.openai?.(provider, call.fetch, content) ?? Promise.reject());
    expect(later.errors[0]).toBeInstanceOf(InternalServerError);
    const ai = await evaluated(['?'], async (prompt, call) => {
      const model = createOpenAI({ apiKey, baseURL: provider.openai, fetch: call.fetch })('gpt-5');
      return (await generateText({ model, prompt, maxRetries: 0 })).text;
    });
    expect(ai.errors[0]).toSatisfy(APICallError.isInstance);
    expect(ai.errors[0]).toMatchObject({ statusCode: 500 });
  });

  test('a signal that is handed on is the SDK’s own way of being stopped', async () => {
    await using provider = await fakeProvider({ faults: [{ fault: 'hang' }] });
    const stop = new AbortController();
    const running = evaluated(
      ['?'],
      async (content, call) => {
        const client = new OpenAI({ apiKey, baseURL: provider.openai, fetch: call.fetch });
        await client.chat.completions.create({ model: 'gpt-5', messages: [{ role: 'user', content }] }, { signal: call.signal });
        return 'answered';
      },
      { signal: stop.signal },
    );
    await expect.poll(() => provider.counts().inFlight).toBe(1);
    stop.abort();
    const { errors } = await running;
    await expect.poll(() => errors[0]).toBeInstanceOf(APIUserAbortError);
  });

  test('a wrong key leaves its rows for a resume, and is handed to the program, which may have another', async () => {
    await using provider = await fakeProvider({ credentials: ['good key'] });
    const statuses: number[] = [];
    const { results } = await evaluated(['?', '!'], async (content, call) => {
      const response = await call.fetch(`${provider.openai}/chat/completions`, {
        method: 'POST',
        headers: { authorization: 'Bearer wrong key', 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'gpt-5', messages: [{ role: 'user', content }] }),
      });
      statuses.push(response.status);
      return 'answered';
    });
    expect(statuses).toContain(401);
    expect(results.run.status).toBe('incomplete');
    expect(await Array.fromAsync(results.rows())).toEqual([]);
  });

  test('what an application’s own addresses refuse is its own matter: the run goes on', async () => {
    await using provider = await fakeProvider({
      answers: { app: () => Response.json({ detail: 'no such page' }, { status: 404 }) },
    });
    const data = Array.from({ length: 30 }, (_, n) => `${n}`);
    const { results, answers } = await evaluated(data, async (content, call) => {
      const response = await call.fetch(`${provider.app}/pages/${content}`);
      return `${response.status} ${await response.text()}`;
    });
    expect(results.run.status).toBe('finished');
    expect(new Set(answers)).toEqual(new Set(['404 {"detail":"no such page"}']));
    expect(provider.calls()).toHaveLength(30);
  });
});

describe('limits', () => {
  test('requests a minute are kept in any minute, for the account that the SDK’s key stands for', async () => {
    await using provider = await fakeProvider({ answers: { chat: '서울' } });
    const { clock } = quickClock();
    const sent: number[] = [];
    const platform = globalThis.fetch;
    vi.stubGlobal('fetch', (...request: Parameters<Fetch>) => {
      sent.push(clock.monotonic());
      return platform(...request);
    });
    const data = Array.from({ length: 7 }, (_, n) => `${n}?`);
    const accounts = { openai: { requestsPerMinute: 2 } };
    const { answers } = await evaluated(
      data,
      (content, call) => sdks.openai?.(provider, call.fetch, content) ?? Promise.reject(),
      { clock, accounts },
    );
    expect(answers).toHaveLength(7);
    expect(sent).toHaveLength(7);
    expect(sent.slice(2).every((at, index) => at - (sent[index] ?? 0) >= 60_000)).toBe(true);
  });

  test('a cap on the cost stops the run before it is passed', async () => {
    await using provider = await fakeProvider({ answers: { chat: '서울' } });
    const data = Array.from({ length: 10 }, (_, n) => `${n}?`);
    const { results } = await evaluated(
      data,
      (content, call) => sdks.anthropic?.(provider, call.fetch, content) ?? Promise.reject(),
      {
        usd: 1,
        maxCost: 3.5,
      },
    );
    expect(results.run).toMatchObject({ status: 'incomplete', reason: expect.stringContaining('the cost cap is reached') });
    expect(results.usage).toMatchObject({ calls: 3, cost: { usd: 3 } });
    expect(provider.calls()).toHaveLength(3);
  });

  test('a stream that does not say what it used has cost what was reserved for it', async () => {
    await using provider = await fakeProvider({ answers: { chat: '서울' } });
    const data = Array.from({ length: 10 }, (_, n) => `${n}?`);
    const { results } = await evaluated(
      data,
      async (content, call) => {
        const client = new OpenAI({ apiKey, baseURL: provider.openai, fetch: call.fetch });
        const messages = [{ role: 'user', content }] as const;
        const stream = await client.chat.completions.create({ model: 'gpt-5-mini', messages: [...messages], stream: true });
        return (await Array.fromAsync(stream)).map(({ choices }) => choices[0]?.delta.content ?? '').join('');
      },
      { usd: 1, maxCost: 3.5 },
    );
    expect(results.run.status).toBe('incomplete');
    expect(provider.calls()).toHaveLength(3);
  });
});

describe('what is recorded', () => {
  test('has no key in it that an answer repeats, and none that an answer gives', async () => {
    const token = 'token.of.the.day.4711';
    const options: FakeProviderOptions = {
      answers: {
        app: ({ path, headers }) =>
          path.endsWith('/token') ? { access_token: token, expires_in: 60 } : { you: headers.authorization ?? '', key: apiKey },
      },
    };
    await using provider = await fakeProvider(options);
    const { answers, written } = await evaluated(['?'], async (_, call) => {
      const granted = await call.fetch(`${provider.app}/token?api_key=${apiKey}`, { method: 'POST' });
      const { access_token } = Object(await granted.json());
      const response = await call.fetch(`${provider.app}/me`, { headers: { authorization: `Bearer ${access_token}` } });
      return JSON.stringify(Object.keys(Object(await response.json()))) + (access_token === token ? ' granted' : '');
    });
    expect(answers).toEqual(['["you","key"] granted']);
    expect(provider.calls()[1]?.headers.authorization).toBe(`Bearer ${token}`);
    expect(written).not.toContain(apiKey);
    expect(written).not.toContain(token);
  });

  test('is asked for anew by a resumed run where a token was left out of it', async () => {
    let granted = 0;
    const answers = {
      app: ({ path }: { readonly path: string }) =>
        path.endsWith('/token') ? { access_token: `token.number.000${++granted}` } : { ok: path },
    };
    await using provider = await fakeProvider({ answers });
    const store = memoryStore();
    const used: unknown[] = [];
    let healthy = false;
    const model = async (_: object, call: ModelCall) => {
      const { access_token } = Object(await (await call.fetch(`${provider.app}/token`, { method: 'POST' })).json());
      used.push(access_token);
      await call.fetch(`${provider.app}/work`, { headers: { authorization: `Bearer ${access_token}` } });
      if (!healthy) stop.abort();
      return 'done';
    };
    const stop = new AbortController();
    const request = { data: ['?'], model, extraMetrics: [one], run: { key: 'nightly' }, resume: 'auto' } as const;
    const touchstone = createTouchstone({ plugins: [quiet], store });
    await touchstone.evaluate({ ...request, signal: stop.signal });
    healthy = true;
    const results = await touchstone.evaluate(request);
    expect(results.run.status).toBe('finished');
    expect(used).toEqual(['token.number.0001', 'token.number.0002']);
    // The work itself was recorded, and is not done twice.
    expect(provider.calls().map(({ path }) => path)).toEqual(['/app/token', '/app/work', '/app/token']);
  });
});

const quiet = definePlugin({
  name: 'quiet',
  register: (registry) => registry.provide(LOGGER, { info: () => undefined, warn: () => undefined }),
});

interface Setting {
  readonly clock?: Clock;
  readonly signal?: AbortSignal;
  readonly accounts?: Readonly<Record<string, { readonly requestsPerMinute?: number }>>;
  readonly usd?: number;
  readonly maxCost?: number;
}

/** Evaluates an application; with what it answered and threw, and all that was written of it. */
async function evaluated(data: string[], ask: (content: string, call: ModelCall) => Promise<string>, setting: Setting = {}) {
  const { clock = quickClock().clock, usd, maxCost, signal, accounts } = setting;
  const said: unknown[] = [];
  const plugin = definePlugin({
    name: 'setting',
    register(registry) {
      registry.provide(CLOCK, clock);
      registry.provide(LOGGER, { info: (...words) => void said.push(words), warn: (...words) => void said.push(words) });
      if (usd !== undefined)
        registry.provide(PRICES, { usd: (_id, usage) => (usage.inputTokens === undefined ? undefined : usd) });
    },
  });
  const recorded: unknown[] = [];
  const store = memoryStore();
  const answers: string[] = [];
  const errors: unknown[] = [];
  const model = async ({ inputs }: { readonly inputs: string }, call: ModelCall) => {
    try {
      const answer = await ask(inputs, call);
      answers.push(answer);
      return answer;
    } catch (error) {
      errors.push(error);
      throw error;
    }
  };
  const results = await createTouchstone({ plugins: [plugin], store: watchedStore(store, recorded) }).evaluate({
    data,
    model,
    extraMetrics: [one],
    limits: { ...(maxCost === undefined ? {} : { maxCost: { usd: maxCost } }), ...(accounts === undefined ? {} : { accounts }) },
    ...(signal === undefined ? {} : { signal }),
  });
  const rows = await Array.fromAsync(results.rows());
  const written = JSON.stringify([await results.toJSON(), rows, said, recorded, String(results)]);
  return { results, answers, errors, written };
}

/** Nobody wants to wait for the pauses between attempts: they are written down, and over at once. */
function quickClock() {
  const slept: number[] = [];
  const clock: Clock = {
    now: () => Date.now(),
    monotonic: () => performance.now() + slept.reduce((sum, ms) => sum + ms, 0),
    async sleep(ms) {
      // What may go on now is to go on before.
      await setImmediate();
      slept.push(ms);
    },
  };
  return { clock, slept };
}

function watched(fetch: Fetch, seen: number[]): Fetch {
  return async (input, init) => {
    const response = await fetch(input, init);
    seen.push(response.status);
    return response;
  };
}

async function failureOf(work: () => Promise<unknown>): Promise<unknown> {
  return work().then(
    () => undefined,
    (error: unknown) => error,
  );
}

/** What a program that catches an error looks at. */
function kindOf(error: unknown): unknown {
  const { name, status, statusCode, message, reason } = Object(error);
  return { name, status, statusCode, message: String(message).replace(/req_\w+/u, 'req_'), reason };
}

/** Writes down what the call log is given to keep. */
function watchedStore(store: RunStore, recorded: unknown[]): RunStore {
  return {
    ...store,
    calls(runId) {
      const calls = store.calls(runId);
      return {
        ...calls,
        async claim(key, signal) {
          const claim = await calls.claim(key, signal);
          if (claim.hit !== undefined) return claim;
          return {
            ...claim,
            settle(answer, record) {
              recorded.push(answer, record);
              return claim.settle(answer, record);
            },
          };
        },
      };
    },
  };
}
