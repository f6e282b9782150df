import type { Entry, Journal, JournalReader, Plan, ScoreEntry, SupersededEntry } from '@touchstone/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyActions } from './arbitrary-entries.ts';
import { referenceHistory } from './reference-journal.ts';
import { HOSTILE_TEXTS, samplePlan, sampleRun } from './sample-run.ts';
import type { MakeStore } from './store-conformance.ts';

export function revisionSuite(make: MakeStore): void {
  describe('revisions', () => {
    it('take failed predictions out with all of their trial, and failed scores, and nothing else', async () => {
      await withJournal(make, async ({ journal }) => {
        await journal.append([
          row(0),
          row(1),
          answered(0, 0, '서울'),
          scored(0, 0, 0, 1),
          failedScore(0, 0, 1),
          skippedScore(0, 0, 2),
          failedAnswer(0, 1),
          failedScore(0, 1, 0),
          skippedScore(0, 1, 1),
          scored(0, 1, 2, 0.5),
          answered(1, 0, '부산'),
          scored(1, 0, 0, 0),
        ]);
        expect(await journal.revise({ supersede: { failed: true } })).toBe(5);
        expect(await entriesOf(journal)).toEqual([
          failedAnswer(0, 1),
          failedScore(0, 0, 1),
          failedScore(0, 1, 0),
          skippedScore(0, 1, 1),
          scored(0, 1, 2, 0.5),
        ]);
        expect(await scoresOf(journal)).toEqual([scored(0, 0, 0, 1), skippedScore(0, 0, 2), scored(1, 0, 0, 0)]);
        const rows = await journal.stored(0, 9);
        expect(rows.map(({ trials }) => trials.map(({ trial, prediction }) => [trial, prediction !== undefined]))).toEqual([
          [[0, true]],
          [[0, true]],
        ]);
      });
    });

    it('take all scores of a metric out, of all trials', async () => {
      await withJournal(make, async ({ journal }) => {
        await journal.append([0, 1].flatMap((trial) => [0, 1].map((metric) => scored(3, trial, metric, trial + metric))));
        await journal.append([skippedScore(4, 0, 1)]);
        expect(await journal.revise({ supersede: { metric: 1 } })).toBe(3);
        expect(await scoresOf(journal)).toEqual([scored(3, 0, 0, 0), scored(3, 1, 0, 1)]);
        expect(await entriesOf(journal)).toEqual([scored(3, 0, 1, 1), scored(3, 1, 1, 2), skippedScore(4, 0, 1)]);
      });
    });

    it('take rows out with all that is known of them', async () => {
      await withJournal(make, async ({ journal }) => {
        const ofRow = (ordinal: number): Entry[] => [row(ordinal), answered(ordinal, 0, '답'), scored(ordinal, 0, 0, ordinal)];
        await journal.append([0, 1, 300].flatMap(ofRow));
        expect(await journal.revise({ supersede: { ordinals: [300, 0, 0, 77] } })).toBe(6);
        expect((await journal.stored(0, 1_000)).map(({ ordinal }) => ordinal)).toEqual([1]);
        expect(await journal.size()).toBe(1);
        expect((await Array.fromAsync(journal.clusters())).flat()).toEqual([[1, '무리 1']]);
        expect(await entriesOf(journal)).toEqual([
          row(0),
          row(300),
          answered(0, 0, '답'),
          answered(300, 0, '답'),
          scored(0, 0, 0, 0),
          scored(300, 0, 0, 300),
        ]);
      });
    });

    it('make room for the same keys, again and again; what left is told in the order of leaving', async () => {
      await withJournal(make, async ({ journal }) => {
        for (const value of [1, 2, 3]) {
          await journal.append([scored(0, 0, 0, value)]);
          await journal.append([scored(0, 0, 0, 99)]);
          expect(await journal.revise({ supersede: { metric: 0 } })).toBe(1);
        }
        await journal.append([scored(0, 0, 0, 4)]);
        expect(await scoresOf(journal)).toEqual([scored(0, 0, 0, 4)]);
        expect(await entriesOf(journal)).toEqual([1, 2, 3].map((value) => scored(0, 0, 0, value)));
      });
    });

    it('leave nothing of what left to what takes its place', async () => {
      await withJournal(make, async ({ journal }) => {
        await journal.append([
          row(0),
          { ...failedScore(0, 0, 0), statistics: [1, 2] },
          { type: 'score', ordinal: 0, trial: 0, metric: 1, score: { status: 'scored', value: '이름표', flags: ['a'] } },
        ]);
        await journal.revise({ supersede: { ordinals: [0] } });
        const bare: Entry = { type: 'row', ordinal: 0, key: 'other', row: {} };
        await journal.append([bare, scored(0, 0, 0, 0.5), scored(0, 0, 1, 1)]);
        expect(await scoresOf(journal)).toEqual([scored(0, 0, 0, 0.5), scored(0, 0, 1, 1)]);
        expect((await Array.fromAsync(journal.clusters())).flat()).toEqual([]);
        expect(await journal.stored(0, 1)).toMatchObject([{ key: 'other', row: {} }]);
      });
    });

    it('keep of a score the signature that its metric had before, and when it left', async () => {
      await withJournal(make, async ({ journal }) => {
        await journal.append([row(0), scored(0, 0, 0, 1), scored(0, 0, 1, 2)]);
        const began = Date.now();
        await journal.revise({ supersede: { metric: 1 }, plan: signedPlan('first/v1', '둘째/v2') });
        await journal.append([scored(0, 0, 1, 3)]);
        await journal.revise({ supersede: { ordinals: [0] }, plan: signedPlan('first/v9', '둘째/v9') });
        const left = await supersededOf(journal);
        expect(left.map(({ entry, signature }) => [entry, signature])).toEqual([
          [scored(0, 0, 1, 2), 'metric1/v1'],
          [row(0), undefined],
          [scored(0, 0, 0, 1), 'first/v1'],
          [scored(0, 0, 1, 3), '둘째/v2'],
        ]);
        for (const { at } of left) expect(at >= began && at <= Date.now()).toBe(true);
      });
    });

    it('replace the plan, and forget the snapshot', async () => {
      await withJournal(make, async ({ journal, records }) => {
        await journal.append([scored(0, 0, 0, 1)]);
        await journal.snapshot({ metrics: { 'metric0/v1/mean': 1 } });
        expect(await journal.revise({ plan: samplePlan(3) })).toBe(0);
        expect(await records()).toEqual([{ index: 1, plan: samplePlan(3) }]);
        await journal.snapshot({ again: true });
        expect(await journal.revise({ supersede: { metric: 0 } })).toBe(1);
        expect(await records()).toEqual([{ index: 1, plan: samplePlan(3) }]);
        await journal.snapshot({ more: true });
        expect(await journal.revise({})).toBe(0);
        expect(await records()).toEqual([{ index: 1, plan: samplePlan(3) }]);
        await journal.snapshot({ last: true });
        expect(await records()).toEqual([{ index: 1, plan: samplePlan(3), snapshot: { last: true } }]);
      });
    });

    it('put a new snapshot in place of the earlier one, and change the run', async () => {
      await withJournal(make, async ({ journal, records, run }) => {
        await journal.snapshot({ metrics: {} });
        const origin = { flags: ['--metric', '정중함'] };
        await journal.revise({ snapshot: { 이전: 1 }, run: { status: 'incomplete', reason: '돈이 없다', endedAt: 7, origin } });
        expect(await records()).toEqual([{ index: 1, plan: samplePlan(2), snapshot: { 이전: 1 } }]);
        expect(await run()).toMatchObject({ status: 'incomplete', reason: '돈이 없다', endedAt: 7, origin });
        await journal.revise({ supersede: { failed: true }, run: { status: 'running' } });
        expect(await run()).toEqual({ ...sampleRun(), id: expect.any(String), status: 'running', origin });
      });
    });

    it('keep what left as it was: numbers to the bit, and every text', async () => {
      await withJournal(make, async ({ journal }) => {
        const entries: Entry[] = HOSTILE_TEXTS.flatMap((text, ordinal): Entry[] => [
          { type: 'row', ordinal, key: text, row: { [text]: text }, cluster: text },
          {
            type: 'prediction',
            ordinal,
            trial: 0,
            result: { columns: { [text]: text }, main: text, latencyMs: 0.1, finish: 'length', calls: [text] },
          },
          {
            type: 'score',
            ordinal,
            trial: 0,
            metric: 0,
            score: { status: 'scored', value: -0, justification: text },
            statistics: [-0, 5e-324],
          },
          { type: 'score', ordinal, trial: 0, metric: 1, score: { status: 'scored', value: text } },
        ]);
        await journal.append(entries);
        expect(await journal.revise({ supersede: { ordinals: HOSTILE_TEXTS.keys().toArray() } })).toBe(entries.length);
        expect(await journal.size()).toBe(0);
        const { superseded } = referenceHistory([{ append: entries }, { supersede: { ordinals: [...HOSTILE_TEXTS.keys()] } }]);
        expect(await entriesOf(journal)).toEqual(superseded);
      });
    });

    it('are of one evaluation, outlive their writer, and go with the run', async () => {
      await using store = await make();
      const record = sampleRun();
      {
        await using run = await store.catalog.create(record);
        const [journal, other] = [await run.journal(1, samplePlan(1)), await run.journal(2, samplePlan(1))];
        await Promise.all([journal.append([scored(0, 0, 0, 1)]), other.append([scored(0, 0, 0, 2)])]);
        await journal.revise({ supersede: { metric: 0 } });
      }
      const reader = await store.catalog.reader(record.id, 1);
      expect(await entriesOf(reader)).toEqual([scored(0, 0, 0, 1)]);
      const other = await store.catalog.reader(record.id, 2);
      expect(await entriesOf(other)).toEqual([]);
      expect(await scoresOf(other)).toEqual([scored(0, 0, 0, 2)]);
      await store.catalog.delete(record.id);
      await using again = await store.catalog.create(record);
      expect(await entriesOf(await again.journal(1, samplePlan(1)))).toEqual([]);
    });

    it('tell thousands of entries a chunk at a time', async () => {
      await withJournal(make, async ({ journal }) => {
        const entries = Array.from({ length: 2_500 }, (_, ordinal) => [row(ordinal), answered(ordinal, 0, `${ordinal}`)]);
        const scores = Array.from({ length: 7_500 }, (_, index) => scored(Math.floor(index / 3), 0, index % 3, index));
        await journal.append([...entries.flat(), ...scores]);
        const ordinals = Array.from({ length: 2_500 }, (_, ordinal) => ordinal);
        expect(await journal.revise({ supersede: { ordinals } })).toBe(12_500);
        expect(await entriesOf(journal)).toEqual([
          ...ordinals.map(row),
          ...ordinals.map((ordinal) => answered(ordinal, 0, `${ordinal}`)),
          ...scores,
        ]);
      });
    });

    it('say the same as a slow and obvious journal, whatever is appended and revised', async () => {
      await using store = await make();
      await fc.assert(
        fc.asyncProperty(anyActions, async (actions) => {
          await using run = await store.catalog.create(sampleRun());
          const journal = await run.journal(1, samplePlan(5));
          const done = actions.map((action) =>
            'append' in action ? journal.append(action.append) : journal.revise({ supersede: action.supersede }),
          );
          const counts = await Promise.all(done);
          const expected = referenceHistory(actions);
          expect((await Array.fromAsync(journal.rows())).flat()).toEqual(expected.rows);
          expect(await scoresOf(journal)).toEqual(expected.scores);
          expect(await journal.size()).toBe(expected.rows.length);
          expect(await entriesOf(journal)).toEqual(expected.superseded);
          expect(counts.reduce<number>((sum, count) => sum + (count ?? 0), 0)).toBe(expected.superseded.length);
        }),
        { numRuns: 100 },
      );
    });
  });
}

