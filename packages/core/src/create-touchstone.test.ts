import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Json, Model } from './contracts/index.ts';
import { createTouchstone, dataset, defineMetric, type EvaluationResult, evaluate, latency, metric, skipped } from './index.ts';

const length = metric('length', ({ predictions }) => predictions.length);
const same = metric('same', ({ predictions, targets }) => predictions === targets, { needs: ['predictions', 'targets'] });

const answers = [
  { question: 'a?', truth: 'a', answer: 'a' },
  { question: 'b?', truth: 'bb', answer: 'bb' },
  { question: 'c?', truth: 'x', answer: 'ccc' },
  { question: 'd?', truth: 'dddd', answer: 'dddd' },
];

describe('aggregates', () => {
  test('of numbers are MLflow’s mean, population variance and interpolated p90, with the t interval', async () => {
    const results = await evaluate({ data: answers, predictions: 'answer', extraMetrics: [length] });
    expect(results.metrics).toEqual({ 'length/mean': 2.5, 'length/variance': 1.25, 'length/p90': expect.closeTo(3.7, 12) });
    // s = √(5/3), t(0.975; 3) = 3.182446305284263, half width = t·s/√4
    const half = 3.182446305284263 * Math.sqrt(5 / 3 / 4);
    expect(results.intervals['length/mean']).toEqual({
      estimate: 2.5,
      low: expect.closeTo(2.5 - half, 9),
      high: expect.closeTo(2.5 + half, 9),
      level: 0.95,
      method: 't',
      n: 4,
    });
    expect(Object.keys(results.intervals)).toEqual(['length/mean']);
    expect(results.coverage).toEqual({ length: { scored: 4, skipped: 0, failed: 0, reasons: {} } });
    expect(results.run).toMatchObject({ status: 'finished', experiment: 'Default', rows: 4 });
  });

  test('of yes/no are a proportion with Wilson’s interval', async () => {
    const results = await evaluate({ data: answers, predictions: 'answer', targets: 'truth', extraMetrics: [same] });
    expect(results.metrics).toEqual({ 'same/mean': 0.75 });
    const [p, n, z] = [0.75, 4, 1.959963984540054];
    const centre = (p + z ** 2 / (2 * n)) / (1 + z ** 2 / n);
    const half = (z / (1 + z ** 2 / n)) * Math.sqrt((p * (1 - p)) / n + z ** 2 / (4 * n ** 2));
    expect(results.intervals['same/mean']).toMatchObject({
      estimate: 0.75,
      low: expect.closeTo(centre - half, 12),
      high: expect.closeTo(centre + half, 12),
      method: 'wilson',
      n: 4,
    });
  });

  test('of labels are the share of each label', async () => {
    const kind = metric('kind', ({ predictions }) => (predictions.length > 2 ? 'long' : 'short'));
    const results = await evaluate({ data: answers, predictions: 'answer', extraMetrics: [kind] });
    expect(results.metrics).toEqual({ 'kind/long': 0.5, 'kind/short': 0.5 });
    expect(results.intervals['kind/long']).toMatchObject({ method: 'wilson', n: 4 });
  });

  test('are those that the metric asks for', async () => {
    const all = defineMetric({
      name: 'length',
      version: 'v2',
      greaterIsBetter: true,
      needs: ['predictions'],
      aggregations: ['median', 'min', 'max', { name: 'length', kind: 'custom', compute: (values) => values.length }],
      scoreRow: ({ predictions }) => predictions.length,
    });
    const results = await evaluate({ data: answers, predictions: 'answer', extraMetrics: [all()] });
    expect(results.metrics).toEqual({ 'length/v2/median': 2.5, 'length/v2/min': 1, 'length/v2/max': 4, 'length/v2': 4 });
    expect((await evaluate({ data: answers, predictions: 'answer', extraMetrics: [all({ aggregations: [] })] })).metrics).toEqual(
      {},
    );
  });

  test('rest on scored rows only; with none the key is absent, with a warning', async () => {
    const data: readonly Readonly<Record<string, unknown>>[] = [{ answer: 'aa' }, { answer: null }, { answer: 7 }, {}];
    const never = metric('never', () => skipped('no reason', 'because'));
    const results = await evaluate({ data, predictions: 'answer', extraMetrics: [length, never] });
    expect(results.metrics).toEqual({ 'length/mean': 2, 'length/variance': 0, 'length/p90': 2 });
    expect(results.coverage).toEqual({
      length: { scored: 1, skipped: 3, failed: 0, reasons: { 'missing-cell': 2, 'not-text': 1 } },
      never: { scored: 0, skipped: 4, failed: 0, reasons: { because: 1, 'missing-cell': 2, 'not-text': 1 } },
    });
    expect(results.warnings).toEqual(['never: no valid scores (because 1, missing-cell 2, not-text 1).']);
    const reasons: unknown[] = [];
    for await (const { scores } of results.rows()) reasons.push(scores.length);
    expect(reasons).toEqual([
      { status: 'scored', value: 2 },
      { status: 'skipped', code: 'missing-cell', reason: "'predictions' is null" },
      { status: 'skipped', code: 'not-text', reason: "'predictions' is a number, and length reads text" },
      { status: 'skipped', code: 'missing-cell', reason: "'predictions' is missing" },
    ]);
  });

  test('of labels and numbers mixed are none', async () => {
    const mixed = metric('mixed', ({ predictions }) => (predictions.length > 2 ? 'long' : 1));
    const results = await evaluate({ data: answers, predictions: 'answer', extraMetrics: [mixed] });
    expect(results.metrics).toEqual({});
    expect(results.warnings).toEqual([
      'mixed: it returned labels for some rows and numbers for others, so there is no aggregate.',
    ]);
  });
});

