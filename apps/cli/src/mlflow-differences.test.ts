import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineEvaluator, defineMetric, type EvaluationResult, type Json, metric, TouchstoneError } from '@touchstone/core';
import { describe, expect, test } from 'vitest';
import { caseOf, cases, expectMetrics, requestOf, touchstone } from './__fixtures__/mlflow-case.ts';

/*
 * Cases of the recorded runs where we do something else on purpose, each with the row of mlflow-evaluate.md §8, and what we do instead.
 */
const NOT_RUN: Readonly<Record<string, string>> = {
  'qa-logged-model': 'from the registry issue on',
  'arg-inference-params': 'an argument of Python',
  'arg-env-manager': 'an argument of Python',
  'arg-dataset-path': 'an argument of Python',
  'arg-delta-path': 'an argument of Python',
  'latency-tuple': 'TypeScript has no tuples at run time',
  'col-legacy': '§8 row 7: there is no form of a metric that is told from another by the number of its parameters',
  'bad-returns': 'values for a whole column: ours are returned row by row, or by scoreDataset',
};

const evaluate = (id: string, change: Readonly<Record<string, unknown>> = {}): Promise<EvaluationResult> => {
  const { input } = caseOf(id);
  const own = 'extraMetrics' in change ? { ...input, extra_metrics: [] } : input;
  return touchstone().evaluate({ ...requestOf(own), ...change });
};
const reasons = (results: EvaluationResult, name: string) => results.coverage[name]?.reasons;
const answers = (id: string): readonly string[] => (caseOf(id).input.data.rows ?? []).map(({ answer }) => String(answer));

