import type { Entry } from '@touchstone/core';
import { describe, expect, it } from 'vitest';
import { refusal } from './refusal.ts';
import { samplePlan, sampleRun } from './sample-run.ts';
import type { MakeStore } from './store-conformance.ts';

export function disposalSuite(make: MakeStore): void {
  describe('disposal', () => {
    it('of a run waits for what was appended, and refuses what comes after', async () => {
      await using store = await make();
      const record = sampleRun();
      const run = await store.catalog.create(record);
      const journal = await run.journal(1, samplePlan(1));
      const appending = journal.append([row(0)]);
      await run[Symbol.asyncDispose]();
      expect(await (await store.catalog.reader(record.id, 1)).size()).toBe(1);
      await appending;
      for (const writing of [
        () => journal.append([row(1)]),
        () => journal.snapshot(null),
        () => journal.revise({ supersede: { failed: true } }),
        () => run.update({ status: 'finished' }),
        () => run.journal(1, samplePlan(1)),
      ]) {
        const error = await refusal(writing);
        expect(error.code).toBe('run-closed');
        expect(error.message).toContain(record.id);
      }
      expect(await (await store.catalog.reader(record.id, 1)).size()).toBe(1);
    });

    it('of the store closes its runs, and can be repeated', async () => {
      const store = await make();
      const record = sampleRun();
      const run = await store.catalog.create(record);
      const journal = await run.journal(1, samplePlan(1));
      const appending = journal.append([row(0)]);
      await store[Symbol.asyncDispose]();
      await appending;
      await store[Symbol.asyncDispose]();
      expect((await refusal(() => journal.append([row(1)]))).code).toBe('run-closed');
      for (const asking of [
        () => store.catalog.find({}),
        () => store.catalog.create(sampleRun()),
        () => store.catalog.open(record.id),
        () => store.catalog.leased(record.id),
        () => store.catalog.annotations(record.id, 1),
        () => store.catalog.annotate(record.id, []),
        () => store.calls(record.id).claim('key', new AbortController().signal),
      ]) {
        expect((await refusal(asking)).code).toBe('store-closed');
      }
    });
  });
}

function row(ordinal: number): Entry {
  return { type: 'row', ordinal, key: `k${ordinal}`, row: {} };
}
