import { createTouchstone, type LanguageModel, metric } from '@touchstone/core';
import { describe, expect, test } from 'vitest';
import prices, { pricesOf } from './index.ts';

const million = { inputTokens: 1_000_000, outputTokens: 1_000_000 };

describe('prices', () => {
  // As the providers published them for these models in 2025.
  test.each([
    ['openai:/gpt-5-mini', million, 0.25 + 2],
    ['openai:/gpt-5-mini', { inputTokens: 1_000_000, cachedTokens: 500_000, outputTokens: 0 }, 0.125 + 0.0125],
    ['anthropic:/claude-sonnet-4-5', { inputTokens: 100_000, outputTokens: 1_000 }, 0.3 + 0.015],
    ['azure-openai:/gpt-4o', million, 2.5 + 10],
    ['google:/gemini-2.5-flash', million, 0.3 + 2.5],
    ['groq:/llama-3.3-70b-versatile', million, 0.59 + 0.79],
    ['xai:/grok-4', { inputTokens: 100_000, outputTokens: 1_000 }, 0.3 + 0.015],
    ['openai:/text-embedding-3-small', { inputTokens: 1_000_000 }, 0.02],
  ])('%s', (service, usage, usd) => {
    expect(pricesOf({}).usd(service, usage)).toBeCloseTo(usd, 10);
  });

  test.each(['openai:/no-such-model', 'ours:/gpt-5-mini', 'http://host/v1', 'huggingface:/someone/something'])(
    'of %s are not known, and never 0',
    (service) => {
      expect(pricesOf({}).usd(service, million)).toBeUndefined();
    },
  );

  test('of one’s own win', () => {
    const ours = pricesOf({ 'openai:/gpt-5-mini': { input: 1, output: 2, cachedInput: 0.5 } });
    expect(ours.usd('openai:/gpt-5-mini', { inputTokens: 2_000_000, cachedTokens: 1_000_000, outputTokens: 500_000 })).toBe(2.5);
  });

  test('that are none are refused', () => {
    expect(() => pricesOf({ 'a:/b': { input: -1, output: 0 } })).toThrow("'input' of 'a:/b' must be dollars a million tokens");
  });
});

test('a run says what it has cost', async () => {
  const model: LanguageModel = {
    kind: 'language',
    id: 'openai:/gpt-5-mini',
    identity: 'fake',
    scopes: async () => [],
    estimate: () => ({ inputTokens: 1_000, outputTokens: 1_000 }),
    send: async () => ({ value: { text: 'x' }, usage: { inputTokens: 1_000, outputTokens: 500 }, finish: 'stop' }),
  };
  const touchstone = createTouchstone({ plugins: [prices()] });
  const request = { data: ['a', 'b'], model, extraMetrics: [metric('one', () => 1)] };
  const plan = await touchstone.plan(request);
  expect(plan.services[0]?.estimate).toMatchObject({
    calls: 2,
    inputTokens: 2_000,
    usd: [expect.any(Number), expect.closeTo(0.0045, 10)],
  });
  expect((await touchstone.evaluate(request)).usage.cost.usd).toBeCloseTo(2 * (0.00025 + 0.001), 12);
});