describe.skipIf(cases.length === 0)('§8 rows 3 and 22: a bad row costs the row, and not the metric or the evaluation', () => {
  test.each([
    ['qa-null-prediction', 'exact_match/v1', 2, { 'missing-cell': 1 }],
    ['qa-null-first-prediction', 'exact_match/v1', 1, { 'missing-cell': 1 }],
    ['qa-null-target', 'exact_match/v1', 1, { 'missing-cell': 1 }],
    ['qa-null-target', 'toxicity/v1', 2, {}],
    ['qa-mixed-predictions', 'token_count', 1, { 'not-text': 1 }],
    ['qa-mixed-predictions', 'exact_match/v1', 2, {}],
    ['sum-null-target', 'rougeL/v1', 1, { 'missing-cell': 1 }],
    ['sum-null-target', 'bleu/v1', 1, { 'missing-cell': 1 }],
    ['sum-null-first-target', 'rouge1/v1', 1, { 'missing-cell': 1 }],
    ['sum-null-one-row', 'rougeLsum/v1', 0, { 'missing-cell': 1 }],
    ['text-null-prediction', 'ari_grade_level/v1', 1, { 'missing-cell': 1 }],
    ['ret-not-lists', 'precision_at_3', 1, { 'wrong-type': 1 }],
  ] as const)('%s, %s', async (id, name, scored, expected) => {
    const results = await evaluate(id);
    expect(results.run.status).toBe('finished');
    expect(results.coverage[name]?.scored).toBe(scored);
    expect(reasons(results, name)).toEqual(expected);
    // What MLflow computed all the same is what we compute.
    const shared = Object.entries(caseOf(id).expected.metrics ?? {}).filter(([key]) => key in results.metrics);
    for (const [key, value] of shared) expect(results.metrics[key]).toBeCloseTo(value, 9);
  });

  test('qa-function-raises: one row fails, and the others are scored', async () => {
    const results = await evaluate('qa-function-raises', {
      model: ({ question }: { question: string }) => {
        if (question === 'Who wrote Hamlet?') throw new Error('backend is down');
        return 'Paris';
      },
    });
    expect(results.coverage['exact_match/v1']).toMatchObject({ scored: 1, failed: 1, reasons: { 'prediction-failed': 1 } });
    const rows = await Array.fromAsync(results.rows());
    expect(rows[1]?.scores.exact_match).toMatchObject({ error: { message: 'there is no prediction: backend is down' } });
  });

  test('qa-function-too-short: a batch with one output too few fails its rows, and nothing is guessed', async () => {
    const model = {
      id: 'short',
      identity: 'short',
      batch: 3,
      predict: (rows: readonly unknown[]) => rows.slice(1).map(() => ({ value: 'Paris' })),
    };
    const results = await evaluate('qa-function-too-short', { model });
    expect(results.run.status).toBe('failed');
    const rows = await Array.fromAsync(results.rows());
    expect(rows[0]?.scores.exact_match).toMatchObject({
      error: { message: 'there is no prediction: the model returned 2 results for 3 rows' },
    });
  });

  test.each(['bad-raises', 'bad-stale-first-row'])(
    '%s: a metric that throws fails its rows, the other metrics are computed',
    async (id) => {
      const raises = metric('raises', () => {
        throw new Error('broken metric');
      });
      const length = metric('char_length', ({ predictions }) => [...String(predictions)].length);
      const results = await evaluate(id, { extraMetrics: [raises, length] });
      expect(reasons(results, 'raises')).toEqual({ exception: answers(id).length });
      const mean = answers(id).reduce((sum, text) => sum + [...text].length, 0) / answers(id).length;
      expect(results.metrics['char_length/mean']).toBeCloseTo(mean, 12);
    },
  );

  test('bad-raises-later: a batch that throws is tried again row by row', async () => {
    const raises = defineMetric({
      name: 'raises',
      greaterIsBetter: true,
      needs: ['predictions'],
      batch: 8,
      scoreBatch: (rows) => {
        if (rows.length >= 2) throw new Error('broken metric');
        return rows.map(() => 1);
      },
    })();
    const results = await evaluate('bad-raises-later', { extraMetrics: [raises] });
    expect(results.metrics['raises/mean']).toBe(1);
  });

  test.each([
    ['bad-short-scores', (rows: readonly unknown[]) => rows.slice(1).map(() => 1), { 'wrong-length': 5 }],
    ['bad-empty-scores', () => [], { 'wrong-length': 5 }],
  ] as const)('%s: scores that belong to no row are refused', async (id, scoreBatch, expected) => {
    const short = defineMetric({ name: 'short', greaterIsBetter: true, needs: ['predictions'], batch: 8, scoreBatch })();
    const results = await evaluate(id, { data: caseOf(id).input.data.rows, extraMetrics: [short] });
    expect(results.metrics).toEqual({});
    expect(Object.keys(reasons(results, 'short') ?? {})).toEqual(Object.keys(expected));
  });
});

describe.skipIf(cases.length === 0)('§8 row 2: no number that is none', () => {
  test('bad-nan', async () => {
    const values = [Number.NaN, 1, 2, 3, Number.POSITIVE_INFINITY];
    const rows = (caseOf('bad-nan').input.data.rows ?? []).map((row, index) => ({ ...row, n: index }));
    const odd = defineMetric({
      name: 's_nan',
      greaterIsBetter: true,
      needs: { n: 'any' },
      scoreRow: ({ n }) => values[Number(n)] ?? 0,
    })();
    const results = await evaluate('bad-nan', { data: rows, extraMetrics: [odd] });
    expect(results.coverage.s_nan).toMatchObject({ scored: 3, failed: 2, reasons: { 'not-finite': 2 } });
    expect(results.metrics['s_nan/mean']).toBe(2);
  });

  test('bad-scores: numbers are aggregated as MLflow does; labels and yes or no have their shares', async () => {
    const { input, expected } = caseOf('bad-scores');
    const table: { columns: readonly string[]; data: readonly (readonly Json[])[] } = JSON.parse(
      expected.files_raw?.['eval_results_table.json'] ?? '',
    );
    const columnOf = (name: string) => table.data.map((cells) => cells[table.columns.indexOf(`${name}/score`)] ?? null);
    const scored = (name: string) => {
      const column = columnOf(name);
      return defineMetric({
        name,
        greaterIsBetter: true,
        needs: { n: 'any' },
        scoreRow: ({ n }) => column[Number(n)] as number,
      })();
    };
    const rows = (input.data.rows ?? []).map((row, index) => ({ ...row, n: index }));
    const results = await evaluate('bad-scores', {
      data: rows,
      extraMetrics: ['s_int_scores', 's_string_scores', 's_bool_scores'].map(scored),
    });
    for (const name of ['mean', 'variance', 'p90']) {
      expect(results.metrics[`s_int_scores/${name}`]).toBeCloseTo(expected.metrics?.[`s_int_scores/${name}`] ?? Number.NaN, 9);
    }
    const labels = columnOf('s_string_scores').map(String);
    for (const label of new Set(labels)) {
      const share = labels.filter((one) => one === label).length / labels.length;
      expect(results.metrics[`s_string_scores/${label}`]).toBeCloseTo(share, 12);
    }
    const yes = columnOf('s_bool_scores').filter((value) => value === true).length / rows.length;
    expect(results.metrics['s_bool_scores/mean']).toBeCloseTo(yes, 12);
  });
});

