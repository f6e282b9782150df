import { createTouchstone, type Metric } from '@touchstone/core';
import { describe, expect, test } from 'vitest';
import text, {
  bleu,
  chrf,
  chrfpp,
  contains,
  exactMatch,
  jsonEquality,
  jsonSchemaValidation,
  jsonValidity,
  lengthRatio,
  levenshteinDistance,
  levenshteinSimilarity,
  regexMatch,
  sacrebleu,
  ter,
} from './index.ts';

test('every metric is there by name', () => {
  const { metrics } = createTouchstone({ plugins: [text()] }).registrations;
  expect([...metrics.keys()].filter((name) => metrics.get(name)?.plugin === '@touchstone/metric-text')).toEqual([
    'exact_match',
    'contains',
    'regex_match',
    'levenshtein_distance',
    'levenshtein_similarity',
    'length_ratio',
    'json_validity',
    'json_equality',
    'json_schema_validation',
    'bleu',
    'sacrebleu',
    'chrf',
    'chrfpp',
    'ter',
  ]);
  for (const [name, { value }] of metrics) expect(value.make().name).toBe(name);
});

describe('a worker thread makes it again from its spec', () => {
  const metrics: readonly Metric[] = [
    exactMatch({ ignoreCase: true }),
    contains(),
    contains({ needles: ['a', 'b'], mode: 'any' }),
    regexMatch(),
    regexMatch({ pattern: 'a|b', flags: 'i' }),
    levenshteinDistance({ unit: 'grapheme' }),
    levenshteinSimilarity(),
    lengthRatio({ unit: 'word' }),
    jsonValidity({ allowCodeFence: true }),
    jsonEquality({ numberTolerance: 0.1 }),
    jsonSchemaValidation(),
    jsonSchemaValidation({ schema: { type: 'object' } }),
    bleu({ tokenizer: 'char' }),
    sacrebleu({ smoothMethod: 'floor', smoothValue: 0.2, effectiveOrder: false }),
    chrf({ beta: 3 }),
    chrfpp({ whitespace: true }),
    ter({ normalized: true }),
  ];

  test.each(metrics.map((metric) => [metric.signature, metric] as const))('%s', async (_, metric) => {
    const module = await import(metric.origin?.url ?? '');
    const again: Metric = module[metric.spec?.export ?? ''](metric.spec?.options ?? undefined);
    expect(again.signature).toBe(metric.signature);
    expect(again.needs.map(({ name }) => name)).toEqual(metric.needs.map(({ name }) => name));
  });
});
