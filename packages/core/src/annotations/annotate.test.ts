import { describe, expect, test } from 'vitest';
import { createTouchstone, defineMetric, formatRows, memoryStore, metric } from '../index.ts';

const data = ['가', '가나', '가나다', '가나다라'].map((답, n) => ({ id: `q${n}`, 답 }));
const length = { ...metric('length', ({ predictions }) => predictions.length), range: [0, 10] } as const;
const polite = metric('polite', ({ predictions }) => predictions.length > 2);
const request = { data, predictions: '답', id: 'id', extraMetrics: [length, polite] } as const;

async function evaluated() {
  const touchstone = createTouchstone({ store: memoryStore() });
  const { run } = await touchstone.evaluate({ ...request, run: { name: '실행' } });
  return { touchstone, id: run.id };
}

describe('what a person says in place of a metric', () => {
  test('counts in aggregates, intervals, rows and tables, with the reason; the journal keeps the metric’s own', async () => {
    const { touchstone, id } = await evaluated();
    await touchstone.annotate('실행', [
      { key: 'q0', name: 'length', value: 5, author: ' 김민지 ', reason: '띄어쓰기까지 셌다' },
      { ordinal: 1, name: 'polite', value: true, author: '이준' },
    ]);
    const said = await touchstone.result(id);
    // The result of an evaluation in which the metrics had said so themselves.
    const other = await createTouchstone().evaluate({
      ...request,
      extraMetrics: [
        { ...metric('length', ({ predictions }) => (predictions === '가' ? 5 : predictions.length)), range: [0, 10] },
        metric('polite', ({ predictions }) => predictions.length > 1),
      ],
    });
    const { metrics, intervals, coverage, warnings } = said.toJSON();
    const expected = other.toJSON();
    expect(JSON.stringify({ metrics, intervals, coverage })).toBe(
      JSON.stringify({ metrics: expected.metrics, intervals: expected.intervals, coverage: expected.coverage }),
    );
    expect(metrics).toMatchObject({ 'length/mean': 3.5, 'polite/mean': 0.75 });
    expect(warnings).toEqual([
      "length: 1 score is a person's in place of the metric's (김민지).",
      "polite: 1 score is a person's in place of the metric's (이준).",
    ]);
    const [first, second] = await Array.fromAsync(said.rows());
    expect(first?.scores.length).toEqual({ status: 'scored', value: 5, justification: '띄어쓰기까지 셌다', by: '김민지' });
    expect(second?.scores.polite).toEqual({ status: 'scored', value: true, by: '이준' });
    expect((await said.tables.eval_results_table.toArray())[0]).toMatchObject({
      'length/score': 5,
      'length/justification': '띄어쓰기까지 셌다',
      'polite/score': false,
    });
    expect(formatRows(first === undefined ? [] : [first], { plans: said.plans })).toContain(
      'length   5 — 띄어쓰기까지 셌다 (by 김민지, in place of the metric)',
    );
    const reader = await touchstone.store.catalog.reader(id, 1);
    const [stored] = await reader.stored(0, 1);
    expect(stored?.trials[0]?.scores.get(0)).toEqual({ status: 'scored', value: 1 });
  });

  test('is taken back by null, and all that was said stays to be read', async () => {
    const { touchstone, id } = await evaluated();
    const before = JSON.stringify((await touchstone.result(id)).toJSON());
    const say = (value: number | null, reason?: string) =>
      touchstone.annotate(id, { key: 'q3', name: 'length', value, author: '민지', ...(reason === undefined ? {} : { reason }) });
    await say(9);
    await say(8, '다시 셌다');
    expect((await touchstone.result(id)).metrics['length/mean']).toBe(3.5);
    await say(null, '착각이었다');
    const after = await touchstone.result(id);
    expect(JSON.stringify(after.toJSON())).toBe(before);
    const last = (await Array.fromAsync(after.rows())).at(-1);
    expect(last?.annotations?.map(({ name, value, author, reason }) => [name, value, author, reason])).toEqual([
      ['length', 9, '민지', undefined],
      ['length', 8, '민지', '다시 셌다'],
      ['length', null, '민지', '착각이었다'],
    ]);
    expect((await touchstone.annotations(id)).map(({ ordinal, value }) => [ordinal, value])).toEqual([
      [3, 9],
      [3, 8],
      [3, null],
    ]);
  });

  test('rates a row that the metric could not', async () => {
    const touchstone = createTouchstone();
    const failing = metric('failing', ({ predictions }) => {
      if (predictions.length === 1) throw new Error('짧다');
      return 1;
    });
    await touchstone.evaluate({ ...request, extraMetrics: [failing] });
    await touchstone.annotate('@last', { key: 'q0', name: 'failing', value: 0, author: '민지' });
    const result = await touchstone.result('@last');
    expect(result.coverage.failing).toEqual({ scored: 4, skipped: 0, failed: 0, reasons: {} });
    expect(result.metrics['failing/mean']).toBe(0.75);
  });

  test('stays when the metric is rescored, and counts in the result of that', async () => {
    const { touchstone, id } = await evaluated();
    await touchstone.annotate(id, { key: 'q0', name: 'length', value: 7, author: '민지' });
    const rescored = await touchstone.score(id, { rescore: [length] });
    expect(rescored.metrics['length/mean']).toBe(4);
    expect((await touchstone.result(id)).metrics).toEqual(rescored.metrics);
  });
});