describe.skipIf(cases.length === 0)('§8 row 11: all rows of a list of objects are used', () => {
  test.each(['qa-function-list-of-dicts', 'qa-function-list-of-dicts-no-targets'])('%s', async (id) => {
    const results = await evaluate(id);
    expect(results.coverage.token_count).toMatchObject({ scored: 3 });
  });

  test('qa-function-list-of-dicts-two-keys: as MLflow, but that a missing or wrong cell is skipped', async () => {
    const { expected } = caseOf('qa-function-list-of-dicts-two-keys');
    const results = await evaluate('qa-function-list-of-dicts-two-keys');
    expect(reasons(results, 'mentions')).toEqual({ 'missing-cell': 1, 'not-text': 2 });
    const wanted = Object.entries(expected.metrics ?? {}).filter(([key]) => !key.startsWith('mentions'));
    for (const [key, value] of wanted) expect(results.metrics[key]).toBeCloseTo(value, 9);
  });

  test('latency-series-dataframe: where pandas cannot join the rows, we score them', async () => {
    const results = await evaluate('latency-series-dataframe');
    expect(results.metrics['char_length/mean']).toBe((5 + 61) / 2);
  });
});

describe.skipIf(cases.length === 0)('§8 row 8: one way to name a column', () => {
  test('col-mapping-nested: names in targets and predictions are translated too', async () => {
    const results = await evaluate('col-mapping-nested');
    expectMetrics(results, { ...caseOf('qa-static').expected.metrics }, '');
  });

  test('col-mapping: a column under another name is as MLflow; a literal column has no counterpart', async () => {
    const { input, expected } = caseOf('col-mapping');
    const inPassage = defineMetric({
      name: 'in_passage',
      greaterIsBetter: true,
      needs: ['predictions', 'passage'],
      scoreRow: ({ predictions, passage }) => Number(predictions.includes(passage)),
    })();
    const results = await touchstone().evaluate({
      data: input.data.rows,
      targets: 'gt',
      predictions: 'answer',
      extraMetrics: [inPassage],
      evaluatorConfig: { colMapping: { passage: 'context' } },
    });
    const wanted = Object.entries(expected.metrics ?? {}).filter(([key]) => key.startsWith('in_passage/'));
    expect(wanted).toHaveLength(3);
    for (const [key, value] of wanted) expect(results.metrics[key]).toBeCloseTo(value, 9);
  });

  test('col-config-parameter: what MLflow takes from the config is an option of the metric', async () => {
    const scaled = metric('scaled_cfg', ({ predictions }) => [...String(predictions)].length * 0.5);
    const { expected } = caseOf('col-config-parameter');
    const results = await evaluate('col-config-parameter', { extraMetrics: [scaled], evaluatorConfig: {} });
    for (const name of ['mean', 'variance', 'p90']) {
      expect(results.metrics[`scaled_cfg/${name}`]).toBeCloseTo(expected.metrics?.[`scaled_cfg/${name}`] ?? Number.NaN, 9);
    }
  });

  test('ev-list-flat-config: a flat config is understood beside a list of evaluators', async () => {
    expect((await evaluate('ev-list-flat-config')).metrics['p_exact_match/v1']).toBe(0.4);
  });

  test.each([
    ['arg-dataset-and-targets', 'the model is asked'],
    ['arg-dataset-and-predictions', 'the outputs are there'],
  ])('%s: what the data set says may be said again', async (id) => {
    expect((await evaluate(id)).run.status).toBe('finished');
  });

  test('arg-array-list-targets: targets of lists may be a list', async () => {
    expect((await evaluate('arg-array-list-targets')).metrics['exact_match/v1']).toBe(1);
  });

  test('arg-feature-names: a model sees the named features only, and the table keeps every column', async () => {
    const results = await evaluate('arg-feature-names');
    const { expected } = caseOf('arg-feature-names');
    expect((await results.tables.eval_results_table.toJSON()).columns).toContain('question');
    for (const [key, value] of Object.entries(expected.metrics ?? {})) expect(results.metrics[key]).toBeCloseTo(value, 9);
  });
});

