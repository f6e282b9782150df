import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chat, checkCassette, createTouchstone, metric } from '@touchstone/core';
import { fakeProvider } from '@touchstone/testing/fake-provider';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import openai from './index.ts';

const KEY = 'sk-canary-0123456789abcdef';
const length = metric('length', ({ predictions }) => String(predictions).length);
afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

const image = 'iVBORw0KGgo'.repeat(600);
const request = {
  data: [
    { question: '대한민국의 수도는?', expected: '서울' },
    { question: 'What makes bread rise?', expected: 'Yeast' },
    { question: '𠮷野家は?', expected: '牛丼' },
  ],
  inputs: 'question',
  targets: 'expected',
  trials: 2,
  model: chat('openai:/gpt-5-mini', {
    messages: [
      { role: 'system', content: '한 문장으로 답하세요.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: '{question}' },
          { type: 'image', mediaType: 'image/png', data: image },
        ],
      },
    ],
    parameters: { maxOutputTokens: 2000 },
  }),
  extraMetrics: [length, 'latency'],
} as const;

test('an evaluation that was recorded is replayed with no server and no key, to the same digit', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cassette-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, '녹음.jsonl');
  const touchstone = createTouchstone({ plugins: [openai()] });
  const provider = await fakeProvider({
    answers: { chat: ({ prompt, number }) => `${number}: 답 ${prompt}` },
    faults: [{ fault: 'server-error', on: [2] }],
  });
  vi.stubEnv('OPENAI_API_KEY', KEY);
  // The adapter's own address, so that it insists on a key.
  vi.stubEnv('OPENAI_BASE_URL', '');
  vi.stubGlobal('fetch', provider.fetch);
  const recorded = await touchstone.evaluate({ ...request, cassette: { file, mode: 'record' } });
  expect(recorded.usage).toMatchObject({ calls: 6, cachedCalls: 0, retries: 1 });
  expect(provider.counts().byStatus).toMatchObject({ 200: 6, 500: 1 });
  await provider[Symbol.asyncDispose]();

  vi.stubEnv('OPENAI_API_KEY', '');
  const sent = vi.fn();
  vi.stubGlobal('fetch', sent);
  const replayed = await touchstone.evaluate({ ...request, cassette: { file, mode: 'replay' } });
  expect(replayed.run.status).toBe('finished');
  expect(sent).not.toHaveBeenCalled();
  expect(replayed.metrics['latency/mean']).toBe(recorded.metrics['latency/mean']);
  expect(replayed.usage).toMatchObject({ calls: 0, cachedCalls: 6, cost: { usd: 0 } });
  const rowsOf = async (results: typeof recorded) =>
    (await Array.fromAsync(results.rows())).map(({ columns, trial, scores }) => [columns.outputs, trial, scores]);
  expect(await rowsOf(replayed)).toEqual(await rowsOf(recorded));
  expect(new Set((await rowsOf(replayed)).map(([answer]) => answer)).size).toBe(6);

  // The cassette, the image beside it, and what was used last.
  const written = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'));
  expect(written).toHaveLength(3);
  expect(written.join('\n')).not.toContain('canary');
  expect(await checkCassette(file)).toMatchObject({ calls: 6, problems: [] });

  // What is recorded needs no key in the mode of every day either.
  const daily = await touchstone.evaluate({ ...request, cassette: file });
  expect(daily.usage).toMatchObject({ calls: 0, cachedCalls: 6 });
});