describe('a label', () => {
  test('is in rows and in a column of the table, and in no aggregate', async () => {
    const { touchstone, id } = await evaluated();
    const before = await touchstone.result(id);
    await touchstone.annotate(id, [
      { key: 'q2', name: '쓸모', value: '있음', author: '민지', reason: '짧고 맞다' },
      { key: 'q3', name: '쓸모', value: '없음', author: '민지' },
      { key: 'q3', name: '쓸모', value: null, author: '이준' },
    ]);
    const result = await touchstone.result(id);
    expect(result.metrics).toEqual(before.metrics);
    const columns = await result.tables.eval_results_table.columns();
    expect(columns).toEqual([...(await before.tables.eval_results_table.columns()), '쓸모/label']);
    const labels = await Array.fromAsync(result.tables.eval_results_table, (row) => row['쓸모/label']);
    expect(labels).toEqual([null, null, '있음', null]);
    const rows = await Array.fromAsync(result.rows());
    expect(formatRows(rows.slice(2, 3), { plans: result.plans })).toMatch(/^ {2}쓸모 +있음 — 짧고 맞다 \(by 민지\)$/mu);
    expect(formatRows(rows.slice(3), { plans: result.plans })).not.toContain('쓸모');
  });
});

describe('what cannot be kept', () => {
  test.each([
    [{ key: 'q9' }, "Run 실행 has no row with the key 'q9': results.rows() tells both."],
    [{ key: undefined, ordinal: 4 }, 'Run 실행 has no row at position 4 (ordinal, from 0): results.rows() tells both.'],
    [{ value: 11 }, 'length goes from 0 to 10, and the value is 11.'],
    [{ value: Number.NaN }, 'its value must be a finite number, true or false, a label, or null to take back what was said'],
    [{ value: true }, 'length gives numbers, and the value is true.'],
    [{ name: 'polite', value: 'yes' }, 'polite gives true or false, and the value is "yes".'],
    [{ author: ' ' }, 'it needs an author, so that one can ask who said it'],
    [{ name: '' }, 'it needs a name: that of a metric, or a label of your own'],
    [{ trial: 1 }, 'the run has one trial, which is 0, and not 1'],
  ])('%o is refused, with all else that is said at once', async (change, sentence) => {
    const { touchstone, id } = await evaluated();
    const well = { key: 'q0', name: 'length', value: 3, author: '민지' };
    await expect(touchstone.annotate(id, [well, { ...well, ...change } as never])).rejects.toThrow(sentence);
    expect(await touchstone.annotations(id)).toEqual([]);
  });

  test('of a metric that is computed of all rows together', async () => {
    const touchstone = createTouchstone();
    const most = defineMetric({
      name: 'most',
      greaterIsBetter: true,
      needs: ['predictions'],
      scoreDataset: () => ({ most: 1 }),
    });
    await touchstone.evaluate({ ...request, extraMetrics: [most()] });
    await expect(touchstone.annotate('@last', { key: 'q0', name: 'most', value: 3, author: '민지' })).rejects.toThrow(
      'most is computed of all rows together: nobody can say another score of one row.',
    );
  });
});
