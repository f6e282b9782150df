import OpenAI, { type APIError } from 'openai';
import { describe, expect, test } from 'vitest';
import { type FakeProviderOptions, type FaultRule, fakeProvider } from './index.ts';

const KEY = 'sk-canary-0123456789abcdef';
/** For what will come, however busy the machine is. */
const WAITING = { timeout: 20_000, interval: 5 };

async function setUp(options: FakeProviderOptions) {
  const provider = await fakeProvider(options);
  const client = new OpenAI({ baseURL: provider.openai, apiKey: KEY, maxRetries: 0, timeout: 20_000 });
  const ask = (content = 'Hi') => client.chat.completions.create({ model: 'gpt-4o', messages: [{ role: 'user', content }] });
  const failed = async (content?: string): Promise<APIError> => {
    const outcome = await ask(content).catch((thrown: unknown) => thrown);
    if (outcome instanceof OpenAI.APIError) return outcome;
    throw new Error(`It did not fail as the SDK fails, but with: ${JSON.stringify(outcome)}`);
  };
  return { provider, client, ask, failed, [Symbol.asyncDispose]: provider[Symbol.asyncDispose] };
}

/** What goes over the wire, without a client that understands it. */
function raw(url: string, body: object = { model: 'gpt-4o', messages: [{ role: 'user', content: 'Hi' }] }): Promise<Response> {
  return fetch(`${url}/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

describe('errors of the server', () => {
  test('429 without a word of when, and with it in each of the ways', async () => {
    await using it = await setUp({
      faults: [
        { fault: 'rate-limit', on: [1] },
        { fault: 'rate-limit', on: [2], waitMs: 1200 },
        { fault: 'rate-limit', on: [3], waitMs: 1200, headers: 'retry-after-ms' },
        { fault: 'rate-limit', on: [4], waitMs: 86_400_000, headers: 'retry-after-date' },
        { fault: 'rate-limit', on: [5], waitMs: 1200, headers: 'none' },
      ],
    });
    const told = [];
    for (let i = 0; i < 5; i++) {
      const { status, code, headers } = await it.failed();
      expect([status, code]).toEqual([429, 'rate_limit_exceeded']);
      told.push([headers?.get('retry-after'), headers?.get('retry-after-ms')]);
    }
    expect(told.slice(0, 3)).toEqual([
      [null, null],
      ['2', null],
      ['2', '1200'],
    ]);
    const date = Date.parse(told[3]?.[0] ?? '');
    expect(Math.abs(date - Date.now() - 86_400_000)).toBeLessThan(120_000);
    expect(told[4]).toEqual([null, null]);
  });

  test.each([
    [{ fault: 'quota' }, 429, 'insufficient_quota'],
    [{ fault: 'server-error' }, 500, null],
    [{ fault: 'server-error', status: 502 }, 502, null],
    [{ fault: 'overloaded' }, 503, null],
    [{ fault: 'content-filter', of: 'prompt' }, 400, 'invalid_prompt'],
  ] as const)('%j', async (fault, status, code) => {
    await using it = await setUp({ faults: [fault] });
    expect(await it.failed()).toMatchObject({ status, code });
    expect(it.provider.calls()).toMatchObject([{ status, fault: fault.fault, outcome: 'answered' }]);
  });

  test('an error about the key repeats it in full, on every API', async () => {
    await using provider = await fakeProvider({ faults: [{ fault: 'auth' }] });
    const headers = { authorization: `Bearer ${KEY}`, 'content-type': 'application/json', 'anthropic-version': '2026-10-21' };
    const paths = [
      '/v1/chat/completions',
      '/openai/v1/chat/completions',
      '/anthropic/v1/messages',
      '/huggingface/v1/chat/completions',
      '/invocations',
      '/app',
    ];
    for (const path of paths) {
      const response = await fetch(provider.origin + path, { method: 'POST', headers, body: '{}' });
      expect([401, 403]).toContain(response.status);
      expect(await response.text()).toContain(KEY);
    }
  });
});

describe('answers that are none', () => {
  test('no choices, a refusal, a filtered answer, a cut one', async () => {
    await using it = await setUp({
      faults: [
        { fault: 'empty', on: [1] },
        { fault: 'refusal', on: [2] },
        { fault: 'content-filter', on: [3] },
        { fault: 'length', on: [4] },
      ],
    });
    expect((await it.ask()).choices).toEqual([]);
    expect((await it.ask()).choices[0]?.message).toMatchObject({ content: null, refusal: expect.any(String) });
    expect((await it.ask()).choices[0]).toMatchObject({ finish_reason: 'content_filter' });
    expect((await it.ask()).choices[0]).toMatchObject({ finish_reason: 'length' });
    expect((await it.ask()).choices[0]).toMatchObject({ finish_reason: 'stop' });
  });

  test('a web page', async () => {
    await using it = await setUp({ faults: [{ fault: 'html', status: 502 }] });
    const response = await raw(it.provider.openai);
    expect([response.status, response.headers.get('content-type')]).toEqual([502, 'text/html; charset=utf-8']);
    expect(await response.text()).toMatch(/^<!doctype html>/);
  });

  test('JSON that is none', async () => {
    await using it = await setUp({ faults: [{ fault: 'invalid-json' }] });
    const response = await raw(it.provider.openai);
    expect(response.headers.get('content-type')).toBe('application/json');
    const text = await response.text();
    expect(text).toMatch(/^\{"id":/);
    expect(() => JSON.parse(text)).toThrow(SyntaxError);
  });

  test('bytes that are no UTF-8', async () => {
    await using it = await setUp({ faults: [{ fault: 'non-utf8' }] });
    const bytes = await (await raw(it.provider.openai)).arrayBuffer();
    expect(() => new TextDecoder('utf-8', { fatal: true }).decode(bytes)).toThrow(TypeError);
    expect(JSON.parse(new TextDecoder().decode(bytes)).object).toBe('chat.completion');
  });

  test('as many bytes as one likes, of an answer that is valid', async () => {
    await using it = await setUp({ faults: [{ fault: 'oversized', bytes: 3_000_000 }], answers: { chat: 'A short answer.' } });
    const text = await (await raw(it.provider.openai)).text();
    expect(text.length).toBeGreaterThanOrEqual(3_000_000);
    expect(text.length).toBeLessThan(3_001_000);
    const [choice] = JSON.parse(text).choices;
    expect(choice.message.content).toMatch(/^x+A short answer\.$/);
    expect(it.provider.calls()[0]?.answer).toBeUndefined();
    const streamed = await (
      await raw(it.provider.openai, { model: 'gpt-4o', messages: [{ role: 'user', content: 'Hi' }], stream: true })
    ).text();
    expect(streamed.length).toBeGreaterThanOrEqual(3_000_000);
    expect(streamed).toMatch(/data: \[DONE\]\n\n$/);
  });

  test('100 MB, when nobody says how many', async () => {
    await using it = await setUp({ faults: [{ fault: 'oversized' }] });
    let bytes = 0;
    for await (const chunk of (await raw(it.provider.openai)).body ?? []) bytes += chunk.length;
    expect(bytes).toBeGreaterThanOrEqual(100_000_000);
  });
});

describe('connections that fail', () => {
  test('a reset, before the answer and within it', async () => {
    await using it = await setUp({
      faults: [
        { fault: 'reset', on: [1] },
        { fault: 'reset', when: ({ number }) => number === 2 },
      ],
    });
    expect(await it.failed()).toBeInstanceOf(OpenAI.APIConnectionError);
    expect(await it.failed()).toBeInstanceOf(OpenAI.APIConnectionError);
    expect((await it.ask()).choices).toHaveLength(1);
    expect(it.provider.calls().map(({ outcome, status }) => [outcome, status])).toEqual([
      ['cut', undefined],
      ['cut', undefined],
      ['answered', 200],
    ]);
  });

  test('a body that ends in its middle', async () => {
    await using it = await setUp({
      faults: [
        { fault: 'truncated', on: [1] },
        { fault: 'reset', at: 'within', on: [2] },
      ],
    });
    for (let i = 0; i < 2; i++) {
      const response = await raw(it.provider.openai);
      expect(response.status).toBe(200);
      await expect(response.text()).rejects.toThrow('terminated');
    }
    expect(it.provider.calls().map(({ outcome }) => outcome)).toEqual(['cut', 'cut']);
  });

  test('a stream that ends in its middle, and one that says that it cannot go on', async () => {
    await using it = await setUp({
      faults: [
        { fault: 'truncated', on: [1] },
        { fault: 'stream-error', on: [2] },
      ],
    });
    const request = { model: 'gpt-4o', messages: [{ role: 'user' as const, content: 'Hi' }], stream: true as const };
    for (const message of ['terminated', /The server had an error while processing your request/]) {
      const stream = await it.client.chat.completions.create(request);
      let text = '';
      const read = async () => {
        for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
      };
      await expect(read()).rejects.toThrow(message);
      expect(text).not.toBe('');
    }
  });

  test('a call that hangs until the client gives up, or the provider goes', async () => {
    const provider = await fakeProvider({ faults: [{ fault: 'hang' }] });
    const controller = new AbortController();
    const client = new OpenAI({ baseURL: provider.openai, apiKey: KEY, maxRetries: 0 });
    const leaving = client.get('/models', { signal: controller.signal }).catch((thrown: unknown) => thrown);
    await expect.poll(() => provider.calls().length, WAITING).toBe(1);
    controller.abort();
    expect(await leaving).toBeInstanceOf(OpenAI.APIUserAbortError);
    await expect.poll(() => provider.calls()[0]?.outcome, WAITING).toBe('gone');
    const left = raw(provider.openai);
    await expect.poll(() => provider.counts().inFlight, WAITING).toBe(1);
    await provider[Symbol.asyncDispose]();
    await expect(left).rejects.toThrow('fetch failed');
  });

  test('a slow answer is an answer', async () => {
    await using it = await setUp({ faults: [{ fault: 'slow', ms: 30 }] });
    await it.ask();
    const [call] = it.provider.calls();
    expect((call?.endedAt ?? 0) - (call?.arrivedAt ?? 0)).toBeGreaterThan(28);
  });
});

describe('when', () => {
  /** Which of 200 requests fail, by their text. */
  async function failing(order: readonly number[], seed: number, faults: readonly FaultRule[]) {
    await using it = await setUp({ seed, faults });
    const statuses = await Promise.all(
      order.map(
        async (i) =>
          [
            i,
            await it.ask(`question ${i}`).then(
              () => 200,
              ({ status }: APIError) => status,
            ),
          ] as const,
      ),
    );
    return statuses
      .filter(([, status]) => status !== 200)
      .map(([i]) => i)
      .sort((a, b) => a - b);
  }

  test('a probability fails the same requests in every order, others for another seed', async () => {
    const forwards = Array.from({ length: 200 }, (_, i) => i);
    const faults = [{ fault: 'server-error', probability: 0.2 }] as const;
    const failed = await failing(forwards, 1, faults);
    expect(await failing(forwards.toReversed(), 1, faults)).toEqual(failed);
    expect(await failing(forwards, 2, faults)).not.toEqual(failed);
    // Binomial(200, 0.2): 40 ± 5.7. Outside of six of those once in a billion seeds.
    expect(failed.length).toBeGreaterThan(40 - 34);
    expect(failed.length).toBeLessThan(40 + 34);
  });

  test('every attempt draws anew', async () => {
    await using it = await setUp({ faults: [{ fault: 'server-error', probability: 0.5 }] });
    const outcomes = [];
    for (let i = 0; i < 40; i++)
      outcomes.push(
        await it.ask('the same').then(
          () => 'ok',
          () => 'failed',
        ),
      );
    expect(new Set(outcomes)).toEqual(new Set(['ok', 'failed']));
    expect(it.provider.calls().map(({ attempt }) => attempt)).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
  });

  test('all conditions of a rule hold, and the first rule decides', async () => {
    await using it = await setUp({
      faults: [
        {
          fault: 'quota',
          on: [1, 2],
          when: ({ attempt, model, api }) => attempt === 1 && model === 'gpt-4o' && api === 'openai',
        },
        { fault: 'overloaded', probability: 1, on: [2] },
      ],
    });
    expect((await it.failed()).code).toBe('insufficient_quota');
    expect((await it.failed()).status).toBe(503);
    expect((await it.ask()).choices).toHaveLength(1);
  });

  test('rules can be replaced while it runs', async () => {
    await using it = await setUp({});
    await it.ask();
    it.provider.faults([{ fault: 'quota' }]);
    expect((await it.failed()).code).toBe('insufficient_quota');
    it.provider.faults([]);
    await it.ask();
    expect(it.provider.counts().byFault).toEqual({ quota: 1 });
  });

  test('a script may answer with a fault', async () => {
    await using it = await setUp({
      answers: { chat: ({ prompt }) => (prompt === 'poison' ? { fault: 'overloaded' } : { text: 'fine' }) },
    });
    expect((await it.failed('poison')).status).toBe(503);
    expect((await it.ask('water')).choices[0]?.message.content).toBe('fine');
  });

  test('a script that answers with a fault is asked once, and admitted once', async () => {
    let asked = 0;
    const chat = () => {
      asked++;
      return asked === 1 ? { fault: 'slow' as const, ms: 1 } : { fault: 'empty' as const };
    };
    await using it = await setUp({
      answers: { chat },
      limits: { account: { concurrency: 1, requests: { limit: 2, perMs: 86_400_000 } } },
    });
    expect((await it.ask()).choices[0]?.message.content).toMatch(/^[A-Z][a-z]+( [a-z]+)+\.$/);
    expect((await it.ask()).choices).toEqual([]);
    expect((await it.failed()).status).toBe(429);
    expect(asked).toBe(2);
  });

  test('a rule that fails is an answer that says so', async () => {
    await using it = await setUp({
      faults: [
        {
          fault: 'quota',
          when: () => {
            throw new Error('no such row');
          },
        },
      ],
    });
    expect((await it.failed()).message).toBe('500 The fake provider failed: no such row');
  });

  test('a script that gives what cannot be sent, or is no answer, is told so', async () => {
    const told = async (answers: FakeProviderOptions['answers']) => {
      await using provider = await fakeProvider({ answers: answers ?? {} });
      return [await (await fetch(provider.app)).text(), await (await raw(provider.openai)).text()];
    };
    const [big] = await told({ app: () => Object({ number: 1n }) });
    expect(big).toContain('The fake provider failed: Do not know how to serialize a BigInt');
    const [, mistyped] = await told({ chat: () => Object({ txt: 'Hello' }) });
    expect(Object(JSON.parse(mistyped ?? '')).error.message).toBe(
      'The fake provider failed: answers.chat gave {"txt":"Hello"}, which is no answer to this request.',
    );
  });

  test('a fault that there is not is an error that names the nearest', async () => {
    const faults: readonly FaultRule[] = JSON.parse('[{ "fault": "ratelimit" }]');
    await expect(fakeProvider({ faults })).rejects.toThrow("There is no fault 'ratelimit'. Did you mean 'rate-limit'?");
    await expect(fakeProvider({ faults: [{ fault: 'hang', probability: 20 }] })).rejects.toThrow(
      "The probability of 'hang' must be in [0, 1], not 20.",
    );
  });
});
