import { describe, expect, test } from 'vitest';
import {
  createTouchstone,
  defineMetric,
  type EvaluationResult,
  evaluate,
  memoryStore,
  metric,
  type Score,
  type Skipped,
  skipped,
  worstRows,
} from '../index.ts';

// Hits per letter. A row's own share is not what all rows together have: letters of long rows weigh as much as those of short ones.
const share = defineMetric({
  name: 'share',
  version: 'v1',
  greaterIsBetter: true,
  range: [0, 1],
  options: { letter: 'x' },
  needs: ['predictions'],
  statistics: ({ predictions }, { options }) => {
    if (predictions === '') return skipped('no letters');
    const hits = predictions.split(options.letter).length - 1;
    return { value: hits / predictions.length, statistics: [hits, predictions.length], details: { hits } };
  },
  combine: ([hits = 0, letters = 0], rows, { options }) => ({ corpus: hits / letters, rows, [`of_${options.letter}`]: hits }),
});
const data = ['xxxx', 'xabc', '', 'ab'].map((answer) => ({ answer }));
const request = { data, predictions: 'answer' } as const;

describe('a metric that gives statistics with a score', () => {
  test('has the aggregates of the scores beside what its sums give', async () => {
    const results = await evaluate({ ...request, extraMetrics: [share()] });
    // Scores 1, 0.25 and 0: mean 5/12, variance (1 + 1/16)/3 − 25/144, p90 0.25 + 0.8 · 0.75. Sums: 5 of 10 letters.
    expect(results.metrics).toEqual({
      'share/v1/mean': expect.closeTo(5 / 12, 12),
      'share/v1/variance': expect.closeTo(1.0625 / 3 - 25 / 144, 12),
      'share/v1/p90': expect.closeTo(0.85, 12),
      'share/v1/corpus': 0.5,
      'share/v1/rows': 3,
      'share/v1/of_x': 5,
    });
    expect(results.intervals['share/v1/mean']).toMatchObject({ estimate: expect.closeTo(5 / 12, 12), n: 3 });
    expect(Object.keys(results.intervals)).toEqual(['share/v1/mean']);
    expect(results.coverage['share/v1']).toEqual({ scored: 3, skipped: 1, failed: 0, reasons: { 'not-applicable': 1 } });
  });

  test('shows the scores of rows, in the table, in rows() and as the worst ones', async () => {
    const results = await evaluate({ ...request, extraMetrics: [share()] });
    expect(await results.tables.eval_results_table.toJSON()).toEqual({
      columns: ['outputs', 'share/v1/score'],
      data: [
        ['xxxx', 1],
        ['xabc', 0.25],
        ['', null],
        ['ab', 0],
      ],
    });
    const rows = await Array.fromAsync(results.rows());
    expect(rows.map(({ scores }) => scores.share)).toEqual([
      { status: 'scored', value: 1, details: { hits: 4 } },
      { status: 'scored', value: 0.25, details: { hits: 1 } },
      { status: 'skipped', code: 'not-applicable', reason: 'no letters' },
      { status: 'scored', value: 0, details: { hits: 0 } },
    ]);
    expect(rows[0]?.columns['share/v1/score']).toBe(1);
    const worst = await worstRows(results.rows(), { plans: results.plans, metric: 'share', limit: 2 });
    expect(worst.map(({ ordinal }) => ordinal)).toEqual([3, 1]);
  });

  test('scores one row directly', async () => {
    expect(await share().score({ predictions: 'xabc' })).toEqual({ status: 'scored', value: 0.25, details: { hits: 1 } });
    expect(await share().score({ predictions: '' })).toEqual({
      status: 'skipped',
      code: 'not-applicable',
      reason: 'no letters',
    });
  });

  test('averages the trials of a row, and takes the mean of what the sums of each trial give', async () => {
    const outputs = [
      ['xx', 'xa'],
      ['aaaa', 'xxxx'],
    ];
    const model = ({ n }: { readonly n: number }, { trial }: { readonly trial: number }) => outputs[n]?.[trial] ?? '';
    const results = await evaluate({ data: [{ n: 0 }, { n: 1 }], model, trials: 2, extraMetrics: [share()] });
    // Row means 0.75 and 0.5; corpus 2/6 and 5/6.
    expect(results.metrics).toMatchObject({
      'share/v1/mean': 0.625,
      'share/v1/variance': 0.015625,
      'share/v1/corpus': expect.closeTo(3.5 / 6, 12),
      'share/v1/rows': 2,
    });
  });

  test('takes other aggregations, or none, of its scores', async () => {
    const median = await evaluate({ ...request, extraMetrics: [share({ aggregations: ['median'] })] });
    expect(median.metrics).toMatchObject({ 'share/v1/median': 0.25, 'share/v1/corpus': 0.5 });
    expect(median.metrics['share/v1/mean']).toBeUndefined();
    const none = await evaluate({ ...request, extraMetrics: [share({ aggregations: [] })] });
    expect(Object.keys(none.metrics)).toEqual(['share/v1/corpus', 'share/v1/rows', 'share/v1/of_x']);
  });

  test('may give an aggregate of a name that its scores would have', async () => {
    const own = defineMetric({
      name: 'own',
      greaterIsBetter: true,
      needs: ['predictions'],
      statistics: ({ predictions }) => ({ value: predictions.length, statistics: [1] }),
      combine: ([rows = 0]) => ({ mean: -rows }),
    });
    const results = await evaluate({ ...request, extraMetrics: [own()] });
    expect(results.metrics).toEqual({ 'own/variance': 2.75, 'own/p90': 4, 'own/mean': -4 });
    expect(results.intervals).toEqual({});
  });

  test('keeps the scores when it has nothing to say of the sums, or says that they do not apply', async () => {
    const choosy = (combined: Skipped | Readonly<Record<string, number>>) =>
      defineMetric({
        name: 'choosy',
        greaterIsBetter: true,
        needs: ['predictions'],
        aggregations: ['mean'],
        statistics: ({ predictions }) => ({ value: predictions.length, statistics: [1] }),
        combine: () => combined,
      })();
    const silent = await evaluate({ ...request, extraMetrics: [choosy({})] });
    expect(silent.metrics).toEqual({ 'choosy/mean': 2.5 });
    const refusing = await evaluate({ ...request, extraMetrics: [choosy(skipped('the lengths say nothing'))] });
    expect(refusing.metrics).toEqual({ 'choosy/mean': 2.5 });
    expect(refusing.coverage.choosy).toMatchObject({ scored: 4 });
    expect(refusing.warnings).toEqual(['choosy: its sums have no aggregate: the lengths say nothing.']);
  });

  test('keeps the scores when the sums come to nothing', async () => {
    const broken = defineMetric({
      name: 'broken',
      greaterIsBetter: true,
      needs: ['predictions'],
      statistics: ({ predictions }) => ({ value: predictions.length, statistics: Array(predictions.length).fill(1) }),
      combine: () => ({ corpus: 1 }),
    });
    const results = await evaluate({ ...request, extraMetrics: [broken()] });
    expect(results.metrics).toMatchObject({ 'broken/mean': 2.5 });
    expect(results.metrics['broken/corpus']).toBeUndefined();
    expect(results.warnings).toEqual([
      'broken: its scores could not be aggregated: a row has 0 statistics where the rows before had 4',
    ]);
  });

  test('is continued after an interruption to the same result', async () => {
    const store = memoryStore();
    const rows = Array.from({ length: 30 }, (_, n) => ({ n }));
    const run = { data: rows, store, run: { key: 'k' }, resume: 'auto', limits: { concurrency: 2 } } as const;
    const answer = (n: number) => `${'x'.repeat(n % 7)}abc`;
    const controller = new AbortController();
    const identity = 'same';
    const model = (stopAt: number) => ({
      id: 'model',
      identity,
      predict: async ([row]: readonly Readonly<Record<string, unknown>>[]) => {
        await new Promise((resolve) => setImmediate(resolve));
        if (row?.n === stopAt) controller.abort();
        return [{ value: answer(Number(row?.n)) }];
      },
    });
    const first = await createTouchstone().evaluate({
      ...run,
      model: model(17),
      signal: controller.signal,
      extraMetrics: [share()],
    });
    expect(first.run.status).toBe('interrupted');
    expect(first.coverage['share/v1']?.scored).toBeGreaterThan(0);
    expect(first.coverage['share/v1']?.scored).toBeLessThan(30);
    const second = await createTouchstone().evaluate({ ...run, model: model(-1), extraMetrics: [share()] });
    expect(second.run).toMatchObject({ id: first.run.id, status: 'finished' });
    const undisturbed = await evaluate({
      data: rows.map(({ n }) => ({ answer: answer(n) })),
      predictions: 'answer',
      extraMetrics: [share()],
    });
    expect(second.metrics).toEqual(undisturbed.metrics);
    expect(second.intervals).toEqual(undisturbed.intervals);
  });

  test('shows what is known of its rows while the run goes on', async () => {
    const touchstone = createTouchstone();
    let seen: EvaluationResult | undefined;
    await touchstone.evaluate({
      data: [{ n: 0 }, { n: 1 }, { n: 2 }],
      model: async ({ n }) => {
        await new Promise((resolve) => setImmediate(resolve));
        if (n === 2) seen = await touchstone.result('live');
        return 'xabc';
      },
      limits: { concurrency: 1 },
      run: { name: 'live' },
      extraMetrics: [share()],
    });
    expect(seen?.run.status).toBe('running');
    expect(seen?.metrics).toMatchObject({ 'share/v1/mean': 0.25 });
    // Only the metric's own code could make this of the sums.
    expect(seen?.metrics['share/v1/corpus']).toBeUndefined();
  });
});

