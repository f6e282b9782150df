import { expect, test } from 'vitest';
import type { ScoredRow } from '../contracts/index.ts';
import { answer, failedAnswer, journalOf, metricOf, planOf, scored } from './__fixtures__/stored-evaluation.ts';
import { scoredRows, scoredTable } from './scored-rows.ts';

const plan = planOf({
  model: 'm',
  columns: ['q', 'gt'],
  targets: 'gt',
  trials: 2,
  metrics: [
    metricOf('exact_match/v1', { shown: false }),
    metricOf('token_count/v1', { scoreColumn: 'token_count' }),
    metricOf('polite'),
    metricOf('f1', { form: 'statistic', shown: false }),
  ],
});
const row = { q: 'Capital?', gt: null, note: 'x' };
const journal = journalOf([
  [
    {
      row,
      prediction: answer({ reply: 'Seoul', cost: 2 }, 'reply'),
      scores: ['skipped', 1, scored(false, 'no please'), { status: 'scored', value: 0, summandsOnly: true }],
    },
    { row, prediction: failedAnswer, scores: ['failed', 'failed', 'failed', 'failed'] },
  ],
]);
const failedScore = { status: 'failed', error: { code: 'exception', message: 'it broke', retryable: true } };

test('a row has its cells, every score under <key>/score, and all scores by name', async () => {
  expect(await collect(scoredRows(journal, plan))).toEqual([
    {
      ordinal: 0,
      key: 'key-0',
      trial: 0,
      columns: {
        q: 'Capital?',
        note: 'x',
        gt: null,
        trial: 0,
        reply: 'Seoul',
        token_count: 1,
        'polite/score': false,
        'polite/justification': 'no please',
        'token_count/v1/score': 1,
      },
      scores: {
        exact_match: { status: 'skipped', code: 'missing-cell', reason: "'targets' is null" },
        token_count: { status: 'scored', value: 1 },
        polite: { status: 'scored', value: false, justification: 'no please' },
      },
    },
    {
      ordinal: 0,
      key: 'key-0',
      trial: 1,
      columns: { q: 'Capital?', note: 'x', gt: null, trial: 1 },
      scores: { exact_match: failedScore, token_count: failedScore, polite: failedScore, f1: failedScore },
    },
  ]);
});

test('a metric that the table does not show can be counted', async () => {
  const shown = planOf({ columns: ['answer'], predictions: 'answer', metrics: [metricOf('exact_match/v1', { shown: false })] });
  const table = scoredTable(
    journalOf([true, false, 'skipped' as const, true].map((score, n) => ({ row: { answer: `${n}` }, scores: [score] }))),
    shown,
  );
  expect(await table.count((columns) => columns['exact_match/v1/score'] === true)).toBe(2);
  expect(await table.count((columns) => columns['exact_match/v1/score'] === undefined)).toBe(1);
  expect((await collect(table.rows())).length).toBe(4);
});

async function collect(rows: AsyncIterable<ScoredRow>): Promise<ScoredRow[]> {
  const all: ScoredRow[] = [];
  for await (const one of rows) all.push(one);
  return all;
}
