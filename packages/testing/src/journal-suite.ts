import type { Entry, Journal, JournalReader, PredictionResult, Score, ScoreEntry } from '@touchstone/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyAppends } from './arbitrary-entries.ts';
import { referenceJournal } from './reference-journal.ts';
import { HOSTILE_TEXTS, samplePlan, sampleRun } from './sample-run.ts';
import type { MakeStore } from './store-conformance.ts';

export function journalSuite(make: MakeStore): void {
  describe('journal', () => {
    it('is empty at first', async () => {
      await withJournal(make, async (journal) => {
        expect(await everything(journal)).toEqual({ rows: [], scores: [], clusters: [], size: 0 });
        expect(await journal.stored(0, 10)).toEqual([]);
        await journal.append([]);
        expect(await journal.size()).toBe(0);
      });
    });

    it('ignores an entry whose key is there, within an append and between appends', async () => {
      await withJournal(make, async (journal) => {
        const first: Entry[] = [
          { type: 'row', ordinal: 3, key: 'first', row: { a: 1 } },
          { type: 'prediction', ordinal: 3, trial: 0, result: answered('first') },
          scored(3, 0, 0, 0.25),
        ];
        const second: Entry[] = [
          { type: 'row', ordinal: 3, key: 'second', row: { a: 2 }, cluster: 'c' },
          { type: 'prediction', ordinal: 3, trial: 0, result: answered('second') },
          { ...scored(3, 0, 0, 0.75), statistics: [1] },
        ];
        await journal.append([...first, ...second]);
        await journal.append(second);
        await Promise.all([journal.append(second), journal.append(second)]);
        expect(await everything(journal)).toEqual({ ...referenceJournal(first), clusters: [], size: 1 });
      });
    });

    it('reads in data order whatever the order of writing, also across chunks', async () => {
      await withJournal(make, async (journal) => {
        const entries: Entry[] = [];
        for (let ordinal = 0; ordinal < 1_300; ordinal++) {
          entries.push({ type: 'row', ordinal, key: `k${ordinal}`, row: { n: ordinal }, cluster: `c${ordinal % 7}` });
          for (let trial = 0; trial < 2; trial++) {
            entries.push({ type: 'prediction', ordinal, trial, result: answered(`answer ${ordinal} ${trial}`) });
            for (let metric = 0; metric < 3; metric++)
              entries.push(scored(ordinal, trial, metric, ordinal + trial / 10 + metric / 100));
          }
        }
        // 6 scores a row, so that chunks of round numbers end within a row. 7,919 is a prime and no divisor of the number of
        // entries: every entry comes once, neighbours far apart.
        const shuffled = entries
          .map((_, index) => entries[(index * 7_919) % entries.length])
          .filter((entry) => entry !== undefined);
        const appends = Array.from({ length: 40 }, (_, index) => shuffled.slice(index * 500, (index + 1) * 500));
        await Promise.all(appends.map((append) => journal.append(append)));
        const expected = referenceJournal(entries);
        const read = await everything(journal);
        expect(read.size).toBe(1_300);
        expect(read.scores).toEqual(expected.scores);
        expect(read.rows).toEqual(expected.rows);
        expect(read.clusters).toEqual(Array.from({ length: 1_300 }, (_, ordinal) => [ordinal, `c${ordinal % 7}`]));
        for (const [from, to] of [
          [0, 1],
          [249, 251],
          [255, 257],
          [0, 1_300],
          [1_299, 5_000],
          [1_300, 2_000],
          [700, 700],
        ] as const) {
          expect(await journal.stored(from, to)).toEqual(expected.rows.slice(from, to));
        }
      });
    });

    it('gives chunks, and takes up where a reader stopped reading them', async () => {
      await withJournal(make, async (journal) => {
        await journal.append(Array.from({ length: 6_000 }, (_, ordinal) => scored(ordinal, 0, 0, ordinal)));
        for await (const chunk of journal.scores()) {
          expect(chunk.length).toBeGreaterThan(0);
          expect(chunk.length).toBeLessThan(6_000);
          break;
        }
        expect((await everything(journal)).scores).toHaveLength(6_000);
      });
    });

    it('keeps every number to the bit', async () => {
      const numbers = [
        0,
        -0,
        1,
        -1,
        0.1,
        1 / 3,
        5e-324,
        1e-300,
        -1.7976931348623157e308,
        2 ** 53,
        2 ** 53 + 2,
        2 ** 63,
        -(2 ** 63),
        1e21,
      ];
      await withJournal(make, async (journal) => {
        await journal.append(numbers.map((value, ordinal) => ({ ...scored(ordinal, 0, 0, value), statistics: [value, -value] })));
        const { scores } = await everything(journal);
        expect(scores.map(({ score }) => (score.status === 'scored' ? score.value : undefined))).toEqual(numbers);
        expect(scores.map(({ statistics }) => statistics)).toEqual(numbers.map((value) => [value, -value]));
      });
    });

    it('tells a score of 0 from a row that has summands only', async () => {
      const scores: Score[] = [
        { status: 'scored', value: 0 },
        { status: 'scored', value: 0, summandsOnly: true },
        { status: 'scored', value: 0.5, details: { precision: 1 } },
      ];
      await withJournal(make, async (journal) => {
        await journal.append(
          scores.map((score, ordinal): Entry => ({ ...scored(ordinal, 0, 0, 0), score, statistics: [ordinal, 2] })),
        );
        await journal.append(scores.map((_, ordinal): Entry => ({ type: 'row', ordinal, key: `${ordinal}`, row: {} })));
        const { scores: read, rows } = await everything(journal);
        expect(read.map(({ score, statistics }) => ({ score, statistics }))).toEqual(
          scores.map((score, ordinal) => ({ score, statistics: [ordinal, 2] })),
        );
        expect(rows.map(({ trials }) => trials[0]?.scores.get(0))).toEqual(scores);
      });
    });

    it('keeps every text as it was, wherever it stands', async () => {
      for (const text of HOSTILE_TEXTS) {
        const scores: Score[] = [
          { status: 'scored', value: text },
          {
            status: 'scored',
            value: true,
            justification: text,
            details: { [text]: [text, null, { a: text }] },
            flags: [text, 'b'],
          },
          { status: 'scored', value: false, flags: [] },
          { status: 'skipped', code: text, reason: text },
          { status: 'failed', error: { code: text, message: text, retryable: true } },
        ];
        const entries: Entry[] = [
          {
            type: 'row',
            ordinal: 0,
            key: text,
            row: { [text]: text, id: '9007199254740993', deep: [[{ [text]: [0.1] }]] },
            cluster: text,
          },
          {
            type: 'prediction',
            ordinal: 0,
            trial: 0,
            result: {
              columns: { [text]: text },
              main: text,
              latencyMs: 0.1,
              usage: { usd: 1e-7 },
              finish: 'length',
              calls: [text],
            },
          },
          { type: 'prediction', ordinal: 0, trial: 1, result: { failed: { code: text, message: text, retryable: false } } },
          ...scores.map((score, metric): Entry => ({ type: 'score', ordinal: 0, trial: 0, metric, score })),
        ];
        await withJournal(make, async (journal) => {
          await journal.append(entries);
          expect(await everything(journal)).toEqual({ ...referenceJournal(entries), clusters: [[0, text]], size: 1 });
        });
      }
    });

    it('keeps evaluations and runs apart', async () => {
      await using store = await make();
      const [one, other] = [sampleRun(), sampleRun()];
      await using first = await store.catalog.create(one);
      await using second = await store.catalog.create(other);
      const journals = [
        await first.journal(1, samplePlan(1)),
        await first.journal(2, samplePlan(1)),
        await second.journal(1, samplePlan(1)),
      ];
      await Promise.all(journals.map((journal, index) => journal.append([scored(0, 0, 0, index)])));
      for (const [index, journal] of journals.entries()) {
        expect((await everything(journal)).scores).toEqual([scored(0, 0, 0, index)]);
      }
    });

    it('is continued by the next writer, and read without a lease while it is written', async () => {
      await using store = await make();
      const record = sampleRun();
      const run = await store.catalog.create(record);
      await (await run.journal(1, samplePlan(1))).append([scored(0, 0, 0, 0.5)]);
      const reader = await store.catalog.reader(record.id, 1);
      expect((await everything(reader)).scores).toEqual([scored(0, 0, 0, 0.5)]);
      await run[Symbol.asyncDispose]();
      await using again = await store.catalog.open(record.id);
      await (await again.journal(1, samplePlan(9))).append([scored(0, 0, 0, 1), scored(1, 0, 0, 1)]);
      expect((await everything(reader)).scores).toEqual([scored(0, 0, 0, 0.5), scored(1, 0, 0, 1)]);
    });

    it('says the same as a slow and obvious journal, whatever is appended', async () => {
      await using store = await make();
      await fc.assert(
        fc.asyncProperty(anyAppends, async (appends) => {
          await using run = await store.catalog.create(sampleRun());
          const journal = await run.journal(1, samplePlan(5));
          await Promise.all(appends.map((append) => journal.append(append)));
          const expected = referenceJournal(appends.flat());
          const clusters = expected.rows.flatMap(({ ordinal, cluster }) => (cluster === undefined ? [] : [[ordinal, cluster]]));
          expect(await everything(journal)).toEqual({ ...expected, clusters, size: expected.rows.length });
          expect(await journal.stored(5, 500)).toEqual(expected.rows.filter(({ ordinal }) => ordinal >= 5 && ordinal < 500));
        }),
        { numRuns: 100 },
      );
    });
  });
}

async function withJournal(make: MakeStore, work: (journal: Journal) => Promise<void>): Promise<void> {
  await using store = await make();
  await using run = await store.catalog.create(sampleRun());
  await work(await run.journal(1, samplePlan(5)));
}

/** All that a reader can say, flattened. */
async function everything(reader: JournalReader) {
  return {
    rows: (await Array.fromAsync(reader.rows())).flat(),
    scores: (await Array.fromAsync(reader.scores())).flat(),
    clusters: (await Array.fromAsync(reader.clusters())).flat(),
    size: await reader.size(),
  };
}

function scored(ordinal: number, trial: number, metric: number, value: number): ScoreEntry {
  return { type: 'score', ordinal, trial, metric, score: { status: 'scored', value } };
}

function answered(text: string): PredictionResult {
  return { columns: { answer: text }, main: 'answer', latencyMs: 12.5 };
}