describe('what a statistic metric may not give', () => {
  test.each<[string, unknown, string]>([
    ['a score outside its range', { value: 2, statistics: [1] }, 'out-of-range: m returned 2, outside its range 0 to 1'],
    ['a score that is no number', { value: Number.NaN, statistics: [1] }, 'not-finite: m returned NaN'],
    ['no score', { value: null, statistics: [1] }, 'bad-score: m returned null; a score is a number, a boolean or a label'],
    [
      'summands that are infinite',
      { value: 1, statistics: [1, Number.POSITIVE_INFINITY] },
      'not-finite: m returned Infinity among its statistics',
    ],
    ['summands that are texts', { value: 1, statistics: ['a'] }, 'not-finite: m returned a among its statistics'],
    ['one summand', { value: 1, statistics: 7 }, 'bad-score: m returned statistics that are no list of numbers'],
    ['a score alone', { status: 'scored', value: 1 }, 'bad-score: m returned a score without its statistics'],
    ['a value alone', { value: 1 }, 'bad-score: m returned something that is no score'],
    ['nothing', undefined, 'bad-score: m returned something that is no score'],
    [
      'details that cannot be stored',
      { value: 1, statistics: [1], details: { f: () => 1 } },
      "bad-score: m: the details of its score cannot be stored: 'f' is a function, and it may be text, a number, true, false, null, a list or an object of these, a bigint, a Date or a decimal",
    ],
  ])('%s', async (_, answer, message) => {
    const made = defineMetric({
      name: 'm',
      greaterIsBetter: true,
      range: [0, 1],
      needs: ['predictions'],
      statistics: () => answer as Score,
      combine: ([sum = 0]) => ({ sum }),
    });
    const results = await evaluate({ ...request, extraMetrics: [made(), metric('one', () => 1)] });
    const [row] = await Array.fromAsync(results.rows());
    const score = row?.scores.m;
    expect(score?.status === 'failed' ? `${score.error.code}: ${score.error.message}` : score).toBe(message);
    expect(results.metrics['m/sum']).toBeUndefined();
    expect(await made().score({ predictions: 'a' })).toEqual(score);
  });

  test('scores for some rows only: these have no aggregate, and a warning', async () => {
    const fickle = defineMetric({
      name: 'fickle',
      greaterIsBetter: true,
      needs: ['predictions'],
      statistics: ({ predictions }) => (predictions === 'ab' ? [2] : { value: 1, statistics: [1] }),
      combine: ([sum = 0]) => ({ sum }),
    });
    const results = await evaluate({ ...request, extraMetrics: [fickle()] });
    expect(results.metrics).toEqual({ 'fickle/sum': 5 });
    expect(results.warnings).toEqual([
      'fickle: it returned a score for some rows and only statistics for others, so its scores have no aggregate.',
    ]);
  });
});

