import {
  chat,
  createTouchstone,
  type EvaluationResult,
  type Json,
  type LanguageModel,
  type Model,
  memoryStore,
  metric,
  type Service,
} from '@touchstone/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const length = metric('length', ({ predictions }) => String(predictions).length);
const data = [{ q: '대한민국의 수도는?' }, { q: 'What makes bread rise?' }];

type Ask = (
  request: Json,
  n: number,
) => { readonly text: string; readonly finish?: 'stop' | 'length' | 'refusal' | 'filter' | 'tool' };

/** A language model that counts what it is asked: its answers are numbered, so that two of them are never equal. */
function countingModel(name: string, answer: Ask = (_, n) => ({ text: `${name} ${n}` })) {
  const asked: Json[] = [];
  const model: LanguageModel = {
    kind: 'language',
    id: `counting:/${name}`,
    identity: { provider: 'counting', model: name },
    scopes: async () => [`counting|${name}`],
    async send(request) {
      asked.push(request as Json);
      const { text, finish = 'stop' } = answer(request as Json, asked.length);
      return { value: { text }, finish, usage: { inputTokens: 10, outputTokens: 5, usd: 0.25 } };
    },
  };
  return { asked, model: chat(model, { messages: [{ role: 'user', content: '{q}' }] }) };
}

const storeWithCache = () => memoryStore({ cache: {} });
const outputs = async (result: Pick<EvaluationResult, 'rows'>) =>
  (await Array.fromAsync(result.rows())).map(({ columns }) => columns.outputs);

describe('answers that the store has kept', () => {
  test('are taken by the next run, cost nothing, and say so', async () => {
    const touchstone = createTouchstone();
    const [store, { asked, model }] = [storeWithCache(), countingModel('a')];
    const request = { data, model, store, extraMetrics: [length, 'latency'] } as const;
    const first = await touchstone.evaluate(request);
    expect(first.usage).toMatchObject({ calls: 2, cachedCalls: 0, cost: { usd: 0.5 } });
    const second = await touchstone.evaluate(request);
    expect(second.usage).toMatchObject({
      calls: 0,
      cachedCalls: 2,
      retries: 0,
      inputTokens: 0,
      cost: { usd: 0 },
    });
    expect(asked).toHaveLength(2);
    expect(await outputs(second)).toEqual(await outputs(first));
    expect(second.metrics['latency/mean']).toBe(first.metrics['latency/mean']);
  });

  test('are of one model, one provider and one trial', async () => {
    const touchstone = createTouchstone();
    const store = storeWithCache();
    const [a, b] = [countingModel('a'), countingModel('b')];
    for (const { model } of [a, b]) await touchstone.evaluate({ data, model, store, extraMetrics: [length], trials: 2 });
    expect([a.asked.length, b.asked.length]).toEqual([4, 4]);
    const trials = await touchstone.evaluate({ data, model: a.model, store, extraMetrics: [length], trials: 3 });
    expect(trials.usage).toMatchObject({ calls: 2, cachedCalls: 4 });
  });

  test.each(['length', 'refusal', 'filter'] as const)('are none that ended with %s', async (finish) => {
    const touchstone = createTouchstone();
    const store = storeWithCache();
    const { asked, model } = countingModel('a', (_, n) => ({ text: `답 ${n}`, finish }));
    for (let run = 0; run < 2; run++)
      await touchstone.evaluate({ data, model, store, extraMetrics: [length] }).catch(() => undefined);
    expect(asked).toHaveLength(4);
  });

  test('are asked for anew where that is said', async () => {
    const touchstone = createTouchstone();
    const [store, { asked, model }] = [storeWithCache(), countingModel('a')];
    const run = async (cache?: boolean | 'refresh' | { readonly maxAge: number }) =>
      outputs(
        await touchstone.evaluate({ data, model, store, extraMetrics: [length], ...(cache === undefined ? {} : { cache }) }),
      );
    const first = await run();
    expect(await run({ maxAge: 3_600 })).toEqual(first);
    expect(await run(false)).not.toEqual(first);
    expect(await run()).toEqual(first);
    expect(asked).toHaveLength(4);
    const refreshed = await run('refresh');
    expect(refreshed).not.toEqual(first);
    expect(await run()).toEqual(refreshed);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await run({ maxAge: 0.001 })).not.toEqual(refreshed);
    expect(asked).toHaveLength(8);
  });

  test('are none of an application, whose code may have changed', async () => {
    const touchstone = createTouchstone();
    const store = storeWithCache();
    let sent = 0;
    const service: Service<string, string> = {
      id: 'app',
      identity: 'app',
      scopes: async () => ['app'],
      send: async () => ({ value: `${++sent}` }),
    };
    const model: Model = {
      id: 'app',
      identity: 'app',
      predict: async (_, [work]) => (work === undefined ? [] : [{ value: (await work.ask(service, '물음')).value }]),
    };
    for (let run = 0; run < 2; run++) await touchstone.evaluate({ data: [{ q: '하나' }], model, store, extraMetrics: [length] });
    expect(sent).toBe(2);
  });

  test('are asked for once by two evaluations at the same time', async () => {
    const touchstone = createTouchstone();
    const [store, { asked, model }] = [storeWithCache(), countingModel('a')];
    const request = { data, model, store, extraMetrics: [length] };
    const [one, other] = await Promise.all([touchstone.evaluate(request), touchstone.evaluate(request)]);
    expect(asked).toHaveLength(2);
    expect(one.usage.calls + other.usage.calls).toBe(2);
    expect(one.usage.cachedCalls + other.usage.cachedCalls).toBe(2);
  });

  test('leave a call that failed to the next one who asks', async () => {
    const touchstone = createTouchstone();
    const store = storeWithCache();
    let broken = true;
    const { asked, model } = countingModel('a', (_, n) => {
      if (broken) throw new Error('고장');
      return { text: `${n}` };
    });
    const request = { data, model, store, extraMetrics: [length], limits: { attempts: 1 } };
    await touchstone.evaluate(request).catch(() => undefined);
    broken = false;
    const before = asked.length;
    expect((await touchstone.evaluate(request)).usage).toMatchObject({ calls: 2, cachedCalls: 0 });
    expect(asked.length - before).toBe(2);
  });

  test('what cache takes is checked', async () => {
    const refused = (cache: unknown) =>
      expect(
        createTouchstone().evaluate({ data, model: countingModel('a').model, extraMetrics: [length], cache: cache as never }),
      ).rejects;
    await refused('on').toThrow("evaluate: 'cache' must be true, false, 'refresh' or { maxAge: 86400 }, and it is 'on'.");
    await refused({ maxAge: -1 }).toThrow("cache: 'maxAge' must be a number of seconds from 0, and it is -1.");
    await refused({ maxage: 3 }).toThrow("Did you mean 'maxAge'?");
    await refused(true).toThrow("cache is set, and the store 'memory' keeps no answers for other runs");
  });
});

