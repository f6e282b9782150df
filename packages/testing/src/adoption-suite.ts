import type { Annotation, CallEntry, Entry, LogItem, Plan, RunPart, StoredRow, SupersededEntry } from '@touchstone/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyActions } from './arbitrary-entries.ts';
import { referenceHistory } from './reference-journal.ts';
import { refusal } from './refusal.ts';
import { HOSTILE_TEXTS, sampleCall, samplePlan, sampleRun } from './sample-run.ts';
import type { MakeStore } from './store-conformance.ts';

const LOGGED: readonly LogItem[] = [
  { kind: 'metric', metric: { name: '손실', value: 0.1, step: 3, at: 1 } },
  { kind: 'model', model: { name: '모델', spec: { schema: 1 }, at: 2 } },
  { kind: 'artifact', name: '그림.bin', at: 3, content: Uint8Array.from([0, 255, 10]) },
];

export function adoptionSuite(make: MakeStore): void {
  describe('a run from elsewhere', () => {
    it('is taken in with all that is known of it', async () => {
      await using store = await make();
      const run = sampleRun({
        status: 'finished',
        endedAt: 5,
        key: '밤마다',
        params: { 모델: '작은 것' },
        parent: 'f'.repeat(32),
      });
      await store.catalog.adopt(run, told(wholeRun()));
      expect(await store.catalog.find({})).toEqual([run]);
      expect(await store.catalog.leased(run.id)).toBe(false);
      expect(await store.catalog.evaluations(run.id)).toEqual([
        { index: 1, plan: samplePlan(2), snapshot: { metrics: { '길이/v1': 0.5 } } },
        { index: 3, plan: samplePlan(1) },
      ]);
      const reader = await store.catalog.reader(run.id, 1);
      expect((await Array.fromAsync(reader.rows())).flat()).toMatchObject([{ ordinal: 0 }, { ordinal: 300, cluster: '무리' }]);
      expect((await Array.fromAsync(reader.scores())).flat()).toEqual(SCORES);
      expect((await Array.fromAsync(reader.superseded())).flat()).toEqual(SUPERSEDED);
      expect(await store.catalog.annotations(run.id, 1)).toEqual(ANNOTATIONS);
      expect(await store.catalog.annotations(run.id, 3)).toEqual([]);
      expect(await (await store.catalog.reader(run.id, 3)).size()).toBe(1);
      const calls = store.calls(run.id);
      expect((await Array.fromAsync(calls.entries())).flat()).toMatchObject(CALLS.map(({ key, answer }) => ({ key, answer })));
      for (const row of ['행 2', '행 3', '행 4'])
        expect(await calls.find({ row })).toMatchObject([{ key: '질문 2', record: { sent: CALLS[2]?.record.sent } }]);
      expect((await Array.fromAsync(calls.entries())).flat()[2]?.sharedWith).toEqual(['행 3', '행 4']);
      expect(await calls.money()).toEqual({ settled: 0.25, reserved: 1.5 });
      expect((await store.catalog.logged([run.id])).get(run.id)).toEqual({
        metrics: [{ name: '손실', value: 0.1, step: 3, at: 1 }],
        models: [{ name: '모델', spec: { schema: 1 }, at: 2 }],
        artifacts: [{ name: '그림.bin', bytes: 3, at: 3 }],
      });
      expect(await store.catalog.artifact(run.id, '그림.bin')).toEqual(Uint8Array.from([0, 255, 10]));
      expect(await calls.claim('질문 0', new AbortController().signal)).toEqual({ hit: { text: '답' } });
    });

    it('goes on like any other', async () => {
      await using store = await make();
      const run = sampleRun({ status: 'interrupted' });
      await store.catalog.adopt(run, told(wholeRun()));
      await using writer = await store.catalog.open(run.id);
      const journal = await writer.journal(1, samplePlan(2));
      await journal.append([row(1), { ...SCORES[0], score: { status: 'scored', value: 99 } } as Entry]);
      expect(await journal.size()).toBe(3);
      expect((await Array.fromAsync(journal.scores())).flat()).toEqual(SCORES);
      expect(await journal.revise({ supersede: { metric: 0 } })).toBe(2);
      expect((await Array.fromAsync(journal.superseded())).flat().length).toBe(SUPERSEDED.length + 2);
      await store.catalog.annotate(run.id, [annotation({ ordinal: 1 })]);
      expect(await store.catalog.annotations(run.id, 1)).toHaveLength(ANNOTATIONS.length + 1);
    });

    it('is not there before all of it is, and others are written meanwhile', async () => {
      await using store = await make();
      const [run, other] = [sampleRun(), sampleRun()];
      await using writer = await store.catalog.create(other);
      const journal = await writer.journal(1, samplePlan(1));
      const seen: unknown[] = [];
      await store.catalog.adopt(
        run,
        (async function* () {
          for (const part of wholeRun()) {
            yield part;
            await journal.append([row(seen.length)]);
            seen.push([await store.catalog.find({ idPrefix: run.id }), await journal.size()]);
          }
        })(),
      );
      expect(seen).toEqual(wholeRun().map((_, index) => [[], index + 1]));
      expect(await store.catalog.find({ idPrefix: run.id })).toEqual([run]);
      expect((await journal.stored(0, 99)).length).toBe(seen.length);
      expect((await Array.fromAsync((await store.catalog.reader(run.id, 1)).scores())).flat()).toEqual(SCORES);
    });

    it('leaves nothing when its parts end in an error, and can come again', async () => {
      await using store = await make();
      const run = sampleRun();
      const broken = async function* (): AsyncGenerator<RunPart> {
        yield* wholeRun();
        throw new Error('the file ends here');
      };
      await expect(store.catalog.adopt(run, broken())).rejects.toThrow('the file ends here');
      expect(await store.catalog.find({})).toEqual([]);
      expect((await refusal(() => store.catalog.evaluations(run.id))).code).toBe('run-not-found');
      await store.catalog.adopt(run, told(wholeRun()));
      expect(await store.catalog.find({})).toEqual([run]);
    });

    it('is refused when there is one with its id, or an evaluation is missing, or the id is none', async () => {
      await using store = await make();
      const run = sampleRun();
      await store.catalog.adopt(run, told([]));
      const { code, message } = await refusal(() => store.catalog.adopt(run, told(wholeRun())));
      expect(code).toBe('run-exists');
      expect(message).toContain(run.id);
      expect(await store.catalog.evaluations(run.id)).toEqual([]);
      const other = sampleRun();
      const orphan: RunPart = { part: 'annotations', annotations: [annotation({ evaluation: 2 })] };
      expect((await refusal(() => store.catalog.adopt(other, told([...wholeRun(), orphan])))).code).toBe('evaluation-not-found');
      expect((await refusal(() => store.catalog.adopt(sampleRun({ id: '../../etc/passwd' }), told([])))).code).toBe('run-id');
      expect(await store.catalog.find({})).toEqual([run]);
    });

    it('is refused when another one with its id came meanwhile', async () => {
      await using store = await make();
      const run = sampleRun({ name: '늦은 것' });
      const first = { ...run, name: '먼저 온 것' };
      const racing = async function* (): AsyncGenerator<RunPart> {
        yield* wholeRun();
        await store.catalog.adopt(first, told([]));
      };
      expect((await refusal(() => store.catalog.adopt(run, racing()))).code).toBe('run-exists');
      expect(await store.catalog.find({})).toEqual([first]);
      expect(await store.catalog.evaluations(run.id)).toEqual([]);
    });

    it('is kept apart from the runs that are there, and gone when it is deleted', async () => {
      await using store = await make();
      const runs = [sampleRun({ startedAt: 1 }), sampleRun({ startedAt: 2 }), sampleRun({ startedAt: 3 })];
      for (const run of runs) await store.catalog.adopt(run, told(wholeRun()));
      for (const { id } of runs) await store.catalog.annotate(id, [annotation({ author: id })]);
      for (const { id } of runs) {
        const reader = await store.catalog.reader(id, 1);
        expect((await Array.fromAsync(reader.scores())).flat()).toEqual(SCORES);
        expect((await Array.fromAsync(reader.superseded())).flat()).toEqual(SUPERSEDED);
        expect(await store.catalog.annotations(id, 1)).toEqual([...ANNOTATIONS, annotation({ author: id })]);
        expect(await store.calls(id).money()).toEqual({ settled: 0.25, reserved: 1.5 });
      }
      await store.catalog.delete(runs[1]?.id ?? '');
      expect(await store.catalog.find({})).toEqual([runs[2], runs[0]]);
      expect((await Array.fromAsync((await store.catalog.reader(runs[2]?.id ?? '', 1)).scores())).flat()).toEqual(SCORES);
    });

    it('brings any texts back as they were', async () => {
      await using store = await make();
      const run = sampleRun();
      const rows = HOSTILE_TEXTS.map((text, ordinal): Entry => ({ type: 'row', ordinal, key: text, row: { [text]: text } }));
      const annotations = HOSTILE_TEXTS.map((text) => annotation({ name: text, value: text, author: text, reason: text }));
      const calls = HOSTILE_TEXTS.map((text): CallEntry => ({ key: text, answer: { [text]: text }, record: sampleCall() }));
      await store.catalog.adopt(
        run,
        told([
          { part: 'evaluation', record: { index: 1, plan: samplePlan(1) } },
          { part: 'entries', evaluation: 1, entries: rows },
          { part: 'annotations', annotations },
          { part: 'calls', calls },
        ]),
      );
      const stored = (await Array.fromAsync((await store.catalog.reader(run.id, 1)).rows())).flat();
      expect(stored.map(({ key, row }) => [key, row])).toEqual(HOSTILE_TEXTS.map((text) => [text, { [text]: text }]));
      expect(await store.catalog.annotations(run.id, 1)).toEqual(annotations);
      expect((await Array.fromAsync(store.calls(run.id).entries())).flat().map(({ key, answer }) => [key, answer])).toEqual(
        HOSTILE_TEXTS.map((text) => [text, { [text]: text }]),
      );
    });

    it('has the same journal as the one it is a copy of, whatever happened to that', async () => {
      await using store = await make();
      await fc.assert(
        fc.asyncProperty(anyActions, fc.integer({ min: 1, max: 40 }), async (actions, size) => {
          const { rows, scores, superseded } = referenceHistory(actions);
          const left = superseded.map((entry): SupersededEntry => ({ entry, at: 7 }));
          const run = sampleRun();
          await store.catalog.adopt(
            run,
            told([
              { part: 'evaluation', record: { index: 1, plan: samplePlan(1) } },
              ...inChunks(rows.flatMap(entriesOf), size).map((entries): RunPart => ({ part: 'entries', evaluation: 1, entries })),
              ...inChunks(scores, size).map((entries): RunPart => ({ part: 'entries', evaluation: 1, entries })),
              ...inChunks(left, size).map((chunk): RunPart => ({ part: 'superseded', evaluation: 1, superseded: chunk })),
            ]),
          );
          const reader = await store.catalog.reader(run.id, 1);
          expect((await Array.fromAsync(reader.rows())).flat()).toEqual(rows);
          expect((await Array.fromAsync(reader.scores())).flat()).toEqual(scores);
          expect((await Array.fromAsync(reader.superseded())).flat()).toEqual(left);
        }),
        { numRuns: 30 },
      );
    });
  });
}

