// Records support-bot.cassette.jsonl again. So that this needs no key, the answers come from the fake provider; for those of the real
// model, set OPENAI_API_KEY and run the tests with TOUCHSTONE_CASSETTE_MODE=record instead.
import { join } from 'node:path';
import { createTouchstone, latency } from '@touchstone/core';
import openai from '@touchstone/model-openai';
import { fakeProvider } from '@touchstone/testing/fake-provider';
import { questions, supportBot } from './support-bot.ts';

const answers = [
  'You have 14 days to return it.',
  'Yes, we ship to all of Europe.',
  '배송은 보통 이틀이 걸립니다.',
  '네, 선물 포장은 무료입니다.',
];

await using provider = await fakeProvider({
  answers: { chat: ({ prompt }) => answers[questions.findIndex(({ question }) => prompt.includes(question))] },
});
globalThis.fetch = provider.fetch;

const results = await createTouchstone({ plugins: [openai({ apiKey: 'a key of nobody' })] }).evaluate({
  data: questions,
  model: supportBot,
  inputs: 'question',
  extraMetrics: [latency()],
  cassette: { file: process.argv[2] ?? join(import.meta.dirname, 'support-bot.cassette.jsonl'), mode: 'record' },
});
console.log(`Recorded ${results.usage.calls} calls.`);
