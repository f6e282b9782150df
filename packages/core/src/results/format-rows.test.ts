import { describe, expect, test } from 'vitest';
import type { ScoredRow } from '../contracts/index.ts';
import { answer, failedAnswer, journalOf, metricOf, planOf, scored } from './__fixtures__/stored-evaluation.ts';
import { formatRows } from './format-rows.ts';
import { scoredRows } from './scored-rows.ts';
import { worstRows } from './worst-rows.ts';

async function rowsOf(...evaluation: Parameters<typeof scoredRows>): Promise<ScoredRow[]> {
  const rows: ScoredRow[] = [];
  for await (const row of scoredRows(...evaluation)) rows.push(row);
  return rows;
}

describe('formatRows', () => {
  test('inputs, target, prediction, other outputs and each score with its reason', async () => {
    const plan = planOf({
      model: 'm',
      columns: ['질문', 'gt', 'topic'],
      inputs: ['질문'],
      targets: 'gt',
      metrics: [metricOf('rougeL/v1'), metricOf('faithful', { columns: { context: { from: 'output', column: 'sources' } } })],
    });
    const journal = journalOf([
      {
        row: { 질문: '대한민국의 수도는 어디인가요?', gt: '서울', topic: 'geo' },
        prediction: answer({ reply: '서울입니다.', sources: ['a', 'b'] }, 'reply'),
        scores: [0.66666, scored(false, '출처가 질문과 관련이 없습니다.')],
      },
      {
        row: { 질문: 'Capital?', gt: null, topic: 'geo' },
        prediction: answer({ reply: 'Paris' }, 'reply'),
        scores: ['skipped', 'failed'],
      },
      { row: { 질문: 'Broken?', gt: 'x', topic: 'geo' }, prediction: failedAnswer, scores: ['failed', 'failed'] },
    ]);
    expect(formatRows(await rowsOf(journal, plan), { plans: [plan] })).toBe(
      `
row 1 · key-0
  질문      대한민국의 수도는 어디인가요?
  gt        서울
  reply     서울입니다.
  sources   ["a","b"]
  rougeL    0.6667
  faithful  false — 출처가 질문과 관련이 없습니다.

row 2 · key-1
  질문      Capital?
  gt        null
  reply     Paris
  rougeL    skipped (missing-cell): 'targets' is null
  faithful  failed (exception): it broke

row 3 · key-2
  질문      Broken?
  gt        x
  rougeL    failed (exception): it broke
  faithful  failed (exception): it broke
`.trim(),
    );
  });

  test('long texts end after three lines, and control characters are shown instead of obeyed', async () => {
    const plan = planOf({ columns: ['q', 'answer'], inputs: ['q'], predictions: 'answer', trials: 2 });
    const row = { q: 'word '.repeat(200_000), answer: 'red \u001b[31m\u009b0m\r\nnext\u0007' };
    expect(formatRows(await rowsOf(journalOf([{ row }]), plan), { plans: [plan], width: 40 })).toBe(
      `
row 1 · key-0 · trial 0
  q        word word word word word word
           word word word word word word
           word word word word word wor…
  outputs  red ␛[31m�0m next␇
`.trim(),
    );
  });

  test('a word longer than the lines is cut where they end', async () => {
    const plan = planOf({ columns: ['answer'], predictions: 'answer' });
    const text = formatRows(await rowsOf(journalOf([{ row: { answer: '가'.repeat(100) } }]), plan), { plans: [plan], width: 40 });
    expect(text).toBe(
      ['row 1 · key-0', `  outputs  ${'가'.repeat(14)}`, `           ${'가'.repeat(14)}`, `           ${'가'.repeat(14)}…`].join(
        '\n',
      ),
    );
  });
});

describe('worstRows', () => {
  const metrics = [
    metricOf('rougeL/v1'),
    metricOf('toxicity/v1', { greaterIsBetter: false }),
    metricOf('tone'),
    metricOf('auc', { form: 'dataset' }),
  ];
  const plan = planOf({ columns: ['answer'], predictions: 'answer', metrics });
  const scores = [
    [0.5, 0.1],
    [0.2, 0.9],
    ['failed', 0.9],
    [0.2, 0.3],
    [0.9, 'skipped'],
    [0.1, 0.2],
  ] as const;
  const journal = journalOf(scores.map((pair, n) => ({ row: { answer: `a${n}` }, scores: [...pair, scored('formal')] })));
  const worst = async (metric: string, limit: number) =>
    (await worstRows(scoredRows(journal, plan), { plans: [plan], metric, limit })).map(({ ordinal }) => ordinal);

  test('lowest first, equals in data order, rows without a score left out', async () => {
    expect(await worst('rougeL', 3)).toEqual([5, 1, 3]);
    expect(await worst('rougeL/v1', 100)).toEqual([5, 1, 3, 0, 4]);
    expect(await worst('rougeL', 0)).toEqual([]);
  });

  test('highest first where less is better', async () => expect(await worst('toxicity', 2)).toEqual([1, 2]));

  test.each([
    ['rougl', "This run has no metric 'rougl'. Did you mean 'rougeL'?"],
    ['zzzzzz', "This run has no metric 'zzzzzz'. Rows have scores of: rougeL, toxicity, tone."],
    ['auc', "'auc' is computed of the whole data set, so no row is its worst. Rows have scores of: rougeL, toxicity, tone."],
    ['tone', "tone gives labels such as 'formal', which have no order, so no row is its worst."],
  ])('%s', async (metric, message) => {
    await expect(worst(metric, 3)).rejects.toThrow(expect.objectContaining({ message }));
  });
});