const SCORES: readonly Entry[] = [
  { type: 'score', ordinal: 0, trial: 0, metric: 0, score: { status: 'scored', value: -0 }, statistics: [-0, 1 / 3] },
  { type: 'score', ordinal: 0, trial: 0, metric: 1, score: { status: 'skipped', code: 'missing-cell', reason: '빈 칸' } },
  { type: 'score', ordinal: 300, trial: 1, metric: 0, score: { status: 'scored', value: '좋음', justification: '까닭' } },
];

const SUPERSEDED: readonly SupersededEntry[] = [
  { entry: row(300), at: 10 },
  { entry: SCORES[0] as Entry, at: 10, signature: 'first/v1' },
  { entry: SCORES[1] as Entry, at: 10 },
  { entry: SCORES[0] as Entry, at: 10, signature: '둘째/v2' },
  { entry: SCORES[0] as Entry, at: 11, signature: '둘째/v2' },
];

const ANNOTATIONS: readonly Annotation[] = [
  annotation({ value: -0 }),
  annotation({ value: null, reason: '농담이다' }),
  annotation({ ordinal: 300, value: '공손', supersededAt: 12 }),
];

const CALLS: readonly CallEntry[] = [
  { key: '질문 0', answer: { text: '답' }, record: { ...sampleCall(), usd: 0.25, usage: { inputTokens: 7 } } },
  { key: '질문 1', answer: null, record: sampleCall() },
  {
    key: '질문 2',
    answer: '답',
    record: {
      ...sampleCall(),
      sent: {
        row: '행 2',
        trial: 1,
        repeat: 0,
        identity: { model: 'one' },
        request: { messages: [{ role: 'user', content: '2?' }] },
      },
    },
    sharedWith: ['행 3', '행 4'],
  },
];

