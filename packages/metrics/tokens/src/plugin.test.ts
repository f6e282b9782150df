import { createTouchstone, type Metric } from '@touchstone/core';
import { expect, test } from 'vitest';
import tokens, { characterCount, graphemeCount, tokenCount, wordCount } from './index.ts';

test('every metric is there by name', () => {
  const { metrics } = createTouchstone({ plugins: [tokens()] }).registrations;
  const names = ['token_count', 'word_count', 'character_count', 'grapheme_count'];
  expect([...metrics.keys()].filter((name) => metrics.get(name)?.plugin === '@touchstone/metric-tokens')).toEqual(names);
  for (const name of names) expect(metrics.get(name)?.value.make().name).toBe(name);
});

test('a plug-in’s options hold for presets, and for a name that brings none', () => {
  const touchstone = createTouchstone({ plugins: [tokens({ model: 'openai:/gpt-5' })] });
  const signatureOf = (options?: Parameters<typeof touchstone.metric>[1]) => touchstone.metric('token_count', options).signature;
  expect(signatureOf()).toBe('token_count|encoding:o200k_base');
  expect(signatureOf({ name: 'other' })).toBe('token_count|encoding:o200k_base');
  expect(signatureOf({ encoding: 'gpt2' })).toBe('token_count|encoding:r50k_base');
  expect(() => tokens({ encoding: 'o200k-base' as never })).toThrow(
    "token_count: there is no encoding 'o200k-base'. Did you mean 'o200k_base'?",
  );
});

test.each<[string, Metric]>([
  ['token_count', tokenCount({ model: 'gpt-4' })],
  ['word_count', wordCount()],
  ['character_count', characterCount({ name: 'length' })],
  ['grapheme_count', graphemeCount()],
])('a worker thread makes %s again from its spec', async (_, metric) => {
  const module = await import(metric.origin?.url ?? '');
  const again: Metric = module[metric.spec?.export ?? ''](metric.spec?.options ?? undefined);
  expect(again.signature).toBe(metric.signature);
});