describe('a metric that gives statistics alone', () => {
  const sums = defineMetric({
    name: 'sums',
    greaterIsBetter: true,
    range: [5, 6],
    aggregations: ['mean', 'median'],
    needs: ['predictions'],
    statistics: ({ predictions }) => [predictions.length],
    combine: ([letters = 0]) => ({ letters }),
  });

  test('has no score of a row anywhere, and no aggregate of scores', async () => {
    const results = await evaluate({ ...request, extraMetrics: [sums(), share()] });
    expect(Object.keys(results.metrics).filter((key) => key.startsWith('sums'))).toEqual(['sums/letters']);
    expect(results.metrics['sums/letters']).toBe(10);
    expect(results.coverage.sums).toMatchObject({ scored: 4 });
    expect((await results.tables.eval_results_table.toJSON()).columns).toEqual(['outputs', 'share/v1/score']);
    const [row] = await Array.fromAsync(results.rows());
    expect(row?.scores.sums).toBeUndefined();
    expect(row?.columns['sums/score']).toBeUndefined();
    await expect(worstRows(results.rows(), { plans: results.plans, metric: 'sums', limit: 1 })).rejects.toThrow(
      "'sums' is computed of the whole data set, so no row is its worst. Rows have scores of: share.",
    );
    await expect(sums().score({ predictions: 'a' })).rejects.toThrow(
      'sums is computed over all rows together, and has no score of a single one: use evaluate.',
    );
  });
});