function wholeRun(): readonly RunPart[] {
  const plans: readonly [Plan, Plan] = [samplePlan(2), samplePlan(1)];
  return [
    { part: 'evaluation', record: { index: 1, plan: plans[0], snapshot: { metrics: { '길이/v1': 0.5 } } } },
    { part: 'entries', evaluation: 1, entries: [row(0), answered(0)] },
    { part: 'entries', evaluation: 1, entries: [{ ...row(300), cluster: '무리' } as Entry] },
    { part: 'entries', evaluation: 1, entries: SCORES },
    { part: 'superseded', evaluation: 1, superseded: SUPERSEDED.slice(0, 2) },
    { part: 'superseded', evaluation: 1, superseded: SUPERSEDED.slice(2) },
    { part: 'annotations', annotations: ANNOTATIONS },
    { part: 'evaluation', record: { index: 3, plan: plans[1] } },
    { part: 'entries', evaluation: 3, entries: [row(0)] },
    { part: 'calls', calls: CALLS },
    { part: 'log', items: LOGGED },
    { part: 'reserved', usd: 1.5 },
  ];
}

async function* told(parts: readonly RunPart[]): AsyncGenerator<RunPart> {
  yield* parts;
}

function row(ordinal: number): Entry {
  return { type: 'row', ordinal, key: `k${ordinal}`, row: { question: `질문 ${ordinal}` } };
}

function answered(ordinal: number): Entry {
  return { type: 'prediction', ordinal, trial: 0, result: { columns: { answer: '답' }, main: 'answer', latencyMs: 1 } };
}

function annotation(change: Partial<Annotation>): Annotation {
  return { evaluation: 1, ordinal: 0, trial: 0, name: '말투', value: true, author: '김서연', at: 1_790_000_000_000, ...change };
}

function entriesOf({ trials, ...row }: StoredRow): readonly Entry[] {
  const predictions = trials.flatMap(({ trial, prediction }): Entry[] =>
    prediction === undefined ? [] : [{ type: 'prediction', ordinal: row.ordinal, trial, result: prediction }],
  );
  return [{ type: 'row', ...row }, ...predictions];
}

function inChunks<T>(all: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, index) => all.slice(index * size, (index + 1) * size));
}
