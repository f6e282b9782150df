import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  createTouchstone,
  defineMetric,
  type EvaluateRequest,
  type Json,
  type Metric,
  type MetricThreshold,
  metric,
  TouchstoneError,
  TouchstoneRuntime,
  validateEvaluationResults,
} from '@touchstone/core';
import classic, {
  f1Score,
  mae,
  mape,
  maxError,
  mse,
  precisionScore,
  r2Score,
  recallScore,
  rmse,
} from '@touchstone/evaluator-classic';
import { ariGradeLevel, fleschKincaidGradeLevel } from '@touchstone/metric-readability';
import retrieval, { ndcgAtK, precisionAtK, recallAtK } from '@touchstone/metric-retrieval';
import { rouge1, rouge2, rougeL, rougeLsum } from '@touchstone/metric-rouge';
import { bleu, exactMatch } from '@touchstone/metric-text';
import { describe, expect, test } from 'vitest';

/** Input and outcome pairs that MLflow's own tests state, or that follow from its formulas; beside the recorded runs. */
const path = join(process.env.TOUCHSTONE_GOLDEN ?? '', '../spec/mlflow-vectors.json');
const vectors: readonly Vector[] = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).vectors : [];

interface Vector {
  readonly id: string;
  readonly metric: string;
  readonly inputs: {
    readonly predictions?: readonly Json[];
    readonly targets?: readonly Json[];
    readonly [key: string]: unknown;
  };
  readonly params: Readonly<Record<string, unknown>>;
  readonly expected: unknown;
  readonly tolerance?: number;
}

/** Of judges: `judge-vectors.test.ts`. */
const OF_JUDGES = /^(?:judge_|prompt_template_|make_genai_metric|evaluation_example_render|genai_aggregations$)/u;

/** Where ours is another one on purpose, with the row of mlflow-evaluate.md §8. */
const DIFFERENT: Readonly<Record<string, string>> = {
  v002: '§8 row 3: labels have the share of each, and not nothing',
  v003: '§8 row 3: a row of another kind costs that row, and not the aggregates of all',
  v019: 'no rows: refused, as in the recorded runs, where MLflow has no value',
  v064: '§8 row 3: a list with more targets than predictions is refused before anything is scored',
  v125: '§8 row 8: an impossible k is an error before the first row, and not a warning and no metrics',
  v263: 'TypeScript has one kind of number: 2 is refused because it is above 1',
};

/** Inputs that are not there: the texts lie in textstat's sources, and the toxicity scores are those of a model of 500 MB. */
const NO_INPUT: readonly string[] = ['v135', 'v136', 'v137', 'v138', 'v139', 'v140', 'v147', 'v148'];

/** Steps inside of MLflow that have no counterpart: one label against the rest is seen in the table by class, the ratio in the recorded runs. */
const INNER: readonly string[] = ['v086', 'v087', 'v088', 'v149'];

const chosen = vectors.filter(({ metric: name, id }) => !OF_JUDGES.test(name) && ![...NO_INPUT, ...INNER].includes(id));
const of = (...names: readonly string[]): readonly Vector[] =>
  chosen.filter(({ metric: name, id }) => names.includes(name) && !(id in DIFFERENT));

const BY_ROW: Readonly<Record<string, (k: number) => Metric>> = {
  rouge1: () => rouge1(),
  rouge2: () => rouge2(),
  rougeL: () => rougeL(),
  rougeLsum: () => rougeLsum(),
  bleu: () => bleu(),
  precision_at_k: (k) => precisionAtK({ k }),
  recall_at_k: (k) => recallAtK({ k }),
  ndcg_at_k: (k) => ndcgAtK({ k }),
  flesch_kincaid_grade_level: () => fleschKincaidGradeLevel(),
  ari_grade_level: () => ariGradeLevel(),
};
const OVER_ALL: Readonly<Record<string, () => Metric>> = {
  exact_match: () => exactMatch(),
  mae: () => mae(),
  mse: () => mse(),
  rmse: () => rmse(),
  r2_score: () => r2Score(),
  max_error: () => maxError(),
  mape: () => mape(),
  recall_score: () => recallScore(),
  precision_score: () => precisionScore(),
  f1_score: () => f1Score(),
};
const done = new Set<string>();
const id = (vector: Vector): Vector => {
  done.add(vector.id);
  return vector;
};

