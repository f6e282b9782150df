import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type CallRecord, createTouchstone, type Entry, memoryStore, type RunStore } from '@touchstone/core';
import { refusal, sampleCall, samplePlan, sampleRun, temporaryFolder } from '@touchstone/testing';
import { describe, expect, it } from 'vitest';
import { sqlite } from './index.ts';
import { openSqliteStore } from './sqlite-store.ts';

const KINDS: readonly (readonly [string, () => RunStore])[] = [
  ['memory', () => memoryStore()],
  ['sqlite', () => sqlite(join(temporaryFolder(), '실행.db'))],
];

describe.each(KINDS)('a run exported from %s', (_, from) => {
  it.each(KINDS)('makes the same file again after it was imported into %s', async (__, to) => {
    await using source = createTouchstone({ store: from() });
    await using target = createTouchstone({ store: to() });
    const id = await restlessRun(source.store);
    const [file, again] = ['하나.zip', '둘.zip'].map((name) => join(temporaryFolder(), name)) as [string, string];
    await source.exportRun(id, file);
    // Others are there already, so that numbers differ.
    await restlessRun(target.store);
    await target.importRun(file);
    await target.exportRun(id, again);
    expect(readFileSync(again).equals(readFileSync(file))).toBe(true);
    expect(await target.importRun(file)).toMatchObject({ isNew: false });
    expect(await target.store.calls(id).totals()).toEqual(await source.store.calls(id).totals());
    expect(await target.store.calls(id).money()).toEqual({ settled: 0.5, reserved: 0.5 });
  });
});

it('an import into a full disk is refused and leaves nothing', async () => {
  await using source = createTouchstone({ store: memoryStore() });
  const id = await restlessRun(source.store);
  const file = join(temporaryFolder(), 'run.zip');
  await source.exportRun(id, file);
  const path = join(temporaryFolder(), 'runs.db');
  await sqlite(path).catalog.create(sampleRun());
  const pages = Number(new DatabaseSync(path, { readOnly: true }).prepare('PRAGMA page_count').get()?.page_count);
  await using target = createTouchstone({ store: openSqliteStore(path, { maxPages: pages }) });
  expect(await refusal(() => target.importRun(file))).toMatchObject({ code: 'store-full', kind: 'store' });
  expect(await target.store.catalog.find({ idPrefix: id })).toEqual([]);
});

it('an import waits for a program that keeps the store locked, and then gives up with nothing changed', async () => {
  await using source = createTouchstone({ store: memoryStore() });
  const id = await restlessRun(source.store);
  const file = join(temporaryFolder(), 'run.zip');
  await source.exportRun(id, file);
  const path = join(temporaryFolder(), 'runs.db');
  await using store = openSqliteStore(path, { lockPatience: 200 });
  await using target = createTouchstone({ store });
  await (await store.catalog.create(sampleRun()))[Symbol.asyncDispose]();
  const other = new DatabaseSync(path);
  other.exec('BEGIN IMMEDIATE');
  expect(await refusal(() => target.importRun(file))).toMatchObject({ code: 'store-locked' });
  other.exec('ROLLBACK');
  expect(await target.importRun(file)).toMatchObject({ isNew: true, run: { id } });
  other.close();
});

/** With everything that can be in a run; most of it long enough for several pages. */
async function restlessRun(store: RunStore): Promise<string> {
  const run = sampleRun({
    status: 'incomplete',
    reason: '멈췄다',
    tags: { 팀: '검색' },
    params: { 온도: '0' },
    origin: { b: [1], a: null },
  });
  await using writer = await store.catalog.create(run);
  for (const index of [1, 2]) {
    const journal = await writer.journal(index, samplePlan(2));
    const entries: Entry[] = [];
    for (let ordinal = 0; ordinal < 700; ordinal++) {
      const row = { question: `질문 ${ordinal}`, n: ordinal, 긴글: '가'.repeat(ordinal % 97) };
      const answer = { latencyMs: 1.25, main: 'answer', columns: { answer: `답 ${ordinal}` }, finish: 'stop' } as const;
      const failed = { message: '늦다', retryable: true, code: 'timeout' };
      entries.push(
        { type: 'row', ordinal, key: `k${ordinal}`, row, ...(ordinal % 2 === 0 ? { cluster: `무리 ${ordinal % 5}` } : {}) },
        { type: 'prediction', ordinal, trial: 0, result: ordinal % 10 === 3 ? { failed } : answer },
        {
          type: 'score',
          ordinal,
          trial: 0,
          metric: 0,
          score: { value: ordinal % 3 === 0 ? -0 : 0.1 * ordinal, status: 'scored', flags: ['a'] },
        },
        {
          type: 'score',
          ordinal,
          trial: 0,
          metric: 1,
          score: ordinal % 7 === 0 ? { error: failed, status: 'failed' } : { status: 'skipped', reason: '빈 칸', code: 'x' },
          statistics: [ordinal, -0],
        },
      );
    }
    await journal.append(entries);
    await journal.revise({ supersede: { failed: true } });
    await journal.revise({ supersede: { ordinals: [5, 6, 300] }, plan: samplePlan(2, { trials: 1 }) });
    await journal.snapshot({ metrics: { 'metric0/v1/mean': 0.5 } });
    await store.catalog.annotate(run.id, [
      { ordinal: 1, evaluation: index, trial: 0, name: '말투', value: -0, author: '김민지', at: 5, reason: '농담' },
      { evaluation: index, ordinal: 1, trial: 0, name: '말투', value: null, author: '김민지', at: 6 },
    ]);
  }
  const calls = store.calls(run.id);
  for (const [key, record] of Object.entries(CALLS)) {
    const claim = await calls.claim(key, new AbortController().signal);
    if (claim.hit === undefined) await claim.settle({ 답: [key, null] }, { ...sampleCall(), ...record });
  }
  await calls.reserve('하나', 0.25);
  await calls.reserve('둘', 0.25);
  return run.id;
}

const CALLS: Readonly<Record<string, Partial<CallRecord>>> = {
  z: { usage: { outputTokens: 0, inputTokens: 4 }, usd: 0.5, firstTokenMs: 3 },
  a: { attempts: 0, usage: {}, usd: 0 },
  가: { evaluation: 2, service: '모델:/하나', purpose: 'judge', waitMs: 0.125 },
};
