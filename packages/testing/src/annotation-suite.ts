import type { Annotation, Entry, RunStore, ScoreValue } from '@touchstone/core';
import { describe, expect, it } from 'vitest';
import { refusal } from './refusal.ts';
import { HOSTILE_TEXTS, samplePlan, sampleRun } from './sample-run.ts';
import type { MakeStore } from './store-conformance.ts';

export function annotationSuite(make: MakeStore): void {
  describe('annotations', () => {
    it('come back as they were, in the order in which they were added', async () => {
      await withRun(make, async ({ store, id }) => {
        expect(await store.catalog.annotations(id, 1)).toEqual([]);
        const values: readonly (ScoreValue | null)[] = [
          0,
          -0,
          1 / 3,
          5e-324,
          -1.7976931348623157e308,
          2 ** 53,
          true,
          false,
          null,
        ];
        const added = [
          ...values.map((value, index) => annotation({ ordinal: 9 - index, value })),
          ...HOSTILE_TEXTS.map((text) => annotation({ name: text, value: text, author: text, reason: text, ordinal: 2 ** 40 })),
        ];
        await store.catalog.annotate(id, added.slice(0, 4));
        await store.catalog.annotate(id, []);
        for (const one of added.slice(4)) await store.catalog.annotate(id, [one]);
        expect(await store.catalog.annotations(id, 1)).toEqual(added);
      });
    });

    it('are all kept, also of one name for one row', async () => {
      await withRun(make, async ({ store, id }) => {
        const said = ['좋음', '나쁨', null].map((value, at) => annotation({ name: 'tone', value, at }));
        for (const one of said) await store.catalog.annotate(id, [one, one]);
        expect(await store.catalog.annotations(id, 1)).toEqual(said.flatMap((one) => [one, one]));
      });
    });

    it('need no lease: many add them while somebody works on the run', async () => {
      await withRun(make, async ({ store, id }) => {
        await using run = await store.catalog.open(id);
        const journal = await run.journal(1, samplePlan(1));
        await Promise.all(
          Array.from({ length: 50 }, async (_, ordinal) => {
            await journal.append([{ type: 'row', ordinal, key: `k${ordinal}`, row: {} }]);
            await store.catalog.annotate(id, [annotation({ ordinal }), annotation({ ordinal, author: '다른 사람' })]);
          }),
        );
        const said = await store.catalog.annotations(id, 1);
        expect(said).toHaveLength(100);
        expect(new Set(said.map(({ ordinal, author }) => `${ordinal} ${author}`)).size).toBe(100);
        expect(await journal.size()).toBe(50);
      });
    });

    it('are of one evaluation; when one of several names none that there is, nothing is added', async () => {
      await withRun(make, async ({ store, id }) => {
        await store.catalog.annotate(id, [annotation({ evaluation: 2, ordinal: 5 }), annotation({ ordinal: 6 })]);
        expect(await store.catalog.annotations(id, 1)).toEqual([annotation({ ordinal: 6 })]);
        expect(await store.catalog.annotations(id, 2)).toEqual([annotation({ evaluation: 2, ordinal: 5 })]);
        const error = await refusal(() =>
          store.catalog.annotate(id, [annotation({ ordinal: 7 }), annotation({ evaluation: 3 })]),
        );
        expect(error.code).toBe('evaluation-not-found');
        expect(error.message).toContain(`${id} `);
        expect((await refusal(() => store.catalog.annotations(id, 3))).code).toBe('evaluation-not-found');
        expect(await store.catalog.annotations(id, 1)).toEqual([annotation({ ordinal: 6 })]);
        const unknown = sampleRun().id;
        expect((await refusal(() => store.catalog.annotate(unknown, []))).code).toBe('run-not-found');
        expect((await refusal(() => store.catalog.annotations(unknown, 1))).code).toBe('run-not-found');
      });
    });

    it('stay when scores are made again, and are told to be of another row when theirs left', async () => {
      await withRun(make, async ({ store, id }) => {
        await using run = await store.catalog.open(id);
        const journal = await run.journal(1, samplePlan(1));
        const scores = [0, 1].map(
          (ordinal): Entry => ({
            type: 'score',
            ordinal,
            trial: 0,
            metric: 0,
            score: { status: 'scored', value: 1 },
          }),
        );
        await journal.append(scores);
        await store.catalog.annotate(id, [annotation({ ordinal: 0 }), annotation({ ordinal: 1 })]);
        await journal.revise({ supersede: { metric: 0 } });
        await journal.revise({ supersede: { failed: true } });
        expect(await store.catalog.annotations(id, 1)).toEqual([annotation({ ordinal: 0 }), annotation({ ordinal: 1 })]);

        await journal.append(scores);
        await journal.revise({ supersede: { ordinals: [1] } });
        await store.catalog.annotate(id, [annotation({ ordinal: 1, value: '새 줄' })]);
        const [{ at = Number.NaN } = {}] = (await Array.fromAsync(journal.superseded())).flat().slice(-1);
        const first = [annotation({ ordinal: 0 }), annotation({ ordinal: 1, supersededAt: at })];
        expect(await store.catalog.annotations(id, 1)).toEqual([...first, annotation({ ordinal: 1, value: '새 줄' })]);

        // A copy of it elsewhere is of that other row as well, and stays so.
        await store.catalog.annotate(id, [annotation({ ordinal: 1, supersededAt: 5 })]);
        await journal.revise({ supersede: { ordinals: [1] } });
        expect((await store.catalog.annotations(id, 1)).map(({ supersededAt }) => supersededAt)).toEqual([
          undefined,
          at,
          expect.any(Number),
          5,
        ]);
      });
    });

    it('go with the run', async () => {
      await withRun(make, async ({ store, id }) => {
        await store.catalog.annotate(id, [annotation({})]);
        await store.catalog.delete(id);
        await using run = await store.catalog.create(sampleRun({ id }));
        await run.journal(1, samplePlan(1));
        expect(await store.catalog.annotations(id, 1)).toEqual([]);
      });
    });
  });
}

/** With a run that has two evaluations and that nobody works on. */
async function withRun(
  make: MakeStore,
  work: (run: { readonly store: RunStore; readonly id: string }) => Promise<void>,
): Promise<void> {
  await using store = await make();
  const { id } = sampleRun();
  {
    await using run = await store.catalog.create(sampleRun({ id }));
    for (const index of [1, 2]) await run.journal(index, samplePlan(1));
  }
  await work({ store, id });
}

function annotation(change: Partial<Annotation>): Annotation {
  return {
    evaluation: 1,
    ordinal: 0,
    trial: 0,
    name: 'metric0/v1',
    value: 0.5,
    author: '김철수',
    at: 1_790_000_000_000.5,
    ...change,
  };
}
