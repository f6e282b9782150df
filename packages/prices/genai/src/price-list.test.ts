import { createRequire } from 'node:module';
import { createTouchstone } from '@touchstone/core';
import { expect, test } from 'vitest';
import prices, { pricesOf } from './index.ts';

const { cache } = createRequire(import.meta.url);
const isLoaded = (): boolean => Object.keys(cache).some((file) => file.includes('genai-prices/dist'));

test('the list is loaded when a price is asked of it, and not before', () => {
  createTouchstone({ plugins: [prices()] });
  const list = pricesOf({ 'ours:/한국어': { input: 1, output: 2 } });
  expect(list.usd('ours:/한국어', { inputTokens: 1_000_000 })).toBe(1);
  expect(list.usd('theirs:/한국어', { inputTokens: 1_000_000 })).toBeUndefined();
  expect(isLoaded()).toBe(false);
  expect(list.usd('openai:/gpt-5-mini', { inputTokens: 1_000_000 })).toBeCloseTo(0.25, 10);
  expect(isLoaded()).toBe(true);
});