const BASE = {
  messages: [
    { role: 'system', content: '한 문장으로 답하세요.' },
    {
      role: 'user',
      content: [
        { type: 'text', text: '대한민국의 수도는?' },
        { type: 'image', mediaType: 'image/png', data: 'iVBORw0KGgo=' },
      ],
    },
    { role: 'assistant', content: null, toolCalls: [{ id: 'c1', name: 'search', arguments: { q: '수도', k: 3 } }] },
    { role: 'tool', toolCallId: 'c1', content: '서울' },
  ],
  parameters: { temperature: 0, maxOutputTokens: 100, stop: ['\n', '끝'], seed: 7 },
  defaults: { topP: 1 },
  tools: [{ name: 'search', description: '찾기', schema: { type: 'object', properties: { q: { type: 'string' } } } }],
  output: { schema: { type: 'object', required: ['answer'], properties: { answer: { type: 'string', maxLength: 50 } } } },
} satisfies Json;
const IDENTITY = { provider: 'p', baseUrl: 'https://a.example/v1', model: 'm', api: 'chat' };

interface Call {
  readonly identity: Json;
  readonly request: Json;
  readonly repeat: number;
}

/** Everything of a call that is a value, by its way there. */
function places(value: Json, way: readonly (string | number)[] = []): readonly (readonly (string | number)[])[] {
  if (typeof value !== 'object' || value === null) return [way];
  return [
    way,
    ...Object.entries(value).flatMap(([name, part]) => places(part, [...way, Array.isArray(value) ? Number(name) : name])),
  ];
}

function replaced(value: Json, [step, ...rest]: readonly (string | number)[], change: (value: Json) => Json): Json {
  if (step === undefined) return change(value);
  if (Array.isArray(value)) return value.map((part, index) => (index === step ? replaced(part, rest, change) : part));
  if (typeof value !== 'object' || value === null) throw new Error('there is no such place');
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [name, name === step ? replaced(part, rest, change) : part]),
  );
}

