import { createTouchstone, definePlugin, LOGGER, memoryStore, metric } from '@touchstone/core';
import { type FakeProvider, type Fault, fakeProvider } from '@touchstone/testing/fake-provider';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { ask, canary, sdkModels, send } from './__fixtures__/sdk-models.ts';
import { aiSdk } from './index.ts';

afterEach(() => vi.unstubAllEnvs());

const forms = {
  'through the door': (provider: FakeProvider, stream: boolean) =>
    aiSdk((fetch) => sdkModels(provider).openai.v4(fetch).chat('gpt-4o'), { stream }),
  'by itself': (provider: FakeProvider, stream: boolean) => aiSdk(sdkModels(provider).openai.v4().chat('gpt-4o'), { stream }),
} as const;
const kinds = Object.keys(forms) as (keyof typeof forms)[];

const faults: readonly (readonly [Fault, string, boolean])[] = [
  [{ fault: 'auth' }, 'auth', false],
  [{ fault: 'quota' }, 'quota', false],
  [{ fault: 'rate-limit', waitMs: 2000, headers: 'retry-after' }, 'rate-limit', true],
  [{ fault: 'overloaded' }, 'overloaded', true],
  [{ fault: 'server-error', status: 500 }, 'server', true],
  [{ fault: 'server-error', status: 504 }, 'timeout', true],
  [{ fault: 'html' }, 'bad-response', true],
  [{ fault: 'invalid-json' }, 'bad-response', true],
  [{ fault: 'reset', at: 'before' }, 'network', true],
  [{ fault: 'reset', at: 'within' }, 'network', true],
  [{ fault: 'truncated' }, 'network', true],
  [{ fault: 'content-filter', of: 'prompt' }, 'content-filter', false],
];

describe.each(kinds)('a model that sends %s', (kind) => {
  test.each(faults)('%j is %s', async (fault, code, retryable) => {
    await using provider = await fakeProvider({ faults: [fault] });
    const error = await failure(forms[kind](provider, false));
    expect(error).toMatchObject({ code, retryable });
    if (fault.fault === 'rate-limit') expect(error).toMatchObject({ status: 429, waitMs: 2000 });
  });

  test('a stream that says in its middle that it cannot go on', async () => {
    await using provider = await fakeProvider({ faults: [{ fault: 'stream-error' }] });
    expect(await failure(forms[kind](provider, true))).toMatchObject({ code: 'server', retryable: true });
  });

  test('a stream that breaks off', async () => {
    await using provider = await fakeProvider({ faults: [{ fault: 'truncated' }] });
    expect(await failure(forms[kind](provider, true))).toMatchObject({ retryable: true });
  });

  test('nobody answers', async () => {
    const provider = await fakeProvider();
    await provider[Symbol.asyncDispose]();
    expect(await failure(forms[kind](provider, false))).toMatchObject({
      code: 'network',
      message: expect.stringMatching(/^openai\.chat: nobody answers/u),
    });
  });

  test('a key that the server repeats is in nothing that is written', async () => {
    vi.stubEnv('MY_OTHER_API_KEY', canary);
    await using provider = await fakeProvider({
      answers: {
        chat: ({ prompt }) =>
          prompt === '가'
            ? Response.json({ error: { message: `trace: authorization ${canary}` } }, { status: 400 })
            : { fault: 'auth' },
      },
    });
    const store = memoryStore();
    const said: string[] = [];
    const touchstone = createTouchstone({ plugins: [listening(said)], store });
    const one = metric('one', () => 1);
    const model = forms[kind](provider, false);
    for (const data of [['가'], ['나']]) {
      const results = await touchstone.evaluate({ data, model, extraMetrics: [one] }).catch((error: unknown) => error);
      const rows = results instanceof Error ? [] : await Array.fromAsync(Object(results).rows());
      const written = JSON.stringify([results, Object(results).message ?? (await Object(results).toJSON()), rows, said]);
      expect(written).toMatch(/answered 40[01]/u);
      expect(written).not.toContain(canary);
    }
    expect(provider.counts().byKey).toEqual({ [canary]: 2 });
  });
});

test('a key that is missing stops the run with the words of the package', async () => {
  await using provider = await fakeProvider();
  vi.stubEnv('OPENAI_API_KEY', undefined);
  const { createOpenAI } = await import('@ai-sdk/openai');
  const error = await failure(aiSdk((fetch) => createOpenAI({ fetch, baseURL: provider.openai })('gpt-5')));
  expect(error).toMatchObject({ code: 'auth', hopeless: true, message: expect.stringContaining('OPENAI_API_KEY') });
  expect(provider.calls()).toEqual([]);
});

test('through the door, an answer without an end is not read to its end', async () => {
  await using provider = await fakeProvider({ faults: [{ fault: 'oversized' }] });
  const results = await createTouchstone({ plugins: [listening([])] }).evaluate({
    data: ['가'],
    model: forms['through the door'](provider, false),
    extraMetrics: [metric('one', () => 1)],
  });
  expect(await Array.fromAsync(results.rows())).toMatchObject([
    { scores: { one: { error: { message: 'there is no prediction: the answer is larger than 64 MB, and was not read' } } } },
  ]);
});

test('what a model says of itself wins over its status', async () => {
  const misbehaving = {
    specificationVersion: 'v3',
    provider: 'mine',
    modelId: 'm',
    supportedUrls: {},
    doGenerate: () => Promise.reject(Object.assign(new Error('try again'), { statusCode: 400, isRetryable: true })),
    doStream: () => Promise.reject(new Error('no streams')),
  } as const;
  expect(await failure(aiSdk(misbehaving))).toMatchObject({
    code: 'bad-request',
    status: 400,
    retryable: true,
    message: 'mine answered 400: try again',
  });
  expect(await failure(aiSdk(misbehaving, { stream: true }))).toMatchObject({ code: 'exception', message: 'no streams' });
});

test.each([
  ['error', 'server', 'mine ended the answer with an error'],
  ['interrupted', 'bad-response', 'mine ended the answer before it was complete'],
])('an answer that ends by %s is none', async (unified, code, message) => {
  const finished = {
    specificationVersion: 'v4',
    provider: 'mine',
    modelId: 'm',
    doGenerate: async () => ({
      content: [{ type: 'text', text: '반' }],
      finishReason: { unified, raw: undefined },
      usage: {},
      warnings: [],
    }),
    doStream: () => Promise.reject(new Error('no streams')),
  } as const;
  expect(await failure(aiSdk(finished))).toMatchObject({ code, message, retryable: true });
});

async function failure(model: Parameters<typeof send>[0]): Promise<unknown> {
  const answer = await send(model, ask('x')).catch((error: unknown) => error);
  expect(answer).toBeInstanceOf(Error);
  return answer;
}

function listening(said: string[]) {
  const log = { info: (text: string) => void said.push(text), warn: (text: string) => void said.push(text) };
  return definePlugin({ name: 'log', register: (registry) => registry.provide(LOGGER, log) });
}
