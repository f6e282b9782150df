import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Entry, Journal, Json } from '@touchstone/core';
import { refusal, sampleCall, samplePlan, sampleRun, temporaryFolder } from '@touchstone/testing';
import { describe, expect, it } from 'vitest';
import { sqlite } from './index.ts';
import { openSqliteStore } from './sqlite-store.ts';

describe('a full disk', () => {
  it('refuses what does not fit, keeps all that was acknowledged, and refuses the rest of the run with the same error', async () => {
    const file = join(temporaryFolder(), 'runs.db');
    const { id } = sampleRun();
    {
      await using store = openSqliteStore(file, { maxPages: 60 });
      await using run = await store.catalog.create(sampleRun({ id }));
      const journal = await run.journal(1, samplePlan(1));
      let acknowledged = 0;
      const first = await refusal(async () => {
        for (;;) {
          await journal.append(rowAndScore(acknowledged));
          acknowledged++;
        }
      });
      expect(first).toMatchObject({
        code: 'store-full',
        kind: 'store',
        message: `The disk of ${file} is full: this was not stored, all before it was. Free some space, then resume the run.`,
      });
      expect(acknowledged).toBeGreaterThan(10);
      expect(await journal.size()).toBe(acknowledged);
      expect(await refusal(() => journal.append([{ type: 'row', ordinal: 9_999, key: 'small', row: {} }]))).toBe(first);
      expect(await refusal(() => journal.snapshot(null))).toBe(first);
      const claim = await store.calls(id).claim('key', new AbortController().signal);
      expect(claim.hit === undefined && (await refusal(() => claim.settle('answer', sampleCall())))).toBe(first);
      await run.update({ status: 'incomplete', reason: 'The disk is full.' });
      expect(await sizes(journal)).toEqual([acknowledged, acknowledged]);
    }
    // With room again, the run goes on where it was.
    await using store = sqlite(file);
    expect(await store.catalog.find({})).toMatchObject([{ status: 'incomplete', reason: 'The disk is full.' }]);
    await using run = await store.catalog.open(id);
    const journal = await run.journal(1, samplePlan(1));
    const before = await journal.size();
    await journal.append(rowAndScore(5_000));
    expect(await journal.size()).toBe(before + 1);
  });
});

describe('appends that are committed together', () => {
  it('do not share the fate of one that cannot be stored', async () => {
    await using store = sqlite(join(temporaryFolder(), 'runs.db'));
    await using run = await store.catalog.create(sampleRun());
    await using other = await store.catalog.create(sampleRun());
    const journal = await run.journal(1, samplePlan(1));
    const otherJournal = await other.journal(1, samplePlan(1));
    const settled = await Promise.allSettled([
      journal.append(rowAndScore(0)),
      journal.append([...rowAndScore(1), { type: 'row', ordinal: 2, key: 'k', row: { circle: circle() } }]),
      // No column takes a broken ordinal: this fails in the middle of the transaction that all of them share.
      otherJournal.append([...rowAndScore(3), { type: 'row', ordinal: 0.5, key: 'k', row: {} }]),
      journal.append(rowAndScore(4)),
    ]);
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
    expect((await journal.stored(0, 10)).map(({ ordinal }) => ordinal)).toEqual([0, 4]);
    expect(await sizes(otherJournal)).toEqual([0, 0]);
    await journal.append(rowAndScore(5));
    expect(await sizes(journal)).toEqual([3, 3]);
    expect((await refusal(() => otherJournal.append(rowAndScore(6)))).code).toBe('store-failed');
  });
});

describe('a file that another program has locked', () => {
  it('is waited for', async () => {
    const file = join(temporaryFolder(), 'runs.db');
    await using store = sqlite(file);
    await using run = await store.catalog.create(sampleRun());
    const journal = await run.journal(1, samplePlan(1));
    const other = new DatabaseSync(file);
    other.exec('BEGIN IMMEDIATE');
    const appending = journal.append(rowAndScore(0));
    expect(await Promise.race([appending, later('still waiting')])).toBe('still waiting');
    expect(await journal.size()).toBe(0);
    other.exec('ROLLBACK');
    await appending;
    expect(await journal.size()).toBe(1);
    other.close();
  });

  it('is given up when it stays locked, with what to do', async () => {
    const file = join(temporaryFolder(), 'runs.db');
    await using store = openSqliteStore(file, { lockPatience: 30 });
    await using run = await store.catalog.create(sampleRun());
    const journal = await run.journal(1, samplePlan(1));
    const other = new DatabaseSync(file);
    other.exec('BEGIN IMMEDIATE');
    expect(await refusal(() => journal.append(rowAndScore(0)))).toMatchObject({
      code: 'store-locked',
      kind: 'store',
      message: `${file} has been locked by another program for 0.03 s. Close what holds it open for writing (a database browser, a backup), then resume the run.`,
    });
    other.close();
    expect(await journal.size()).toBe(0);
  });
});

describe('a deleted run', () => {
  it('leaves nothing behind in the file', async () => {
    const file = join(temporaryFolder(), 'runs.db');
    await using store = sqlite(file);
    const { id } = sampleRun();
    {
      await using run = await store.catalog.create(sampleRun({ id }));
      const prediction: Entry = {
        type: 'prediction',
        ordinal: 0,
        trial: 0,
        result: { columns: { a: 'b' }, main: 'a', latencyMs: 1 },
      };
      const journal = await run.journal(1, samplePlan(1));
      await journal.append([...rowAndScore(0), prediction]);
      await store.catalog.annotate(id, [
        { evaluation: 1, ordinal: 0, trial: 0, name: '어조', value: '좋음', author: '김', at: 1 },
      ]);
      await journal.revise({ supersede: { ordinals: [0] } });
      await journal.append([...rowAndScore(0), prediction]);
      const claim = await store.calls(id).claim('key', new AbortController().signal);
      if (claim.hit === undefined) await claim.settle('answer', sampleCall());
    }
    const counts = (): readonly unknown[] => {
      const database = new DatabaseSync(file, { readOnly: true });
      const ofRevisions = ['revision', 'annotation', 'superseded_row', 'superseded_prediction', 'superseded_score'];
      const tables = ['run', 'evaluation', 'row', 'prediction', 'score', 'call', ...ofRevisions];
      const rows = tables.map((table) => database.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.n);
      database.close();
      return rows;
    };
    expect(counts()).toEqual(Array(11).fill(1));
    await store.catalog.delete(id);
    expect(counts()).toEqual(Array(11).fill(0));
  });
});

function rowAndScore(ordinal: number): readonly Entry[] {
  return [
    { type: 'row', ordinal, key: `k${ordinal}`, row: { text: 'x'.repeat(1_000) } },
    { type: 'score', ordinal, trial: 0, metric: 0, score: { status: 'scored', value: 1 } },
  ];
}

async function sizes(journal: Journal): Promise<readonly [rows: number, scores: number]> {
  return [await journal.size(), (await Array.fromAsync(journal.scores())).flat().length];
}

/** Resolves after many turns of the event loop. */
async function later<T>(value: T): Promise<T> {
  for (let turn = 0; turn < 100; turn++) await new Promise((resolve) => setImmediate(resolve));
  return value;
}

/** What JSON cannot hold. */
function circle(): Json {
  const object: Record<string, Json> = {};
  object.self = object;
  return object;
}
