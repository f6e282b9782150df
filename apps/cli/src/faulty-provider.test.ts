import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { chat, createTouchstone, definePlugin, LOGGER, metric } from '@touchstone/core';
import openai from '@touchstone/model-openai';
import { sqlite } from '@touchstone/store-sqlite';
import { type FakeCall, type Fault, fakeProvider } from '@touchstone/testing/fake-provider';
import { expect, it } from 'vitest';
import { TestFolder } from './__fixtures__/test-folder.ts';

const ROWS = 10_000;
/** One request in five gets one of these, each with its share of all requests. */
const FAULTS: readonly { readonly fault: Fault; readonly share: number }[] = [
  { fault: { fault: 'rate-limit', headers: 'none' }, share: 0.05 },
  { fault: { fault: 'server-error' }, share: 0.05 },
  { fault: { fault: 'reset' }, share: 0.05 },
  { fault: { fault: 'truncated' }, share: 0.04 },
  // Until the time limit, so there are fewer of them.
  { fault: { fault: 'hang' }, share: 0.01 },
];

it('10,000 rows through a provider that fails every fifth call: each is scored once, and no call is repeated that was answered', async () => {
  await using provider = await fakeProvider({
    // The number tells the answers to one question apart: what is stored must be the one that was given.
    answers: {
      chat: ({ prompt, number, random }) => faultOf(random()) ?? `${prompt} · ${number}`,
    },
  });
  const file = join(new TestFolder().path, 'runs.db');
  {
    await using store = sqlite(file);
    const touchstone = createTouchstone({ plugins: [openai({ apiKey: 'key', baseUrl: provider.openai }), quiet], store });
    const results = await touchstone.evaluate({
      data: Array.from({ length: ROWS }, (_, n) => ({ id: n, inputs: `질문 ${n}` })),
      id: 'id',
      model: chat('openai:/gpt-5-mini', { messages: [{ role: 'user', content: '{inputs}' }] }),
      extraMetrics: [metric('length', ({ predictions }) => String(predictions).length)],
      limits: { concurrency: 256, attempts: 20, timeout: 5 },
    });
    expect(results.run.status).toBe('finished');
    expect(results.coverage.length).toEqual({ scored: ROWS, skipped: 0, failed: 0, reasons: {} });
  }

  const calls = Map.groupBy(provider.calls(), questionOf);
  expect(calls.size).toBe(ROWS);
  const answers = [...calls].map(([question, attempts]) => {
    const answered = attempts.filter(({ status, outcome }) => status === 200 && outcome === 'answered');
    expect(answered).toEqual([attempts.at(-1)]);
    return `${question} · ${answered[0]?.number}`;
  });
  using stored = new DatabaseSync(file, { readOnly: true });
  const column = (sql: string): readonly unknown[] =>
    stored
      .prepare(sql)
      .all()
      .map(({ value }) => value);
  const texts = column('SELECT columns AS value FROM prediction').map((json) => JSON.parse(String(json)).outputs);
  expect(texts.toSorted()).toEqual(answers.toSorted());
  expect(column('SELECT count(*) AS value FROM score WHERE kind = 0')).toEqual([ROWS]);
  expect(column('SELECT count(*) AS value FROM score')).toEqual([ROWS]);
  expect(column('SELECT count(*) AS value FROM call')).toEqual([ROWS]);
  expect(column('SELECT sum(attempts) AS value FROM call')).toEqual([provider.calls().length]);
  // It did fail as often, in each of the ways.
  const { total, byFault } = provider.counts();
  for (const { fault, share } of FAULTS) expect((byFault[fault.fault] ?? 0) / total).toBeCloseTo(share, 2);
}, 600_000);

/** @param draw uniform in [0, 1) */
function faultOf(draw: number): Fault | undefined {
  let below = 0;
  return FAULTS.find(({ share }) => {
    below += share;
    return draw < below;
  })?.fault;
}

const quiet = definePlugin({
  name: 'quiet',
  register: (registry) => registry.provide(LOGGER, { info: () => undefined, warn: () => undefined }),
});

/** The text of the request's only message. */
function questionOf({ body }: FakeCall): string {
  return /"content":"(질문 \d+)"/u.exec(JSON.stringify(body))?.[1] ?? '';
}