describe('kinds of data', () => {
  const texts = ['one', 'three'];
  const rows = texts.map((inputs) => ({ inputs }));
  const echo = ({ inputs }: { readonly inputs: string }) => inputs;

  async function* streamed() {
    yield* rows;
  }

  test.each<[string, unknown]>([
    ['rows', rows],
    ['texts', texts],
    ['a set', new Set(rows)],
    ['an iterator', rows[Symbol.iterator]()],
    ['a function that returns an iterable', () => rows],
    ['an async function', async () => rows],
    [
      'a generator',
      function* () {
        yield* rows;
      },
    ],
    ['an async iterable', streamed()],
    ['a function that returns an async iterable', streamed],
    ['a dataset', dataset({ name: 'two', rows: () => rows })],
  ])('%s', async (_, data) => {
    const results = await createTouchstone().evaluate({ data: data as string[], model: echo, extraMetrics: [length] });
    expect(results.metrics['length/mean']).toBe(4);
    expect(await results.tables.eval_results_table.toArray()).toEqual([
      { inputs: 'one', outputs: 'one', 'length/score': 3 },
      { inputs: 'three', outputs: 'three', 'length/score': 5 },
    ]);
  });

  test('JSON and JSONL files', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'evaluate-'));
    try {
      for (const [name, text] of [
        ['rows.jsonl', '{"inputs":"one"}\n{"inputs":"three"}\n'],
        ['rows.json', JSON.stringify(rows)],
      ] as const) {
        const path = join(folder, name);
        await writeFile(path, text);
        const results = await evaluate({ data: path, model: ({ inputs }) => String(inputs), extraMetrics: [length] });
        expect(results.metrics['length/mean']).toBe(4);
        expect(results.plans[0]?.data).toMatchObject({ name, source: path, columns: ['inputs'] });
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test('lists of lists with featureNames and targets beside them', async () => {
    const data = [
      ['Paris', 1],
      ['Rome', 2],
    ];
    const results = await evaluate({
      data,
      featureNames: ['city', 'rank'],
      targets: ['Paris', 'Roma'],
      model: ({ city }) => String(city),
      extraMetrics: [same],
    });
    expect(await results.tables.eval_results_table.toJSON()).toEqual({
      columns: ['city', 'rank', 'target', 'outputs', 'same/score'],
      data: [
        ['Paris', 1, 'Paris', 'Paris', true],
        ['Rome', 2, 'Roma', 'Rome', false],
      ],
    });
  });

  test('a dataset says which columns are targets, predictions and inputs', async () => {
    const data = dataset({ name: 'answers', rows: () => answers, targets: 'truth', predictions: 'answer', inputs: 'question' });
    const results = await evaluate({ data, extraMetrics: [same] });
    expect(results.metrics).toEqual({ 'same/mean': 0.75 });
    expect(results.plans[0]?.data).toMatchObject({
      name: 'answers',
      targets: 'truth',
      predictions: 'answer',
      inputs: ['question'],
    });
    expect(results.run.name).toMatch(/^answers [0-9a-f]{6}$/);
  });

  test('rows are what they were when evaluate was called', async () => {
    const data = [{ answer: 'aa' }];
    const pending = evaluate({ data, predictions: 'answer', extraMetrics: [length] });
    const [row] = data;
    await Promise.resolve();
    if (row !== undefined) row.answer = 'changed';
    expect((await pending).metrics['length/mean']).toBe(2);
  });
});

describe('kinds of models', () => {
  const data = [
    { question: 'a', truth: 'A', id: 1, chapter: 'x' },
    { question: 'bb', truth: 'BB', id: 2, chapter: 'y' },
  ];
  const common = { targets: 'truth', extraMetrics: [same] } as const;
  const upper: Model = {
    id: 'upper',
    identity: { version: 1 },
    batch: 2,
    predict: (rows) => rows.map((row) => ({ value: String(row.question).toUpperCase() })),
  };

  test('a function, asynchronous or not, and a Model object give the same', async () => {
    const results: EvaluationResult[] = [
      await evaluate({ data, ...common, model: ({ question }) => question.toUpperCase() }),
      await evaluate({ data, ...common, model: async ({ question }) => question.toUpperCase() }),
      await evaluate({ data, ...common, model: upper }),
      await evaluate({ data, ...common, model: { ...upper, predict: async (rows, work) => upper.predict(rows, work) } }),
    ];
    for (const { metrics, intervals, coverage } of results) {
      expect({ metrics, intervals, coverage }).toEqual({
        metrics: { 'same/mean': 1 },
        intervals: results[0]?.intervals,
        coverage: { same: { scored: 2, skipped: 0, failed: 0, reasons: {} } },
      });
    }
  });

  test('a model sees the features: never target, id and cluster', async () => {
    const seen: unknown[] = [];
    await evaluate({
      data,
      targets: 'truth',
      id: 'id',
      cluster: 'chapter',
      model: (row, call) => {
        seen.push({ row, trial: call.trial, key: call.rowKey, aborted: call.signal.aborted });
        return row.question;
      },
      extraMetrics: [length],
    });
    expect(seen).toEqual([
      { row: { question: 'a' }, trial: 0, key: '1', aborted: false },
      { row: { question: 'bb' }, trial: 0, key: '2', aborted: false },
    ]);
  });

  test('a model sees columns called __proto__ and constructor as any other, and nothing is polluted', async () => {
    const data = ['{"__proto__":{"polluted":1},"constructor":"c","answer":"a"}', '{"answer":"b"}'].map((line) =>
      JSON.parse(line),
    );
    const seen: unknown[] = [];
    const model = (row: object) => {
      seen.push(Object.entries(row));
      return 'x';
    };
    const results = await evaluate({ data, model, extraMetrics: [length], limits: { concurrency: 1 } });
    expect(seen).toEqual([
      [
        ['__proto__', { polluted: 1 }],
        ['constructor', 'c'],
        ['answer', 'a'],
      ],
      [['answer', 'b']],
    ]);
    expect(Object.keys((await results.tables.eval_results_table.toArray())[0] ?? {})).toEqual([
      '__proto__',
      'constructor',
      'answer',
      'outputs',
      'length/score',
    ]);
    expect('polluted' in {}).toBe(false);
  });

  test('featureNames chooses the features', async () => {
    const seen: unknown[] = [];
    const results = await evaluate({
      data,
      targets: 'truth',
      featureNames: ['question'],
      model: (row) => {
        seen.push(row);
        return row.question;
      },
      extraMetrics: [length],
    });
    expect(seen).toEqual([{ question: 'a' }, { question: 'bb' }]);
    expect(results.plans[0]?.data).toMatchObject({ features: ['question'], inputs: ['question'] });
  });

  test('an object of columns: predictions says which is the prediction, the others reach metrics by name', async () => {
    const grounded = metric('grounded', ({ predictions, context }) => context.includes(predictions), {
      needs: ['predictions', 'context'],
    });
    const results = await evaluate({
      data,
      targets: 'truth',
      predictions: 'answer',
      model: ({ question }) => ({ answer: question.toUpperCase(), context: `about ${question}`, unused: 1 }),
      extraMetrics: [same, grounded],
    });
    expect(results.metrics).toEqual({ 'same/mean': 1, 'grounded/mean': 0 });
    expect((await results.tables.eval_results_table.toJSON()).columns).toEqual([
      'question',
      'id',
      'chapter',
      'truth',
      'answer',
      'context',
      'same/score',
      'grounded/score',
    ]);
  });

  test('a single named output needs no saying', async () => {
    const results = await evaluate({ data, ...common, model: ({ question }) => ({ reply: question.toUpperCase() }) });
    expect(results.metrics).toEqual({ 'same/mean': 1 });
    expect((await results.tables.eval_results_table.toJSON()).columns).toContain('reply');
  });

  test('latency is the model’s own time where it says it', async () => {
    const timed: Model = { ...upper, predict: (rows) => rows.map((_, index) => ({ value: 'x', latencyMs: 250 * (index + 1) })) };
    const results = await evaluate({ data, model: timed, extraMetrics: ['latency', length] });
    expect(results.metrics).toMatchObject({ 'latency/mean': 0.375, 'latency/variance': 0.015625, 'latency/p90': 0.475 });
    expect((await results.tables.eval_results_table.toJSON()).columns.at(-2)).toBe('latency');
  });

  test('latency of outputs that exist already is 0, with a warning', async () => {
    const results = await evaluate({ data: answers, predictions: 'answer', extraMetrics: [latency()] });
    expect(results.metrics).toEqual({ 'latency/mean': 0, 'latency/variance': 0, 'latency/p90': 0 });
    expect(results.warnings[0]).toBe('latency is 0 for every row: there is no model, only outputs that exist already.');
  });
});

describe('trials', () => {
  const data = [{ question: 'a' }, { question: 'b' }];
  const outputs: Readonly<Record<string, readonly string[]>> = { a: ['x', 'xxx', 'xx'], b: ['xxxx', 'xxxx', 'xxxxxxx'] };
  const model = ({ question }: { readonly question: string }, { trial }: { readonly trial: number }) =>
    outputs[question]?.[trial] ?? '';

  test('are averaged a row first; aggregates are over row means, and the table has a line each', async () => {
    const results = await evaluate({ data, model, trials: 3, extraMetrics: [length] });
    // row means 2 and 5
    expect(results.metrics).toEqual({ 'length/mean': 3.5, 'length/variance': 2.25, 'length/p90': expect.closeTo(4.7, 12) });
    expect(results.intervals['length/mean']).toMatchObject({ estimate: 3.5, n: 2 });
    expect(results.coverage.length).toEqual({ scored: 6, skipped: 0, failed: 0, reasons: {} });
    expect(await results.tables.eval_results_table.toJSON()).toEqual({
      columns: ['question', 'trial', 'outputs', 'length/score'],
      data: [
        ['a', 0, 'x', 1],
        ['a', 1, 'xxx', 3],
        ['a', 2, 'xx', 2],
        ['b', 0, 'xxxx', 4],
        ['b', 1, 'xxxx', 4],
        ['b', 2, 'xxxxxxx', 7],
      ],
    });
  });

  test('give statistic and dataset metrics once each, and then their mean', async () => {
    const perText = defineMetric({
      name: 'per_text',
      greaterIsBetter: true,
      needs: ['predictions'],
      statistics: ({ predictions }) => [predictions.length, 1],
      combine: ([sum = 0, count = 0], rows) => ({ mean: sum / count, per_text: rows }),
    });
    const longest = defineMetric({
      name: 'longest',
      version: 'v1',
      greaterIsBetter: true,
      needs: ['predictions'],
      scoreDataset: async (rows) => {
        let most = 0;
        for await (const { predictions } of rows) most = Math.max(most, predictions.length);
        return { max: most };
      },
    });
    const results = await evaluate({ data, model, trials: 3, extraMetrics: [perText(), longest()] });
    // per trial: (1 + 4)/2, (3 + 4)/2, (2 + 7)/2 → mean 3.5; longest 4, 4, 7 → 5
    expect(results.metrics).toEqual({ 'per_text/mean': 3.5, per_text: 2, 'longest/v1/max': 5 });
    expect(results.coverage).toEqual({
      per_text: { scored: 6, skipped: 0, failed: 0, reasons: {} },
      'longest/v1': { scored: 6, skipped: 0, failed: 0, reasons: {} },
    });
    expect((await results.tables.eval_results_table.toJSON()).columns).toEqual(['question', 'trial', 'outputs']);
  });
});

describe('selection', () => {
  const data = Array.from({ length: 50 }, (_, n) => ({ n, text: 'x'.repeat(n) }));
  const ordinals = async (options: { limit?: number; sample?: number; seed?: number }) => {
    const results = await evaluate({ data, predictions: 'text', extraMetrics: [length], ...options });
    const seen: number[] = [];
    for await (const row of results.rows()) seen.push(row.ordinal);
    return seen;
  };

  test('limit takes the first, sample draws the same rows for the same seed', async () => {
    expect(await ordinals({ limit: 3 })).toEqual([0, 1, 2]);
    const drawn = await ordinals({ sample: 5, seed: 7 });
    expect(drawn).toHaveLength(5);
    expect(drawn).toEqual(drawn.toSorted((a, b) => a - b));
    expect(await ordinals({ sample: 5, seed: 7 })).toEqual(drawn);
    expect(await ordinals({ sample: 5, seed: 8 })).not.toEqual(drawn);
    expect((await ordinals({ limit: 10, sample: 5 })).every((n) => n < 10)).toBe(true);
  });
});

describe('columns', () => {
  const data = [{ question: 'q', passage: 'the answer', title: 'answer', reply: 'answer' }];
  const mentions = defineMetric({
    name: 'mentions',
    greaterIsBetter: true,
    needs: ['predictions', 'context'],
    scoreRow: ({ predictions, context }) => context.includes(predictions),
  });

  test('are mapped for all metrics, by MLflow’s colMapping too, and by each metric for itself', async () => {
    const common = { data, predictions: 'reply' } as const;
    const byName = await evaluate({ ...common, columns: { context: 'passage' }, extraMetrics: [mentions()] });
    const flat = await evaluate({
      ...common,
      evaluatorConfig: { colMapping: { context: 'passage' } },
      extraMetrics: [mentions()],
    });
    const nested = await evaluate({
      ...common,
      evaluatorConfig: { default: { colMapping: { context: 'passage' } } },
      extraMetrics: [mentions()],
    });
    const own = await evaluate({
      ...common,
      columns: { context: 'question' },
      extraMetrics: [mentions({ columns: { context: 'title' } })],
    });
    for (const { metrics } of [byName, flat, nested, own]) expect(metrics).toEqual({ 'mentions/mean': 1 });
    expect(byName.plans[0]?.metrics[0]?.columns).toEqual({
      predictions: { from: 'prediction', column: 'reply' },
      context: { from: 'data', column: 'passage' },
    });
  });

  test('inputs are the column of that name, those chosen, or all features as an object', async () => {
    const seen = defineMetric({
      name: 'seen',
      greaterIsBetter: true,
      needs: { inputs: 'any' },
      scoreRow: ({ inputs }) => JSON.stringify(inputs),
    });
    const value = async (request: { data: readonly object[]; inputs?: string | readonly string[] }) => {
      const results = await createTouchstone().evaluate({ ...request, predictions: 'p', extraMetrics: [seen()] } as never);
      return Object.keys(results.metrics);
    };
    expect(await value({ data: [{ inputs: 'i', other: 'o', p: 'p' }] })).toEqual(['seen/"i"']);
    expect(await value({ data: [{ b: 'B', a: 'A', p: 'p' }] })).toEqual(['seen/{"a":"A","b":"B"}']);
    expect(await value({ data: [{ b: 'B', a: 'A', p: 'p' }], inputs: 'b' })).toEqual(['seen/"B"']);
    expect(await value({ data: [{ b: 'B', a: 'A', p: 'p' }], inputs: ['b', 'a'] })).toEqual(['seen/{"b":"B","a":"A"}']);
  });

  test('metricPrefix stands before every key, once', async () => {
    const versioned = defineMetric({
      name: 'm',
      version: 'v1',
      greaterIsBetter: true,
      needs: ['predictions'],
      aggregations: ['mean', { name: 'm', kind: 'custom', compute: () => 1 }],
      scoreRow: () => ({ value: 1, justification: 'because' }),
    });
    const results = await evaluate({
      data,
      predictions: 'reply',
      evaluatorConfig: { metricPrefix: 'val_' },
      extraMetrics: [versioned(), latency()],
    });
    expect(Object.keys(results.metrics)).toEqual([
      'val_latency/mean',
      'val_latency/variance',
      'val_latency/p90',
      'val_m/v1/mean',
      'val_m/v1',
    ]);
    expect((await results.tables.eval_results_table.toJSON()).columns.slice(-3)).toEqual([
      'val_latency',
      'val_m/v1/score',
      'val_m/v1/justification',
    ]);
  });

  test('a metric can be computed twice under two names, on the rows that it selects', async () => {
    const rows = [
      { p: 'aa', a: 'aa', b: 'x', kind: 'news' },
      { p: 'b', a: 'x', b: 'b', kind: 'talk' },
    ];
    const equal = defineMetric({
      name: 'equal',
      greaterIsBetter: true,
      needs: ['predictions', 'reference'],
      scoreRow: ({ predictions, reference }) => predictions === reference,
    });
    const results = await evaluate({
      data: rows,
      predictions: 'p',
      extraMetrics: [
        equal({ columns: { reference: 'a' } }),
        equal({ name: 'equal_b', columns: { reference: 'b' }, when: (row) => row.kind === 'news' }),
      ],
    });
    expect(results.metrics).toEqual({ 'equal/mean': 0.5, 'equal_b/mean': 0 });
    expect(results.coverage.equal_b).toEqual({ scored: 1, skipped: 1, failed: 0, reasons: { 'not-selected': 1 } });
  });

  test('id is the row’s key; without it rows are known by their inputs', async () => {
    const keys = async (request: object) => {
      const results = await createTouchstone().evaluate({ predictions: 'p', extraMetrics: [length], ...request } as never);
      const all: string[] = [];
      for await (const row of results.rows()) all.push(row.key);
      return all;
    };
    expect(
      await keys({
        data: [
          { n: 7, p: 'a' },
          { n: 'x', p: 'b' },
        ],
        id: 'n',
      }),
    ).toEqual(['7', 'x']);
    // The vector of the row key's own documentation.
    const repeated = [
      { question: 'What is MLflow?', p: 'a' },
      { question: 'What is MLflow?', p: 'b' },
    ];
    expect(await keys({ data: repeated })).toEqual(['9evU4yUVsNEsQWi7vEtaVw', '9evU4yUVsNEsQWi7vEtaVw#2']);
  });

  test('cells of databases reach metrics as text', async () => {
    const seen: Json[] = [];
    const spy = defineMetric({
      name: 'spy',
      greaterIsBetter: true,
      needs: { predictions: 'any', day: 'any' },
      scoreRow: ({ predictions, day }) => seen.push(predictions, day),
    });
    await evaluate({ data: [{ p: 12345678901234567890n, day: new Date(0) }], predictions: 'p', extraMetrics: [spy()] });
    expect(seen).toEqual(['12345678901234567890', '1970-01-01T00:00:00.000Z']);
  });
});

describe('the end of a run', () => {
  test('a run in which nothing was scored is failed, and says why', async () => {
    const results = await evaluate({
      data: answers,
      model: (): string => {
        throw new Error('backend is down');
      },
      extraMetrics: [length],
    });
    expect(results.run).toMatchObject({ status: 'failed', reason: 'nothing was scored: prediction-failed (4 of 4 rows)' });
    expect(results.metrics).toEqual({});
    expect(results.coverage).toEqual({ length: { scored: 0, skipped: 0, failed: 4, reasons: { 'prediction-failed': 4 } } });
  });

  test('with trials the reason counts what was tried', async () => {
    const results = await evaluate({ data: answers, model: (): unknown => ({ value: 1 }), trials: 2, extraMetrics: [length] });
    expect(results.run.reason).toBe('nothing was scored: not-text (8 of 8 rows × trials)');
  });

  test('a model that fails on some rows fails those rows for every metric, and no metric runs on them', async () => {
    const asked: string[] = [];
    const spy = metric('spy', ({ predictions }) => asked.push(predictions));
    const results = await evaluate({
      data: answers,
      model: ({ question }) => {
        if (question === 'b?') throw new Error('no answer to b');
        return question;
      },
      extraMetrics: [spy, length],
    });
    expect(asked).toEqual(['a?', 'c?', 'd?']);
    expect(results.run.status).toBe('finished');
    expect(results.coverage).toEqual({
      spy: { scored: 3, skipped: 0, failed: 1, reasons: { 'prediction-failed': 1 } },
      length: { scored: 3, skipped: 0, failed: 1, reasons: { 'prediction-failed': 1 } },
    });
    const failures: unknown[] = [];
    for await (const { scores } of results.rows()) if (scores.length?.status === 'failed') failures.push(scores.length.error);
    expect(failures).toEqual([{ code: 'prediction-failed', message: 'there is no prediction: no answer to b', retryable: true }]);
  });

  test.each([
    [
      { a: 1, b: 2 },
      undefined,
      'output-not-chosen',
      "The model returned several outputs (a, b): say which one is the prediction with predictions: 'a'.",
    ],
    [
      {},
      undefined,
      'output-not-chosen',
      "The model returned an object without outputs: say which one is the prediction with predictions: 'answer'.",
    ],
    [
      { answer: 'x' },
      'anser',
      'output-column-missing',
      "predictions is 'anser', and the model returned no such output. Did you mean 'answer'?",
    ],
    [
      { text: 'x' },
      'reply',
      'output-column-missing',
      "predictions is 'reply', and the model returned no such output. It returned: text.",
    ],
  ])(
    'an output of the wrong shape, %j with predictions %j, ends the run at the first answer',
    async (output, predictions, code, message) => {
      let asked = 0;
      const touchstone = createTouchstone();
      const pending = touchstone.evaluate({
        data: Array.from({ length: 200 }, (_, n) => ({ n })),
        model: async () => {
          asked++;
          await new Promise((resolve) => setImmediate(resolve));
          return output;
        },
        limits: { concurrency: 2 },
        extraMetrics: [length],
        ...(predictions === undefined ? {} : { predictions }),
      } as never);
      await expect(pending).rejects.toMatchObject({ code, message, kind: 'run' });
      expect(asked).toBeLessThanOrEqual(4);
      const [run] = await touchstone.runs();
      expect(run).toMatchObject({ status: 'failed', reason: message });
    },
  );
});
