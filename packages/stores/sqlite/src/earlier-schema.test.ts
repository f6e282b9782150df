import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { text } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import type { Annotation, RunStore } from '@touchstone/core';
import { sampleCall, sampleRun, temporaryFolder } from '@touchstone/testing';
import { describe, expect, it } from 'vitest';
import { checkStore, salvageStore, sqlite } from './index.ts';

const [FINISHED, INTERRUPTED, CHILD] = ['a'.repeat(32), 'b'.repeat(32), 'c'.repeat(32)];

// What make-store.mjs has written.
describe.each([
  { schema: 1, runs: 2 },
  { schema: 2, runs: 3 },
  { schema: 3, runs: 3 },
])('a store of schema $schema', ({ schema, runs }) => {
  const storeOfEarlier = (): string => storeOfSchema(schema);

  it('is read as it is, and not changed by that', async () => {
    const file = storeOfEarlier();
    const before = readFileSync(file);
    {
      await using store = sqlite(file);
      await expectAllOfIt(store);
      expect(await store.catalog.annotations(FINISHED, 1)).toEqual([]);
      expect(await Array.fromAsync((await store.catalog.reader(FINISHED, 1)).superseded())).toEqual([]);
      expect(await store.catalog.find({ parent: FINISHED })).toHaveLength(runs - 2);
      expect(await store.calls(FINISHED).find({ row: 'k0' })).toEqual([]);
      if (schema === 1) {
        expect(await store.cache?.stats()).toEqual({ entries: 0, bytes: 0, hits: 0, byService: [] });
        expect(await store.cache?.clear({ service: 'fake:/one' })).toBe(0);
      } else await expectWhatSchema2Brought(store);
      if (schema === 3) await expectWhatSchema3Brought(store);
      expect(await store.catalog.logged([FINISHED])).toEqual(new Map());
      expect(await store.catalog.registered()).toEqual([]);
    }
    expect(checkStore(file)).toMatchObject({ ok: true, schema, knownSchema: 4, runs });
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it('is read by a user who may not write it', async () => {
    const file = storeOfEarlier();
    chmodSync(file, 0o444);
    chmodSync(join(file, '..'), 0o555);
    const script = join(import.meta.dirname, '__fixtures__', 'store-process.mjs');
    const { stdout } = spawnSync(process.execPath, [script, file, 'read', FINISHED], { encoding: 'utf8' });
    chmodSync(join(file, '..'), 0o777);
    const said = stdout.trim().split('\n');
    expect(said.map((line) => JSON.parse(line))).toEqual([runs, 1, false, expect.objectContaining({ code: 'store-read-only' })]);
  });

  it('is saved when it is damaged, as one of the newest schema', async () => {
    const file = storeOfEarlier();
    const database = new DatabaseSync(file);
    const page = database.prepare("SELECT pageno FROM dbstat WHERE name = 'run'").get()?.pageno;
    database.close();
    const bytes = readFileSync(file);
    writeFileSync(file, bytes.fill(0, (Number(page) - 1) * 4096, Number(page) * 4096));
    const { to, runs: saved, lostRuns } = salvageStore(file);
    expect(saved.slice(0, 1)).toMatchObject([{ id: FINISHED, name: 'salvaged aaaaaa', status: 'incomplete' }]);
    // It had no evaluation yet: all of it was its record.
    expect(lostRuns).toEqual([INTERRUPTED]);
    expect(checkStore(to)).toMatchObject({ ok: true, schema: 4, runs: runs - 1 });
    await using store = sqlite(to);
    expect((await Array.fromAsync((await store.catalog.reader(FINISHED, 1)).rows())).flat()).not.toEqual([]);
  });

  it('is brought to the newest schema by the first write, with everything in it, for readers that are open as well', async () => {
    const file = storeOfEarlier();
    await using reading = sqlite(file);
    await expectAllOfIt(reading);
    expect(await reading.catalog.annotations(FINISHED, 1)).toEqual([]);
    await using store = sqlite(file);
    await expectAllOfIt(store);
    const before = await store.catalog.find({ parent: FINISHED });

    const child = sampleRun({ parent: FINISHED, params: { 모델: '작은 것' } });
    await (await store.catalog.create(child))[Symbol.asyncDispose]();
    const annotation: Annotation = { evaluation: 1, ordinal: 0, trial: 0, name: '어조', value: '좋음', author: '김', at: 1 };
    await store.catalog.annotate(FINISHED, [annotation]);

    const version = await store.catalog.register({ name: '모델', run: FINISHED, model: 'model', at: 1 });
    for (const either of [store, reading]) {
      expect(await either.catalog.registered()).toEqual([{ name: '모델', versions: [version], aliases: {} }]);
      expect(await either.catalog.find({ parent: FINISHED })).toEqual([...before, child]);
      expect(await either.catalog.annotations(FINISHED, 1)).toEqual([annotation]);
    }
    await using run = await store.catalog.open(FINISHED);
    await run.logMetrics([{ name: '손실', value: 0.5, step: 0, at: 1 }]);
    expect((await reading.catalog.logged([FINISHED])).get(FINISHED)?.metrics).toHaveLength(1);
    const [record] = await store.catalog.evaluations(FINISHED);
    if (record === undefined) throw new Error('The evaluation is gone.');
    const journal = await run.journal(1, record.plan);
    expect(await journal.revise({ supersede: { failed: true } })).toBe(3);
    const left = (await Array.fromAsync((await reading.catalog.reader(FINISHED, 1)).superseded())).flat();
    expect(left.map(({ entry, signature }) => [entry.type, signature])).toEqual([
      ['prediction', undefined],
      ['score', 'rougeL/v1|옵션'],
      ['score', 'judge/v1|옵션'],
    ]);
    expect(checkStore(file)).toMatchObject({ ok: true, schema: 4, runs: runs + 1 });
  });

  it('is whole after a crash at any moment of being brought to the newest schema', { timeout: 300_000 }, async () => {
    for (let number = 0; ; number++) {
      const file = storeOfEarlier();
      const script = join(import.meta.dirname, '__fixtures__', 'migrate-process.mjs');
      const child = spawn(process.execPath, [script, file, `${number}`], { stdio: ['ignore', 'pipe', 'inherit'] });
      const [[, signal], said] = await Promise.all([once(child, 'exit'), text(child.stdout)]);
      const survived = said === 'migrated';
      expect(signal).toBe(survived ? null : 'SIGKILL');
      expect(checkStore(file)).toMatchObject({ ok: true, schema: survived ? 4 : schema, runs });
      await using store = sqlite(file);
      await expectAllOfIt(store);
      await (await store.catalog.create(sampleRun({ parent: INTERRUPTED })))[Symbol.asyncDispose]();
      expect(checkStore(file)).toMatchObject({ ok: true, schema: 4, runs: runs + 1 });
      await expectAllOfIt(store);
      if (survived) {
        // A transaction of that many statements was interrupted before each of them.
        expect(number).toBeGreaterThan({ 1: 24, 2: 10, 3: 5 }[schema] ?? 0);
        return;
      }
    }
  });
});

function storeOfSchema(schema: number): string {
  const file = join(temporaryFolder(), '옛 저장소.db');
  const packed = readFileSync(join(import.meta.dirname, '__fixtures__', `schema-${schema}.db.gz`));
  writeFileSync(file, gunzipSync(packed));
  return file;
}

/** Of the store that was written with it. */
async function expectWhatSchema2Brought(store: RunStore): Promise<void> {
  expect(await store.catalog.find({ parent: FINISHED })).toMatchObject([{ id: CHILD, params: { 온도: '0.7' } }]);
  const said = { evaluation: 1, ordinal: 0, trial: 0, name: '어조', value: '좋음', author: '김', at: 1 };
  expect(await store.catalog.annotations(CHILD, 1)).toEqual([said]);
  const left = (await Array.fromAsync((await store.catalog.reader(CHILD, 1)).superseded())).flat();
  expect(left.map(({ signature }) => signature)).toEqual(['judge/v1|옵션', 'judge/v1|옵션']);
  expect(await store.cache?.stats()).toMatchObject({ entries: 1, byService: [{ service: 'fake:/one' }] });
}

/** Of the store that was written with it. */
async function expectWhatSchema3Brought(store: RunStore): Promise<void> {
  const sent = { row: 'k0', trial: 0, repeat: 0, identity: { provider: 'fake' }, request: { q: '어디?' } };
  for (const row of ['k0', 'k5']) {
    expect(await store.calls(CHILD).find({ row })).toMatchObject([{ key: '자식', answer: { text: '대구' }, record: { sent } }]);
  }
}

async function expectAllOfIt(store: RunStore): Promise<void> {
  expect(await store.catalog.find({ idPrefix: INTERRUPTED })).toEqual([
    {
      id: INTERRUPTED,
      name: 'quiet-otter',
      experiment: 'other',
      status: 'interrupted',
      reason: 'Stopped by Ctrl-C.',
      startedAt: 1_790_000_002_000,
      tags: {},
      provenance: {},
    },
  ]);
  expect(await store.catalog.find({ key: 'nightly' })).toEqual([
    {
      id: FINISHED,
      name: '끝난 실행',
      experiment: 'default',
      key: 'nightly',
      status: 'finished',
      startedAt: 1_790_000_000_000,
      endedAt: 1_790_000_001_000,
      tags: { git: 'abc' },
      origin: { argv: ['run', '질문.jsonl'] },
      provenance: { node: '24.0.0' },
    },
  ]);
  const [evaluation] = await store.catalog.evaluations(FINISHED);
  expect(evaluation).toMatchObject({
    index: 1,
    plan: { trials: 2, metrics: [{ signature: 'rougeL/v1|옵션' }, { signature: 'judge/v1|옵션' }], fingerprint: 'f'.repeat(64) },
    snapshot: { metrics: { 'rougeL/v1/mean': 0.30000000000000004 } },
  });
  const reader = await store.catalog.reader(FINISHED, 1);
  const failed = (message: string) => ({ code: 'provider', message, retryable: true });
  expect(await reader.stored(0, 10)).toEqual([
    {
      ordinal: 0,
      key: 'k0',
      row: { question: '수도는?\u0000\ud800', n: 0.1 },
      cluster: '지리',
      trials: [
        {
          trial: 0,
          prediction: { columns: { answer: '서울' }, main: 'answer', latencyMs: 12.5, finish: 'stop' },
          scores: new Map<number, unknown>([
            [0, { status: 'scored', value: -0 }],
            [1, { status: 'scored', value: '좋음', justification: '맞다', flags: ['a-b'] }],
          ]),
        },
        {
          trial: 1,
          prediction: { failed: failed('시간 초과') },
          scores: new Map<number, unknown>([
            [0, { status: 'failed', error: failed('예측이 없다') }],
            [1, { status: 'skipped', code: 'not-applicable', reason: '해당 없음' }],
          ]),
        },
      ],
    },
    { ordinal: 5, key: 'k5', row: { question: null }, trials: [] },
  ]);
  expect((await Array.fromAsync(reader.scores())).flat().at(0)?.statistics).toEqual([-0, 1 / 3]);
  const calls = store.calls(FINISHED);
  const answered = { service: sampleCall().service, attempts: 2, latencyMs: 12.5 };
  const entry = { key: '키', answer: { text: '서울' }, record: answered };
  expect(await calls.find({ keys: ['키'] })).toMatchObject([entry]);
  expect((await Array.fromAsync(calls.entries())).flat()).toMatchObject([entry]);
  expect(await calls.claim('키', new AbortController().signal)).toEqual({ hit: { text: '서울' } });
  expect(await calls.money()).toEqual({ settled: 0.5, reserved: 0.25 });
  expect(await calls.totals()).toMatchObject([{ service: sampleCall().service, calls: 1, attempts: 2, inputTokens: 10 }]);
}
