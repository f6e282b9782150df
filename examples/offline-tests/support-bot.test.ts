import { join } from 'node:path';
import { createTouchstone, latency } from '@touchstone/core';
import { rougeL } from '@touchstone/metric-rouge';
import openai from '@touchstone/model-openai';
import { evaluationsOf, matchers } from '@touchstone/testing/vitest';
import { expect, test } from 'vitest';
import { questions, supportBot } from './support-bot.ts';

expect.extend(matchers);
const evaluation = evaluationsOf(createTouchstone({ plugins: [openai()] }));

evaluation('the support bot says what it should', {
  data: questions,
  model: supportBot,
  inputs: 'question',
  targets: 'expected',
  extraMetrics: [rougeL({ tokenizer: 'unicode' }), latency()],
  cassette: join(import.meta.dirname, 'support-bot.cassette.jsonl'),
  atLeast: { 'rougeL/v1/mean': 0.6 },
});

test('a single text is scored by a matcher', async () => {
  const output = 'You have 14 days to return it.';
  await expect(output).toScore(rougeL(), { targets: 'You have 14 days to return a book.', atLeast: 0.5 });
});