test.skipIf(cases.length === 0)('§8 row 23: col-dependency-builtin, a metric reads finished metrics', async () => {
  const { expected } = caseOf('col-dependency-builtin');
  const plus = defineMetric({
    name: 'toxic_plus',
    greaterIsBetter: true,
    needs: ['predictions'],
    dependsOn: ['toxicity'],
    scoreRow: (_, { scores }) => Number(scores.toxicity?.value) + 10,
  })();
  const results = await evaluate('col-dependency-builtin', { extraMetrics: [plus] });
  for (const name of ['mean', 'variance', 'p90']) {
    expect(results.metrics[`toxic_plus/${name}`]).toBeCloseTo(expected.metrics?.[`toxic_plus/${name}`] ?? Number.NaN, 9);
  }
});

test.skipIf(cases.length === 0)(
  'cls-one-label: accuracy and count have a meaning, and of the rest it is said why there is none',
  async () => {
    const results = await evaluate('cls-one-label');
    expect(results.metrics).toEqual({ accuracy_score: 1, example_count: 7 });
    expect(results.skippedMetrics.map(({ name }) => name)).toContain('roc_auc');
  },
);

test.skipIf(cases.length === 0)('extra-regression-helpers: helpers without weights are the metrics without weights', async () => {
  const results = await evaluate('extra-regression-helpers');
  const rows = (caseOf('extra-regression-helpers').input.data.rows ?? []).map(({ y, p }) => Math.abs(Number(y) - Number(p)));
  expect(results.metrics.mean_absolute_error).toBeCloseTo(rows.reduce((sum, one) => sum + one, 0) / rows.length, 12);
});

