import Anthropic from '@anthropic-ai/sdk';
import {
  createTouchstone,
  definePlugin,
  LOGGER,
  type Logger,
  type ModelCall,
  memoryStore,
  metric,
  PRICES,
} from '@touchstone/core';
import OpenAI from 'openai';
import { describe, expect, test } from 'vitest';
import { fakeProvider } from './fake-provider/index.ts';

const length = metric('length', ({ predictions }) => String(predictions).length);
const silent: Logger = { info: () => undefined, warn: () => undefined };

function touchstone() {
  const plugin = definePlugin({
    name: 'prices',
    register(registry) {
      registry.provide(LOGGER, silent);
      registry.provide(PRICES, { usd: (_id, { inputTokens = 0, outputTokens = 0 }) => (inputTokens + outputTokens) / 1000 });
    },
  });
  return createTouchstone({ plugins: [plugin] });
}

const data = (rows: number) => Array.from({ length: rows }, (_, n) => ({ q: `질문 ${n}` }));

describe('an application that brings its own SDK', () => {
  test('OpenAI: is counted and priced, tried again by us, and replayed on resume', async () => {
    await using provider = await fakeProvider({
      answers: { chat: ({ prompt }) => `답: ${prompt}` },
      faults: [{ fault: 'server-error', on: [1, 3] }],
    });
    const store = memoryStore();
    const model = async ({ q }: { readonly q: string }, call: ModelCall) => {
      const client = new OpenAI({ baseURL: provider.openai, apiKey: 'canary-key-1', fetch: call.fetch, maxRetries: 0 });
      const first = await client.chat.completions.create({ model: 'gpt-5-mini', messages: [{ role: 'user', content: q }] });
      const again = await client.chat.completions.create({ model: 'gpt-5-mini', messages: [{ role: 'user', content: q }] });
      expect(again.id).not.toBe(first.id);
      return first.choices[0]?.message.content ?? '';
    };
    const results = await touchstone().evaluate({ data: data(2), model, store, extraMetrics: [length] });
    expect(results.coverage.length).toMatchObject({ scored: 2 });
    expect(results.usage).toMatchObject({ calls: 4, retries: 2, models: { 'openai:/gpt-5-mini': { calls: 4 } } });
    expect(results.usage.inputTokens).toBeGreaterThan(0);
    expect(results.usage.cost.usd).toBeCloseTo((results.usage.inputTokens + results.usage.outputTokens) / 1000, 12);
    expect(provider.counts().byStatus).toMatchObject({ 200: 4, 500: 2 });
    const written = JSON.stringify([await results.toJSON(), await Array.fromAsync(results.rows())]);
    expect(written).not.toContain('canary-key');
  });

  test('a stream is handed over whole, and what it used is known', async () => {
    await using provider = await fakeProvider({ answers: { chat: 'eins zwei drei' } });
    const model = async ({ q }: { readonly q: string }, call: ModelCall) => {
      const client = new OpenAI({ baseURL: provider.openai, apiKey: 'k', fetch: call.fetch });
      const stream = await client.chat.completions.create({
        model: 'gpt-5-mini',
        messages: [{ role: 'user', content: q }],
        stream: true,
        stream_options: { include_usage: true },
      });
      let text = '';
      for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
      return text;
    };
    const results = await touchstone().evaluate({ data: data(1), model, extraMetrics: [length] });
    expect(results.metrics['length/mean']).toBe('eins zwei drei'.length);
    expect(results.usage.outputTokens).toBeGreaterThan(0);
  });

  test('Anthropic: the same, and an answer that stays an error reaches the SDK as it is', async () => {
    await using provider = await fakeProvider({
      answers: { chat: ({ prompt }) => (prompt.includes('1') ? { fault: 'overloaded' } : 'Guten Tag') },
    });
    const errors: unknown[] = [];
    const model = async ({ q }: { readonly q: string }, call: ModelCall) => {
      const client = new Anthropic({ baseURL: provider.anthropic, apiKey: 'canary-key-2', fetch: call.fetch, maxRetries: 0 });
      try {
        const answer = await client.messages.create({
          model: 'claude-sonnet-5',
          max_tokens: 50,
          messages: [{ role: 'user', content: q }],
        });
        return answer.content.map((part) => (part.type === 'text' ? part.text : '')).join('');
      } catch (error) {
        errors.push(error);
        throw error;
      }
    };
    const clock = { now: Date.now, monotonic: quick(), sleep: async () => undefined };
    const impatient = createTouchstone({
      plugins: [definePlugin({ name: 'clock', register: (registry) => registry.provide(Symbol.for('touchstone.clock'), clock) })],
    });
    const results = await impatient.evaluate({ data: data(2), model, extraMetrics: [length] });
    expect(results.coverage.length).toMatchObject({ scored: 1, failed: 1 });
    expect(errors).toMatchObject([{ status: 529 }]);
    expect(results.usage.models).toMatchObject({ 'anthropic:/claude-sonnet-5': { calls: 1 } });
  });

  test('any other request is counted, and belongs to its row', async () => {
    await using provider = await fakeProvider({ answers: { app: () => ({ at: Math.random() }) } });
    const model = async (_: object, call: ModelCall) => {
      const response = await call.fetch(`${provider.app}/search?api_key=canary-key-3`, { method: 'POST', body: '{"q":"같은"}' });
      expect(response.status).toBe(200);
      expect(response.url).toContain('/search');
      return JSON.stringify(await response.json());
    };
    const results = await touchstone().evaluate({ data: data(3), model, extraMetrics: [length] });
    expect(results.coverage.length).toMatchObject({ scored: 3 });
    expect(results.usage).toMatchObject({ calls: 3, cachedCalls: 0 });
    expect(provider.calls()).toHaveLength(3);
  });

  test('a signal of its own ends the call, and a host that does not answer fails as fetch does', async () => {
    await using provider = await fakeProvider({ faults: [{ fault: 'hang' }] });
    const seen: unknown[] = [];
    const model = async (_: object, call: ModelCall) => {
      await call.fetch(`${provider.app}/slow`, { signal: AbortSignal.timeout(30) }).catch((error: unknown) => seen.push(error));
      await call.fetch('http://127.0.0.1:9/').catch((error: unknown) => seen.push(error));
      return 'done';
    };
    const clock = { now: Date.now, monotonic: () => performance.now(), sleep: async () => undefined };
    const impatient = createTouchstone({
      plugins: [definePlugin({ name: 'clock', register: (registry) => registry.provide(Symbol.for('touchstone.clock'), clock) })],
    });
    await impatient.evaluate({ data: data(1), model, extraMetrics: [length] });
    expect(seen[0]).toMatchObject({ name: 'TimeoutError' });
  });
});

/** Time that passes quickly: a minute with every look at it. */
function quick(): () => number {
  let now = 0;
  return () => (now += 60_000);
}