describe.skipIf(vectors.length === 0)('vectors of MLflow', () => {
  test.each(of(...Object.keys(BY_ROW)).map(id))(
    '$id $metric',
    async ({ metric: name, inputs, params, expected, tolerance = 1e-9 }) => {
      const made = BY_ROW[name]?.(Number(params.k ?? 3));
      if (made === undefined) throw new Error(`no ${name}`);
      const { scores, aggregates = {} } = expected as {
        scores: readonly number[];
        aggregates?: Readonly<Record<string, number>>;
      };
      const results = await new TouchstoneRuntime({}).evaluate({ ...staticData(inputs), extraMetrics: [made] });
      const key = results.run.rows === 0 ? '' : Object.keys(results.coverage)[0];
      const rows = await Array.fromAsync(results.rows());
      expect(rows).toHaveLength(scores.length);
      for (const [index, value] of scores.entries()) {
        const score = Object.values(rows[index]?.scores ?? {})[0];
        expect(score?.status === 'scored' ? Math.abs(Number(score.value) - value) : score).toBeLessThanOrEqual(tolerance);
      }
      for (const [aggregate, value] of Object.entries(aggregates)) {
        expect(Math.abs((results.metrics[`${key}/${aggregate}`] ?? Number.NaN) - value)).toBeLessThanOrEqual(tolerance);
      }
    },
  );

  test.each(of(...Object.keys(OVER_ALL)).map(id))('$id $metric', async ({ metric: name, inputs, expected }) => {
    const made = OVER_ALL[name]?.();
    if (made === undefined) throw new Error(`no ${name}`);
    const results = await new TouchstoneRuntime({}).evaluate({ ...staticData(inputs), extraMetrics: [made] });
    for (const [key, value] of Object.entries(expected as Readonly<Record<string, number>>))
      expectNumber(results.metrics[key], value);
  });

  test.each(of('standard_aggregations').map(id))('$id $metric', async ({ inputs, expected }) => {
    const scores = inputs.scores as readonly number[];
    const given = defineMetric({ name: 'given', greaterIsBetter: true, needs: { n: 'any' }, scoreRow: ({ n }) => Number(n) })();
    const data = scores.map((n) => ({ n, predictions: 'x' }));
    const results = await createTouchstone().evaluate({ data, predictions: 'predictions', extraMetrics: [given] });
    for (const [name, value] of Object.entries(expected as Readonly<Record<string, number>>)) {
      expectNumber(results.metrics[`given/${name}` as keyof typeof results.metrics], value);
    }
  });

  test.each(of('retriever_default_set').map(id))('$id $metric', async ({ inputs, params, expected }) => {
    const touchstone = new TouchstoneRuntime({ plugins: [retrieval()] });
    const results = await touchstone.evaluate({
      ...staticData(inputs),
      modelType: 'retriever',
      evaluatorConfig: { retrieverK: params.retriever_k },
    });
    for (const [key, value] of Object.entries(expected as Readonly<Record<string, number>>))
      expectNumber(results.metrics[key], value);
  });

  test.each(of('regressor_default_set', 'binary_classifier_default_set', 'multiclass_classifier_default_set').map(id))(
    '$id $metric',
    async ({ metric: name, inputs, params, expected }) => {
      const classifier = name !== 'regressor_default_set';
      const request = staticData(inputs);
      const { probabilities } = inputs as { probabilities?: readonly Json[] };
      const weights = params.sample_weights as readonly number[] | null;
      const data = (request.data as readonly object[]).map((row, index) => ({
        ...row,
        ...(probabilities === undefined ? {} : { probabilities: probabilities[index] }),
        ...(weights === null ? {} : { weight: weights[index] }),
      }));
      const results = await new TouchstoneRuntime({ plugins: [classic()] }).evaluate({
        ...request,
        data,
        modelType: classifier ? 'classifier' : 'regressor',
        evaluatorConfig: {
          ...(weights === null ? {} : { sampleWeights: 'weight' }),
          ...(probabilities === undefined ? {} : { probabilities: 'probabilities' }),
          ...(params.labels === undefined ? {} : { labelList: params.labels }),
          ...(params.average === undefined ? {} : { average: params.average }),
        },
      });
      for (const [key, value] of Object.entries(expected as Readonly<Record<string, number>>)) {
        expect([key, Math.abs((results.metrics[key] ?? Number.NaN) - value) < 1e-9]).toEqual([key, true]);
      }
    },
  );

  test.each(of('validate_evaluation_results').map(id))('$id $metric', ({ inputs, params, expected }) => {
    const { passed, messages, failed } = expected as {
      passed: boolean;
      messages?: readonly string[];
      failed?: readonly string[];
    };
    const { candidate, baseline } = inputs as Record<'candidate' | 'baseline', Readonly<Record<string, number>> | null>;
    const thresholds = Object.fromEntries(
      Object.entries(params.thresholds as object).map(([key, value]) => [key, thresholdOf(value)]),
    );
    const validate = () =>
      validateEvaluationResults(thresholds, { metrics: candidate ?? {} }, ...(baseline === null ? [] : [{ metrics: baseline }]));
    const error = errorOf(validate);
    expect(error === undefined).toBe(passed);
    if (messages !== undefined) expect(error?.message.split('\n')).toEqual(messages);
    if (failed !== undefined) expect(error?.problems.map(({ message }) => /^Metric (\S+) /u.exec(message)?.[1])).toEqual(failed);
  });

  test.each(of('metric_threshold_constructor').map(id))('$id $metric', ({ inputs, expected }) => {
    const { error_contains: words, prefix } = expected as { error_contains: string; prefix: string };
    const error = errorOf(() => validateEvaluationResults({ m: thresholdOf(inputs) }, { metrics: { m: 1 } }));
    expect(error?.message).toBe(`${prefix}${words}`);
  });

  test.each(of('auto_feature_names').map(id))('$id $metric', async ({ inputs, expected }) => {
    const count = Number(inputs.n_features);
    const row = Array.from({ length: count }, (_, n) => `cell ${n}`);
    const touchstone = createTouchstone();
    const { data } = await touchstone.plan({ data: [row], model: () => 'x', extraMetrics: [metric('one', () => 1)] });
    expect({ first: data.columns[0], last: data.columns.at(-1) }).toEqual(expected);
  });

  test.each(of('metric_dependency_order').map(id))('$id $metric', async ({ inputs, expected }) => {
    const graph = inputs.graph as Readonly<Record<string, readonly string[]>>;
    const known = new Set(Object.keys(graph));
    const extraMetrics = Object.entries(graph).map(([name, dependsOn]) =>
      defineMetric({ name, greaterIsBetter: true, needs: ['predictions'], dependsOn, scoreRow: () => 1 })(),
    );
    const evaluating = new TouchstoneRuntime({}).evaluate({ data: [{ p: 'x' }], predictions: 'p', extraMetrics });
    if ((expected as { resolves?: boolean }).resolves) expect((await evaluating).run.status).toBe('finished');
    else await expect(evaluating).rejects.toThrow(known.size === 3 ? 'in a circle' : /circle|no such metric|metric_/u);
  });

  test.each(of('metric_dependency_table').map(id))('$id $metric', async () => {
    const first = defineMetric({
      name: 'metric_1',
      version: 'v1',
      greaterIsBetter: true,
      needs: ['predictions'],
      aggregations: [
        { name: 'aggregate', kind: 'mean', compute: (values) => values.reduce((sum, value) => sum + value, 0) / values.length },
      ],
      scoreRow: ({ predictions }) => ({
        value: predictions === 'a' ? 0 : 1,
        justification: `${predictions === 'a' ? 'first' : 'second'} justification`,
      }),
    })();
    const second = defineMetric({
      name: 'metric_2',
      version: 'v2',
      greaterIsBetter: true,
      needs: ['predictions'],
      dependsOn: ['metric_1'],
      scoreRow: (_, { scores }) => Number(scores.metric_1?.value) * 5,
    })();
    const results = await new TouchstoneRuntime({}).evaluate({
      data: [{ p: 'a' }, { p: 'b' }],
      predictions: 'p',
      extraMetrics: [second, first],
    });
    const table = await results.tables.eval_results_table.toArray();
    expect(table.map((row) => row['metric_1/v1/score'])).toEqual([0, 1]);
    expect(table.map((row) => row['metric_2/v2/score'])).toEqual([0, 5]);
    expect(table.map((row) => row['metric_1/v1/justification'])).toEqual(['first justification', 'second justification']);
    expect(results.metrics['metric_1/v1/aggregate']).toBe(0.5);
  });

  test.each(of('eval_table_columns', 'metric_keys').map(id))(
    '$id $metric',
    async ({ metric: name, inputs, params, expected }) => {
      if (inputs.model_type === 'retriever') {
        const results = await new TouchstoneRuntime({ plugins: [retrieval()] }).evaluate({
          ...staticData({ predictions: [['a'], ['b'], ['c']], targets: [['a'], ['b'], ['x']] }),
          modelType: 'retriever',
          evaluatorConfig: { retrieverK: params.retriever_k },
        });
        expect(Object.keys(results.metrics)).toEqual(expected);
        return;
      }
      const toxicity = defineMetric({
        name: 'toxicity',
        version: 'v1',
        greaterIsBetter: false,
        needs: ['predictions'],
        aggregations: ['mean', 'variance', 'p90', { name: 'ratio', kind: 'proportion', compute: () => 0 }],
        scoreRow: () => 0.25,
      })();
      const results = await new TouchstoneRuntime({}).evaluate({
        data: [['What is MLflow?']],
        featureNames: ['feature_1'],
        targets: ['MLflow is …'],
        model: () => 'an answer',
        extraMetrics: [toxicity],
      });
      const { columns } = await results.tables.eval_results_table.toJSON();
      expect(name === 'metric_keys' ? Object.keys(results.metrics) : columns).toEqual(expected);
    },
  );

  test.each(of('one_vs_rest_roc_auc', 'one_vs_rest_average_precision').map(id))(
    '$id $metric',
    async ({ metric: name, inputs, params, expected }) => {
      const { targets = [], probabilities } = inputs as Record<string, readonly number[]> & {
        probabilities: readonly number[][];
      };
      const weights = params.sample_weights as readonly number[] | null;
      const data = targets.map((target, index) => ({
        t: target,
        p: probabilities[index]?.indexOf(Math.max(...(probabilities[index] ?? []))) ?? 0,
        probabilities: probabilities[index],
        ...(weights === null ? {} : { weight: weights[index] }),
      }));
      const results = await new TouchstoneRuntime({ plugins: [classic()] }).evaluate({
        data,
        predictions: 'p',
        targets: 't',
        modelType: 'classifier',
        evaluatorConfig: {
          probabilities: 'probabilities',
          labelList: params.labels,
          ...(weights === null ? {} : { sampleWeights: 'weight' }),
        },
      });
      const table = await results.tables.per_class_metrics?.toArray();
      const column = name === 'one_vs_rest_roc_auc' ? 'roc_auc' : 'precision_recall_auc';
      const { per_class: perClass } = expected as { per_class: readonly number[] };
      expect(table?.map((row) => Number(row[column]))).toHaveLength(perClass.length);
      for (const [index, value] of perClass.entries())
        expect(Math.abs(Number(table?.[index]?.[column]) - value)).toBeLessThan(5e-5);
    },
  );

  test.each(of('roc_curve_binary', 'precision_recall_curve_binary').map(id))(
    '$id $metric',
    async ({ metric: name, inputs, params, expected, tolerance = 1e-9 }) => {
      const { targets = [], scores } = inputs as { targets: readonly number[]; scores: readonly number[] };
      const weights = params.sample_weights as readonly number[] | null;
      const results = await new TouchstoneRuntime({ plugins: [classic()] }).evaluate({
        data: targets.map((target, index) => ({
          t: target,
          p: Number((scores[index] ?? 0) >= 0.5),
          probability: scores[index],
          ...(weights === null ? {} : { weight: weights[index] }),
        })),
        predictions: 'p',
        targets: 't',
        modelType: 'classifier',
        evaluatorConfig: {
          posLabel: params.pos_label,
          probabilities: 'probability',
          ...(weights === null ? {} : { sampleWeights: 'weight' }),
        },
      });
      const roc = name === 'roc_curve_binary';
      const wanted = expected as Readonly<Record<string, readonly number[] | number>>;
      expectNumber(
        results.metrics[roc ? 'roc_auc' : 'precision_recall_auc'],
        Number(roc ? wanted.roc_auc : wanted.average_precision),
        tolerance,
      );
      const table = await results.tables[roc ? 'roc_curve' : 'precision_recall_curve']?.toArray();
      const columns = roc
        ? { fpr: 'false_positive_rate', tpr: 'true_positive_rate' }
        : { recall: 'recall', precision: 'precision' };
      for (const [theirs, column] of Object.entries(columns)) {
        const points = wanted[theirs] as readonly number[];
        const ours = table?.map((row) => Number(row[column]));
        // Every corner of theirs is one of ours; corners on a straight line may be left out of either.
        for (const value of points) expect(ours?.some((one) => Math.abs(one - value) < 1e-6)).toBe(true);
      }
    },
  );

  test('are all of them: those that differ are listed, and really differ', () => {
    for (const known of Object.keys(DIFFERENT)) done.add(known);
    expect(chosen.filter((vector) => !done.has(vector.id)).map(({ id: one, metric: name }) => `${one} ${name}`)).toEqual([]);
    expect(() =>
      validateEvaluationResults({ m: { minRelativeChange: 2, greaterIsBetter: true } }, { metrics: { m: 1 } }),
    ).toThrow('`min_relative_change` parameter must be between 0 and 1.');
  });

  test('v002 and v003: a label, and a row of another kind', async () => {
    const given = metric('given', ({ predictions }) => (predictions === 'one' ? 1 : predictions));
    const evaluate = async (answers: readonly string[]) =>
      (await createTouchstone().evaluate({ data: answers.map((p) => ({ p })), predictions: 'p', extraMetrics: [given] })).metrics;
    expect(await evaluate(['a', 'b', 'a', 'a'])).toEqual({ 'given/a': 0.75, 'given/b': 0.25 });
  });

  test('v019 and v064: no rows, and more targets than rows', async () => {
    const evaluate = (data: readonly string[], targets: readonly string[]) =>
      new TouchstoneRuntime({}).evaluate({ data, targets, model: () => 'x', extraMetrics: [exactMatch()] });
    await expect(evaluate([], [])).rejects.toThrow('data is an empty array; there is nothing to evaluate.');
    await expect(evaluate(['a', 'b'], ['a', 'b', 'c'])).rejects.toThrow('targets has 3 values, but data has 2 rows');
  });

  test('v125: an impossible k', async () => {
    const touchstone = new TouchstoneRuntime({ plugins: [retrieval()] });
    const request = {
      ...staticData({ predictions: [['a']], targets: [['a']] }),
      modelType: 'retriever',
      evaluatorConfig: { retrieverK: -1 },
    };
    await expect(touchstone.evaluate(request)).rejects.toThrow('k must be a whole number of at least 1, and it is -1');
  });
});

function staticData(inputs: Vector['inputs']): EvaluateRequest & { readonly data: readonly object[] } {
  const { predictions = [], targets } = inputs;
  const data = predictions.map((p, index) => ({ p: p ?? null, ...(targets === undefined ? {} : { t: targets[index] ?? null }) }));
  return { data, predictions: 'p', ...(targets === undefined ? {} : { targets: 't' }) };
}

function thresholdOf(given: object): MetricThreshold {
  const {
    threshold,
    min_absolute_change: minAbsoluteChange,
    min_relative_change: minRelativeChange,
    greater_is_better: greaterIsBetter,
  } = given as Readonly<Record<string, unknown>>;
  // Some of them are no thresholds, which is what the vector is about.
  return { threshold, minAbsoluteChange, minRelativeChange, greaterIsBetter } as unknown as MetricThreshold;
}

function errorOf(work: () => unknown): TouchstoneError | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    if (TouchstoneError.isInstance(error)) return error;
    throw error;
  }
}

function expectNumber(ours: number | undefined, theirs: number, tolerance = 1e-9): void {
  expect(Math.abs((ours ?? Number.NaN) - theirs)).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(theirs)));
}