describe.skipIf(cases.length === 0)('custom artifacts are what an evaluator finishes with', () => {
  const custom = (artifacts: () => Readonly<Record<string, string>>) =>
    defineEvaluator({
      name: 'custom',
      supports: () => true,
      metrics: () => [],
      finish: async (scored) => {
        const rows = await Array.fromAsync(scored.rows());
        const names = Object.keys(rows[0]?.scores ?? {});
        return {
          tables: { copy: rows.map(({ columns }) => ({ prediction: columns.answer ?? null, target: columns.gt ?? null })) },
          artifacts: {
            'summary.json': JSON.stringify({ columns: ['prediction', 'target'], rows: rows.length, metrics: names }),
            'note.txt': `${rows.length} rows`,
            'raw.json': JSON.stringify({ rows: rows.length }),
            ...artifacts(),
          },
        };
      },
    });

  test('art-custom', async () => {
    const { expected } = caseOf('art-custom');
    const results = await evaluate('art-custom', { evaluators: ['default', custom(() => ({}))] });
    expectMetrics(results, expected.metrics ?? {}, '');
    const folder = await mkdtemp(join(tmpdir(), 'touchstone-artifacts-'));
    await results.save(folder);
    const text = (file: string): Promise<string> => readFile(join(folder, file), 'utf8');
    // A table is kept as one, in split orientation; MLflow writes this one as CSV.
    const files = Object.values(expected.artifacts ?? {}).map(({ file }) => file.replace('copy.csv', 'copy.json'));
    expect(await readdir(folder)).toEqual(expect.arrayContaining(files));
    expect(await text('note.txt')).toBe(expected.files_raw?.['note.txt']);
    expect(JSON.parse(await text('raw.json'))).toEqual(JSON.parse(expected.files_raw?.['raw.json'] ?? ''));
    const summary = JSON.parse(expected.files_raw?.['summary.json'] ?? '');
    const metrics = summary.metrics.map((name: string) => name.replace(/\/v1$/u, ''));
    expect(JSON.parse(await text('summary.json'))).toEqual({ ...summary, metrics: expect.arrayContaining(metrics) });
    const copied = (await results.tables.copy?.toArray())?.map(({ prediction }) => prediction);
    expect(copied).toEqual(answers('art-custom'));
  });

  test('art-breaks: what breaks is said, and the scores are there', async () => {
    const breaks = custom(() => {
      throw new Error('broken artifact');
    });
    const results = await evaluate('art-breaks', { evaluators: ['default', breaks] });
    expect(results.run.status).toBe('finished');
    expect(results.warnings).toContain("Evaluator 'custom' could not finish: broken artifact");
    expect(results.metrics['exact_match/v1']).toBe(0.4);
  });

  test('art-plain-text: a text is an artifact like any other', async () => {
    const results = await evaluate('art-plain-text', {
      evaluators: ['default', custom(() => ({ words: 'neither a path nor JSON' }))],
    });
    const folder = await mkdtemp(join(tmpdir(), 'touchstone-artifacts-'));
    await results.save(folder);
    expect(await readFile(join(folder, results.artifacts.words ?? ''), 'utf8')).toBe('neither a path nor JSON');
  });

  test('art-duplicate: a name that is taken is said, and the later one stays', async () => {
    const again = defineEvaluator({
      name: 'again',
      supports: () => true,
      metrics: () => [],
      finish: async () => ({ artifacts: { 'note.txt': 'the later one' } }),
    });
    const results = await evaluate('art-duplicate', { evaluators: ['default', custom(() => ({})), again] });
    expect(results.warnings).toContain("Evaluator 'again': its artifact note.txt replaces another of that name.");
    const folder = await mkdtemp(join(tmpdir(), 'touchstone-artifacts-'));
    await results.save(folder);
    expect(await readFile(join(folder, 'note.txt'), 'utf8')).toBe('the later one');
  });
});

describe.skipIf(cases.length === 0)('refused, in words of our own', () => {
  test.each([
    ['bad-not-a-metric', { extraMetrics: [() => 1, 'bleu'] }, 'extraMetrics'],
    ['arg-bad-data', { data: 'rows.csv' }, 'rows.csv'],
  ] as const)('%s', async (id, change, words) => {
    const error = await evaluate(id, change).catch((thrown: unknown) => thrown);
    expect(TouchstoneError.isInstance(error) && error.message).toContain(words);
  });

  test('bad-name-slash', async () => {
    const named = metric('a/b', () => 1);
    await expect(evaluate('qa-static', { extraMetrics: [named] })).rejects.toThrow("'a/b'");
  });
});

test.skipIf(cases.length === 0)('every recorded run is held against ours, or listed with the reason why it cannot be', () => {
  const tests = ['mlflow-runs', 'mlflow-differences'].map((name) =>
    readFileSync(join(import.meta.dirname, `${name}.test.ts`), 'utf8'),
  );
  const isTested = (id: string): boolean =>
    tests.some((source) => source.includes(`'${id}'`) || source.includes(`'${id}:`) || source.includes(`'${id},`));
  const missing = cases.filter(({ id, kind }) => kind !== 'thresholds' && !Object.hasOwn(NOT_RUN, id) && !isTested(id));
  expect(missing.map(({ id }) => id)).toEqual([]);
  expect(cases).toHaveLength(142);
});
