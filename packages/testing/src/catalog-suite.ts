import { type RunRecord, type RunStore, TouchstoneError } from '@touchstone/core';
import { describe, expect, it } from 'vitest';
import { refusal } from './refusal.ts';
import { HOSTILE_TEXTS, sampleCall, samplePlan, sampleRun } from './sample-run.ts';
import type { MakeStore } from './store-conformance.ts';

export function catalogSuite(make: MakeStore): void {
  describe('runs', () => {
    it('has none at first, and nothing to say about unknown ones', async () => {
      await using store = await make();
      const { id } = sampleRun();
      expect(await store.catalog.find({})).toEqual([]);
      expect(await store.catalog.leased(id)).toBe(false);
      for (const asking of [
        () => store.catalog.open(id),
        () => store.catalog.evaluations(id),
        () => store.catalog.reader(id, 1),
        () => store.catalog.delete(id),
        () => store.calls(id).claim('key', new AbortController().signal),
      ]) {
        const error = await refusal(asking);
        expect(error.code).toBe('run-not-found');
        expect(error.message).toContain(id);
      }
    });

    it('gives a record back as it was created', async () => {
      await using store = await make();
      for (const text of HOSTILE_TEXTS) {
        const record = sampleRun({
          name: text,
          experiment: text,
          key: text,
          reason: text,
          status: 'incomplete',
          endedAt: 1_790_000_000_123,
          tags: { [text]: text },
          params: { [text]: text },
          parent: text,
          origin: { argv: [text], nested: { deep: [null, true, 1e-300] } },
          provenance: { core: text },
        });
        await using _run = await store.catalog.create(record);
        expect(await store.catalog.find({ idPrefix: record.id })).toEqual([record]);
      }
    });

    it('refuses a second run with the same id, and an id that is none', async () => {
      await using store = await make();
      const record = sampleRun();
      await using run = await store.catalog.create(record);
      await run[Symbol.asyncDispose]();
      expect((await refusal(() => store.catalog.create(record))).code).toBe('run-exists');
      expect(await store.catalog.leased(record.id)).toBe(false);
      expect((await refusal(() => store.catalog.create(sampleRun({ id: '../../etc/passwd' })))).code).toBe('run-id');
    });

    it('replaces reason and end with the status, and keeps what an update does not name', async () => {
      await using store = await make();
      const record = sampleRun({ tags: { git: 'abc' } });
      await using run = await store.catalog.create(record);
      const stored = async (): Promise<RunRecord | undefined> => (await store.catalog.find({}))[0];
      await run.update({ status: 'interrupted', reason: 'Stopped by Ctrl-C.', endedAt: 5 });
      expect(await stored()).toEqual({ ...record, status: 'interrupted', reason: 'Stopped by Ctrl-C.', endedAt: 5 });
      await run.update({ name: 'renamed' });
      expect(await stored()).toMatchObject({ name: 'renamed', status: 'interrupted', reason: 'Stopped by Ctrl-C.', endedAt: 5 });
      await run.update({ status: 'running', tags: { a: 'b' } });
      expect(await stored()).toEqual({ ...record, name: 'renamed', status: 'running', tags: { a: 'b' } });
    });

    it('has parameters when they are given, and replaces them as a whole', async () => {
      await using store = await make();
      await using run = await store.catalog.create(sampleRun());
      const stored = async () => (await store.catalog.find({}))[0]?.params;
      expect(await stored()).toBeUndefined();
      await run.update({ params: { 모델: '작은 것', prompt: '7' } });
      await run.update({ name: 'renamed' });
      expect(await stored()).toEqual({ 모델: '작은 것', prompt: '7' });
      await run.update({ params: { prompt: '8' } });
      expect(await stored()).toEqual({ prompt: '8' });
      await run.update({ params: {} });
      expect(await stored()).toEqual({});
    });

    it('finds the children of a run, also when the parent was deleted', async () => {
      await using store = await make();
      const parent = sampleRun();
      const children = [1, 2].map((startedAt) => sampleRun({ startedAt, parent: parent.id, params: { cell: `${startedAt}` } }));
      const records = [parent, ...children, sampleRun({ parent: 'f'.repeat(32) }), sampleRun()];
      for (const record of records) await (await store.catalog.create(record))[Symbol.asyncDispose]();
      expect(await store.catalog.find({ parent: parent.id })).toEqual(children.toReversed());
      expect(await store.catalog.find({ parent: parent.id, limit: 1 })).toEqual(children.slice(1));
      expect(await store.catalog.find({ parent: '%' })).toEqual([]);
      await store.catalog.delete(parent.id);
      expect(await store.catalog.find({ parent: parent.id })).toEqual(children.toReversed());
    });

    it('finds by key, name, experiment, prefix and status, the newest first', async () => {
      await using store = await make();
      const records = [
        sampleRun({ id: `aa${'0'.repeat(30)}`, startedAt: 100, key: 'nightly', status: 'finished' }),
        sampleRun({ id: `ab${'0'.repeat(30)}`, startedAt: 300, key: 'nightly', status: 'running', experiment: 'other' }),
        sampleRun({ id: `b0${'0'.repeat(30)}`, startedAt: 200, name: 'loud-heron', status: 'failed' }),
        // Started in the same millisecond as the one before, created after it: the newer of the two.
        sampleRun({ id: `b1${'0'.repeat(30)}`, startedAt: 200, key: '%', status: 'incomplete' }),
      ];
      for (const record of records) await (await store.catalog.create(record))[Symbol.asyncDispose]();
      const found = async (query: Parameters<RunStore['catalog']['find']>[0]): Promise<readonly string[]> =>
        (await store.catalog.find(query)).map(({ id }) => id.slice(0, 2));
      expect(await found({})).toEqual(['ab', 'b1', 'b0', 'aa']);
      expect(await found({ limit: 2 })).toEqual(['ab', 'b1']);
      expect(await found({ limit: 0 })).toEqual([]);
      expect(await found({ key: 'nightly' })).toEqual(['ab', 'aa']);
      expect(await found({ key: '%' })).toEqual(['b1']);
      expect(await found({ key: 'night' })).toEqual([]);
      expect(await found({ idPrefix: 'a' })).toEqual(['ab', 'aa']);
      expect(await found({ idPrefix: '%' })).toEqual([]);
      expect(await found({ name: 'loud-heron' })).toEqual(['b0']);
      expect(await found({ experiment: 'default' })).toEqual(['b1', 'b0', 'aa']);
      expect(await found({ statuses: ['running', 'failed'] })).toEqual(['ab', 'b0']);
      expect(await found({ statuses: [] })).toEqual([]);
      expect(await found({ key: 'nightly', statuses: ['finished', 'running'], limit: 1 })).toEqual(['ab']);
    });
  });

  describe('leases', () => {
    it('lets one writer at a time have a run', async () => {
      await using store = await make();
      const { id } = sampleRun();
      const run = await store.catalog.create(sampleRun({ id }));
      expect(await store.catalog.leased(id)).toBe(true);
      const error = await refusal(() => store.catalog.open(id));
      expect(error.code).toBe('run-locked');
      expect(error.message).toContain(id);
      await run[Symbol.asyncDispose]();
      expect(await store.catalog.leased(id)).toBe(false);
      await using again = await store.catalog.open(id);
      expect(again.id).toBe(id);
      expect(await store.catalog.leased(id)).toBe(true);
    });

    it('does not let a disposed writer free the lease of the next', async () => {
      await using store = await make();
      const record = sampleRun();
      const first = await store.catalog.create(record);
      await first[Symbol.asyncDispose]();
      await using _second = await store.catalog.open(record.id);
      await first[Symbol.asyncDispose]();
      expect(await store.catalog.leased(record.id)).toBe(true);
    });

    it('keeps runs apart', async () => {
      await using store = await make();
      const [one, other] = [sampleRun(), sampleRun()];
      await using _one = await store.catalog.create(one);
      await (await store.catalog.create(other))[Symbol.asyncDispose]();
      expect(await store.catalog.leased(other.id)).toBe(false);
      await using _other = await store.catalog.open(other.id);
    });
  });

  describe('evaluations', () => {
    it('keeps the plan that an evaluation was started with, and its newest snapshot', async () => {
      await using store = await make();
      const record = sampleRun();
      await using run = await store.catalog.create(record);
      expect(await store.catalog.evaluations(record.id)).toEqual([]);
      const second = await run.journal(2, samplePlan(2));
      await run.journal(1, samplePlan(1));
      await run.journal(1, samplePlan(7));
      await second.snapshot({ metrics: { 'rouge1/v1/mean': 0.1 } });
      await second.snapshot({ metrics: { 'rouge1/v1/mean': 0.30000000000000004, tiny: 5e-324, texts: [...HOSTILE_TEXTS] } });
      expect(await store.catalog.evaluations(record.id)).toEqual([
        { index: 1, plan: samplePlan(1) },
        {
          index: 2,
          plan: samplePlan(2),
          snapshot: { metrics: { 'rouge1/v1/mean': 0.30000000000000004, tiny: 5e-324, texts: HOSTILE_TEXTS } },
        },
      ]);
      expect((await refusal(() => store.catalog.reader(record.id, 3))).code).toBe('evaluation-not-found');
    });
  });

  describe('deleting', () => {
    it('takes a run away with all of it, and nothing else', async () => {
      await using store = await make();
      const [gone, kept] = [sampleRun(), sampleRun()];
      for (const { id } of [gone, kept]) await fill(store, id);
      await store.catalog.delete(gone.id);
      expect((await store.catalog.find({})).map(({ id }) => id)).toEqual([kept.id]);
      expect((await refusal(() => store.catalog.reader(gone.id, 1))).code).toBe('run-not-found');
      expect(await (await store.catalog.reader(kept.id, 1)).size()).toBe(1);
      expect(await store.calls(kept.id).claim('key', new AbortController().signal)).toEqual({ hit: 'answer' });
      await using run = await store.catalog.create(sampleRun({ id: gone.id }));
      expect(await (await run.journal(1, samplePlan(1))).size()).toBe(0);
      expect(await store.calls(gone.id).claim('key', new AbortController().signal)).not.toHaveProperty('hit');
    });

    it('is refused while somebody works on the run', async () => {
      await using store = await make();
      const record = sampleRun();
      await using _run = await store.catalog.create(record);
      expect((await refusal(() => store.catalog.delete(record.id))).code).toBe('run-locked');
      expect(await store.catalog.find({})).toEqual([record]);
    });

    async function fill(store: RunStore, id: string): Promise<void> {
      await using run = await store.catalog.create(sampleRun({ id }));
      const journal = await run.journal(1, samplePlan(1));
      await journal.append([
        { type: 'row', ordinal: 0, key: 'k', row: { a: 1 } },
        { type: 'score', ordinal: 0, trial: 0, metric: 0, score: { status: 'scored', value: 1 } },
      ]);
      const claim = await store.calls(id).claim('key', new AbortController().signal);
      if (claim.hit !== undefined) throw new TouchstoneError('test', 'A new run knows an answer.');
      await claim.settle('answer', sampleCall());
    }
  });
}
