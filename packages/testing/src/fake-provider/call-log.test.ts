import { connect } from 'node:net';
import type { Json } from '@touchstone/core';
import { describe, expect, test } from 'vitest';
import { fakeProvider } from './index.ts';

/** For what will come, however busy the machine is. */
const WAITING = { timeout: 20_000, interval: 5 };

const post = (url: string, body: string, headers: Record<string, string> = {}) =>
  fetch(url, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });

test('a call is kept with all that came and all that went', async () => {
  await using provider = await fakeProvider({ answers: { app: { ok: true } } });
  const before = Date.now();
  await post(`${provider.app}/x?a=1`, '{"q": "왜?"}', { authorization: 'Bearer secret', 'x-trace': 't-1' });
  await post(`${provider.app}/x?a=1`, '{"q": "왜?"}', { 'x-api-key': 'other' });
  await post(provider.app, 'no JSON');
  const [first, second, third] = provider.calls();
  expect(first).toMatchObject({
    number: 1,
    attempt: 1,
    api: 'app',
    method: 'POST',
    path: '/app/x',
    query: { a: '1' },
    key: 'secret',
    body: { q: '왜?' },
    status: 200,
    answer: { ok: true },
    outcome: 'answered',
    inFlight: 1,
  });
  expect(first?.headers).toMatchObject({ authorization: 'Bearer secret', 'x-trace': 't-1' });
  expect(first?.arrivedAt).toBeGreaterThanOrEqual(before - 1);
  expect(first?.endedAt).toBeGreaterThanOrEqual(first?.arrivedAt ?? Number.POSITIVE_INFINITY);
  expect(second).toMatchObject({ number: 2, attempt: 2, key: 'other' });
  expect(third).toMatchObject({ number: 3, attempt: 1, key: undefined, body: 'no JSON' });
});

test('calls are counted by status, model, key and fault', async () => {
  await using provider = await fakeProvider({ credentials: 'optional', faults: [{ fault: 'overloaded', on: [2] }] });
  const chat = (model: string, key: string) =>
    post(`${provider.openai}/chat/completions`, JSON.stringify({ model, messages: [{ role: 'user', content: 'Hi' }] }), {
      authorization: `Bearer ${key}`,
    });
  await chat('a', 'k1');
  await chat('b', 'k1');
  await chat('b', 'k2');
  await post(`${provider.openai}/chat/completions`, '{}');
  expect(provider.counts()).toEqual({
    total: 4,
    inFlight: 0,
    peakInFlight: 1,
    byStatus: { 200: 2, 400: 1, 503: 1 },
    byModel: { a: 1, b: 2, '': 1 },
    byKey: { k1: 2, k2: 1, '': 1 },
    byFault: { overloaded: 1 },
  });
});

test('concurrency is known at each moment', async () => {
  const gate = Promise.withResolvers<Json>();
  await using provider = await fakeProvider({ answers: { app: () => gate.promise } });
  const asked = Promise.all(Array.from({ length: 4 }, (_, i) => fetch(`${provider.app}/${i}`)));
  await expect.poll(() => provider.counts().inFlight, WAITING).toBe(4);
  gate.resolve('open');
  await asked;
  expect(provider.counts()).toMatchObject({ inFlight: 0, peakInFlight: 4 });
  expect(provider.calls().map(({ inFlight }) => inFlight)).toEqual([1, 2, 3, 4]);
  expect(provider.concurrency().map(({ inFlight }) => inFlight)).toEqual([1, 2, 3, 4, 3, 2, 1, 0]);
  const moments = provider.concurrency().map(({ at }) => at);
  expect(moments).toEqual(moments.toSorted((a, b) => a - b));
});

test('a reset forgets calls, attempts and used limits, and keeps what was set', async () => {
  await using provider = await fakeProvider({
    limits: { account: { requests: { limit: 1, perMs: 60_000 } } },
    answers: { app: { still: 'here' } },
  });
  await fetch(provider.app);
  expect((await fetch(provider.app)).status).toBe(429);
  provider.reset();
  expect(provider.calls()).toEqual([]);
  expect(provider.counts()).toMatchObject({ total: 0, byStatus: {}, byModel: {} });
  const response = await fetch(provider.app);
  expect([response.status, await response.json()]).toEqual([200, { still: 'here' }]);
  expect(provider.calls()).toMatchObject([{ number: 1, attempt: 1 }]);
});

test('what arrived before a reset does not count after it', async () => {
  const gate = Promise.withResolvers<Json>();
  await using provider = await fakeProvider({ answers: { app: () => gate.promise } });
  const early = fetch(provider.app);
  await expect.poll(() => provider.calls().length, WAITING).toBe(1);
  provider.reset();
  gate.resolve('open');
  await early;
  await expect.poll(() => provider.counts().inFlight, WAITING).toBe(0);
  expect(provider.counts()).toMatchObject({ total: 0, byStatus: {} });
});

test('a client that leaves within its request is not in work any more', async () => {
  await using provider = await fakeProvider();
  const socket = connect(Number(new URL(provider.origin).port), '127.0.0.1');
  socket.write('POST /app HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nhalf of it');
  await expect.poll(() => provider.counts().inFlight, WAITING).toBe(1);
  socket.destroy();
  await expect.poll(() => provider.counts().inFlight, WAITING).toBe(0);
  expect(provider.calls()).toEqual([]);
});

test('a path with wrong percent signs is a path like any other', async () => {
  await using provider = await fakeProvider({ credentials: 'optional', models: {} });
  const response = await fetch(`${provider.openai}/models/%E0%A4%A`);
  expect([response.status, provider.calls()[0]?.model]).toEqual([404, '%E0%A4%A']);
});

test('only the newest calls are kept, and all are counted', async () => {
  await using provider = await fakeProvider({ keepCalls: 3 });
  for (let i = 1; i <= 10; i++) await fetch(`${provider.app}/${i}`);
  expect(provider.calls().map(({ path }) => path)).toEqual(['/app/8', '/app/9', '/app/10']);
  expect(provider.counts().total).toBe(10);
});

describe('latency', () => {
  test.each([
    ['a number', 15, 14],
    ['a range', { from: 15, to: 20 }, 14],
    ['a function', ({ path }: { path: string }) => (path === '/app' ? 15 : 0), 14],
  ])('as %s', async (_, latency, atLeast) => {
    await using provider = await fakeProvider({ latency });
    await fetch(provider.app);
    const [call] = provider.calls();
    expect((call?.endedAt ?? 0) - (call?.arrivedAt ?? 0)).toBeGreaterThan(atLeast - 1);
  });

  test('a stream waits between its events', async () => {
    await using provider = await fakeProvider({ tokenMs: 5, answers: { chat: '12345678' }, credentials: 'optional' });
    const body = JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'Hi' }], stream: true });
    const response = await post(`${provider.openai}/chat/completions`, body);
    await response.text();
    const [call] = provider.calls();
    // Role, two pieces, finish, [DONE]: four pauses.
    expect(call?.answer).toHaveLength(5);
    expect((call?.endedAt ?? 0) - (call?.arrivedAt ?? 0)).toBeGreaterThan(4 * 4);
  });
});