/** Another value in its place: a text with one character more, less or other, another number, one entry more or less. */
function changed(value: Json, n: number): Json {
  if (typeof value === 'string') {
    const at = n % (value.length + 1);
    const extra = ['x', ' ', '0', '가', '́', '​'][n % 6] ?? 'x';
    return n % 3 === 0 && value.length > 0 ? value.slice(0, -1) : value.slice(0, at) + extra + value.slice(at);
  }
  if (typeof value === 'number') return value + ([1, -1, 0.5, 1e-9][n % 4] ?? 1);
  if (typeof value === 'boolean') return !value;
  if (value === null) return ['', 0, false][n % 3] ?? '';
  if (Array.isArray(value)) return n % 2 === 0 && value.length > 0 ? value.slice(1) : [...value, value[0] ?? 'x'];
  const names = Object.keys(value);
  if (n % 2 === 0 && names.length > 0)
    return Object.fromEntries(Object.entries(value).filter(([name]) => name !== names[n % names.length]));
  return { ...value, [`x${n % 1_000}`]: n };
}

/** The call as text, where parts that may be left out are left out when they are empty. */
function said(call: Json): string {
  return JSON.stringify(call, (name, value) =>
    /^(?:parameters|defaults|tools|toolCalls)$/.test(name) && JSON.stringify(value).length === 2 ? undefined : value,
  );
}

/** Asks each of the calls once. @returns how many the cache has answered */
async function cachedOf(
  calls: readonly Call[],
  store: ReturnType<typeof memoryStore>,
): Promise<{ readonly sent: number; readonly cached: number }> {
  const model: Model = {
    id: 'asking',
    identity: 'asking',
    async predict([row], [work]) {
      const call = calls[Number(row?.n)];
      if (call === undefined || work === undefined) return [];
      const service: Service = {
        kind: 'language',
        id: 'p:/m',
        identity: call.identity,
        scopes: async () => ['p|a'],
        send: async () => ({ value: { text: '답' } }),
      };
      await work.ask(service, call.request, { repeat: call.repeat });
      return [{ value: '답' }];
    },
  };
  const rows = calls.map((_, n) => ({ n }));
  const { usage } = await createTouchstone().evaluate({
    data: rows,
    model,
    store,
    extraMetrics: [length],
    limits: { concurrency: 512 },
  });
  return { sent: usage.calls, cached: usage.cachedCalls };
}

describe('the key of an answer', () => {
  test('differs for 100,000 calls that differ from one in a single field', async () => {
    const base: Call = { identity: IDENTITY, request: BASE, repeat: 0 };
    const store = memoryStore({ cache: { maxBytes: 2 ** 31 } });
    expect(await cachedOf([base], store)).toEqual({ sent: 1, cached: 0 });

    const whole = { identity: IDENTITY, request: BASE, repeat: 0 };
    // The repeat is a count; empty parts say the same as none.
    const ways = places(whole).filter(
      (way) => way.length > 0 && way[0] !== 'repeat' && way.join() !== 'identity' && way.join() !== 'request',
    );
    const arbitrary = fc.tuple(fc.constantFrom(...ways), fc.nat(100_000));
    const mutants = fc
      .sample(arbitrary, { numRuns: 100_000, seed: 20261127 })
      .map(([way, n]) => replaced(whole, way, (value) => changed(value, n)));
    const distinct = new Set(mutants.map(said));
    expect(distinct.size).toBeGreaterThan(5_000);
    expect(distinct).not.toContain(said(whole));
    const { sent, cached } = await cachedOf(mutants as unknown as readonly Call[], store);
    // Equal mutants are one call of the run; none of them is the one that was kept.
    expect(sent).toBe(distinct.size);
    expect(cached).toBe(mutants.length - distinct.size);
    expect(await cachedOf([{ ...base, repeat: 1 }], store)).toEqual({ sent: 1, cached: 0 });
  }, 120_000);

  test('is the same for equal calls that are written differently', async () => {
    const store = storeWithCache();
    const messages = [{ role: 'user', content: '질문' }];
    await cachedOf([{ identity: IDENTITY, request: { messages, parameters: { seed: 1, temperature: 0 } }, repeat: 0 }], store);
    const identity = { api: 'chat', model: 'm', baseUrl: 'https://a.example/v1', provider: 'p' };
    const request = {
      tools: [],
      defaults: {},
      parameters: { temperature: 0, seed: 1 },
      messages: [{ content: '질문', role: 'user' }],
    };
    expect(await cachedOf([{ identity, request, repeat: 0 }], store)).toEqual({ sent: 0, cached: 1 });
    // Both are to be read the same, and are other bytes: a model may answer them differently.
    for (const content of ['\uac01', '\u1100\u1161\u11a8']) {
      const call = { identity, request: { messages: [{ role: 'user', content }] }, repeat: 0 };
      expect(await cachedOf([call], store)).toEqual({ sent: 1, cached: 0 });
    }
  });
});