interface Revised {
  readonly journal: Journal;
  readonly records: () => Promise<unknown>;
  readonly run: () => Promise<unknown>;
}

async function withJournal(make: MakeStore, work: (revised: Revised) => Promise<void>): Promise<void> {
  await using store = await make();
  const record = sampleRun();
  await using run = await store.catalog.create(record);
  await work({
    journal: await run.journal(1, samplePlan(2)),
    records: () => store.catalog.evaluations(record.id),
    run: async () => (await store.catalog.find({ idPrefix: record.id }))[0],
  });
}

async function supersededOf(reader: JournalReader): Promise<readonly SupersededEntry[]> {
  return (await Array.fromAsync(reader.superseded())).flat();
}

async function entriesOf(reader: JournalReader): Promise<readonly Entry[]> {
  return (await supersededOf(reader)).map(({ entry }) => entry);
}

async function scoresOf(reader: JournalReader): Promise<readonly Entry[]> {
  return (await Array.fromAsync(reader.scores())).flat();
}

function signedPlan(...signatures: readonly string[]): Plan {
  const plan = samplePlan(signatures.length);
  return { ...plan, metrics: plan.metrics.map((metric, index) => ({ ...metric, signature: signatures[index] ?? '' })) };
}

function row(ordinal: number): Entry {
  return { type: 'row', ordinal, key: `k${ordinal}`, row: { question: `질문 ${ordinal}` }, cluster: `무리 ${ordinal}` };
}

function answered(ordinal: number, trial: number, answer: string): Entry {
  return { type: 'prediction', ordinal, trial, result: { columns: { answer }, main: 'answer', latencyMs: 1 } };
}

function failedAnswer(ordinal: number, trial: number): Entry {
  return { type: 'prediction', ordinal, trial, result: { failed: { code: 'timeout', message: '답이 없다', retryable: true } } };
}

function scored(ordinal: number, trial: number, metric: number, value: number): Entry {
  return { type: 'score', ordinal, trial, metric, score: { status: 'scored', value } };
}

function skippedScore(ordinal: number, trial: number, metric: number): Entry {
  return { type: 'score', ordinal, trial, metric, score: { status: 'skipped', code: 'missing-cell', reason: '빈 칸' } };
}

function failedScore(ordinal: number, trial: number, metric: number): ScoreEntry {
  const error = { code: 'exception', message: '심판이 넘어졌다', retryable: true };
  return { type: 'score', ordinal, trial, metric, score: { status: 'failed', error } };
}
