import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createTouchstone, definePlugin, type EvaluationResult, LOGGER, latency, metric, PRICES } from '@touchstone/core';
import { modelAdapterConformance, pluginConformance } from '@touchstone/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import parley from './index.ts';

pluginConformance(parley, { manifest: new URL('../package.json', import.meta.url) });

// A server is part of who a model is, so there is none without; a key may come later.
modelAdapterConformance(() => parley({ url: 'http://parley.test:7070' }), {
  uri: 'parley:/clara',
  env: { PARLEY_KEY: 'open-sesame-and-nothing-else' },
  async respond(request) {
    const { turns } = (await request.json()) as Asked['body'];
    return Response.json({ said: `${turns.at(-1)?.words}!`, ended: 'done', meter: { read: 12, written: 5 }, voice: 'clara-7' });
  },
  malformed: ['parley:/', 'parley:', 'parley:/a/b'],
});

interface Asked {
  readonly path: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: { readonly voice: string; readonly turns: readonly { readonly by: string; readonly words: string }[] };
}
type Reply = readonly [status: number, body: unknown, headers?: Readonly<Record<string, string>>];

/** A Parley server on this machine: what the tests talk to is HTTP, and not a mock of it. */
const asked: Asked[] = [];
let reply: (asked: Asked, number: number) => Reply;
let url = '';
const server = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const one: Asked = { path: request.url, headers: request.headers, body: JSON.parse(Buffer.concat(chunks).toString()) };
  asked.push(one);
  const [status, body, headers = {}] = reply(one, asked.length);
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
});

const KEY = 'open-sesame-and-nothing-else';
const echo = ({ body }: Asked): Reply => {
  const words = body.turns.at(-1)?.words ?? '';
  return [200, { said: `${words}!`, ended: 'done', meter: { read: words.length, written: words.length + 1 }, voice: 'clara-7' }];
};

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());
beforeEach(() => {
  asked.length = 0;
  reply = echo;
});
afterEach(() => {
  vi.unstubAllEnvs();
});

const quiet = definePlugin({
  name: 'quiet',
  register(registry) {
    registry.provide(LOGGER, { info: () => undefined, warn: () => undefined });
    registry.provide(PRICES, { usd: (_id, { inputTokens = 0, outputTokens = 0 }) => inputTokens * 1e-6 + outputTokens * 2e-6 });
  },
});
const loud = metric('loud', ({ predictions }) => predictions.endsWith('!'));
const data = [{ question: '안녕하세요' }, { question: 'Hello' }];

async function ask(more: object = {}, plugin = parley({ url, apiKey: KEY })): Promise<EvaluationResult> {
  const touchstone = createTouchstone({ plugins: [plugin, quiet] });
  return touchstone.evaluate({ data, model: 'parley:/clara', inputs: 'question', extraMetrics: [loud, latency()], ...more });
}

async function reasonOf(results: EvaluationResult): Promise<unknown> {
  for await (const { scores } of results.rows()) return scores.loud;
  return undefined;
}

describe('a voice', () => {
  test('is asked by URI; its answers, usage and price are in the result', async () => {
    const results = await ask({ modelOptions: { temperature: 0.5, system: 'Be loud.' } });
    expect(results.metrics['loud/mean']).toBe(1);
    expect(results.usage).toMatchObject({
      calls: 2,
      inputTokens: 10,
      outputTokens: 12,
      cost: { usd: expect.closeTo(34e-6, 12) },
      models: { 'parley:/clara': { calls: 2 } },
    });
    expect(asked.map(({ path }) => path)).toEqual(['/v2/answers', '/v2/answers']);
    const sent = asked.find(({ body }) => body.turns[1]?.words === '안녕하세요');
    expect(sent?.body).toEqual({
      voice: 'clara',
      turns: [
        { by: 'guide', words: 'Be loud.' },
        { by: 'guest', words: '안녕하세요' },
      ],
      whim: 0.5,
    });
    expect(sent?.headers['parley-key']).toBe(KEY);
  });

  test('is tried again as the server asks, and never by the adapter itself', async () => {
    reply = (one, number) => (number === 1 ? [429, { words: 'slower' }, { 'retry-after': '0' }] : echo(one));
    const results = await ask();
    expect(results.usage).toMatchObject({ calls: 2, retries: 1 });
    expect(results.coverage.loud).toMatchObject({ scored: 2, failed: 0 });
  });

  test.each<[string, Reply, string]>([
    ['words that are hushed', [451, { trouble: 'hushed', words: 'not in this house' }], 'Parley answered 451: not in this house'],
    ['a request that it refuses', [400, { words: 'whim must be below 1' }], 'Parley answered 400: whim must be below 1'],
  ])('fails a row for %s, with its reason', async (_, refused, message) => {
    reply = (one) => (one.body.turns[0]?.words === 'Hello' ? refused : echo(one));
    const results = await ask();
    expect(results.run.status).toBe('finished');
    expect(results.coverage.loud).toMatchObject({ scored: 1, failed: 1, reasons: { 'prediction-failed': 1 } });
    const failed: string[] = [];
    for await (const { scores } of results.rows()) if (scores.loud?.status === 'failed') failed.push(scores.loud.error.message);
    expect(failed.join()).toContain(message);
  });

  test.each<[string, Reply, string]>([
    [
      'a voice that is not there',
      [404, { trouble: 'no-such-voice', words: 'no voice clara' }],
      'Parley answered 404: no voice clara',
    ],
    ['an account without money', [402, { trouble: 'empty-purse', words: 'top up' }], 'Parley answered 402: top up'],
    ['a key that is wrong', [401, { words: `bad key ${KEY}` }], 'Parley answered 401: bad key'],
  ])('stops the run for %s, and never shows the key', async (_, refused, reason) => {
    reply = () => refused;
    const told = await ask().then(
      (results) => `${results.run.status} ${results.run.reason}`,
      (error: Error) => error.message,
    );
    expect(told).toContain(reason);
    expect(told).not.toContain(KEY);
    expect(asked.length).toBeLessThanOrEqual(2);
  });

  test.each<[string, Reply]>([
    ['no JSON', [200, '<html>']],
    ['JSON without an answer', [200, { ended: 'done' }]],
  ])('that sends %s has failed the row', async (_, nonsense) => {
    reply = (one) => (one.body.turns[0]?.words === 'Hello' ? nonsense : echo(one));
    const results = await ask({ limits: { attempts: 1 } });
    expect(results.coverage.loud).toMatchObject({ scored: 1, failed: 1 });
  });

  test('says when it was cut off, and when it declined', async () => {
    reply = ({ body }) =>
      body.turns[0]?.words === 'Hello'
        ? [200, { said: 'I would rather not', ended: 'declined' }]
        : [200, { said: '안녕하', ended: 'limit' }];
    const results = await ask();
    expect(results.warnings).toContain('1 answer was cut off at the limit of output tokens, and scored as it is.');
    expect(results.coverage.loud).toMatchObject({ scored: 1 });
  });
});

describe('mistakes are said before the first row', () => {
  test.each<[string, object, string]>([
    ['no voice', { model: 'parley:/' }, "'parley:/' names no voice: write parley:/VOICE, e.g. parley:/clara."],
    [
      'a scheme with a typing mistake',
      { model: 'parly:/clara' },
      "There is no model scheme 'parly' (of 'parly:/clara'). Did you mean 'parley'?",
    ],
    [
      'a server that is no address',
      { modelOptions: { url: 'localhost' } },
      "url is 'localhost', which is no http or https address.",
    ],
  ])('%s', async (_, more, message) => {
    await expect(ask(more)).rejects.toThrow(message);
    expect(asked).toEqual([]);
  });

  test('no server, and no key', async () => {
    vi.stubEnv('PARLEY_URL', '');
    vi.stubEnv('PARLEY_KEY', '');
    await expect(ask({}, parley())).rejects.toThrow(
      "'parley:/clara' needs a server: set PARLEY_URL, or parley({ url: 'http://localhost:7070' }).",
    );
    vi.stubEnv('PARLEY_URL', url);
    await expect(ask({}, parley())).rejects.toThrow("'parley:/clara' needs a key: set PARLEY_KEY in the environment.");
    expect(asked).toEqual([]);
    vi.stubEnv('PARLEY_KEY', KEY);
    expect((await ask({}, parley())).coverage.loud).toMatchObject({ scored: 2 });
  });
});

test('a row that is refused says so as data', async () => {
  reply = () => [400, { words: '안 됩니다' }];
  expect(await reasonOf(await ask({ data: data.slice(0, 1) }))).toMatchObject({
    status: 'failed',
    error: { code: 'prediction-failed', message: expect.stringContaining('Parley answered 400: 안 됩니다') },
  });
});
