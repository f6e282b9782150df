import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as core from '@touchstone/core';
import {
  batchModel,
  chat,
  createTouchstone,
  defineEvaluator,
  EvaluationResult,
  evaluate,
  metric,
  TouchstoneError,
  validateEvaluationResults,
} from '@touchstone/core';
import * as classic from '@touchstone/evaluator-classic';
import * as genai from '@touchstone/metric-genai';
import * as readability from '@touchstone/metric-readability';
import retrieval, * as retrievalMetrics from '@touchstone/metric-retrieval';
import * as rouge from '@touchstone/metric-rouge';
import * as text from '@touchstone/metric-text';
import * as tokens from '@touchstone/metric-tokens';
import * as toxicity from '@touchstone/metric-toxicity';
import openai from '@touchstone/model-openai';
import { fakeProvider } from '@touchstone/testing/fake-provider';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { articles } from './articles.ts';
import { basicQa } from './basic-qa.ts';
import { answers } from './fake-answers.ts';
import { answered, questions } from './questions.ts';

const guide = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8');
const { exactMatch } = text;
const { rougeL } = rouge;
const brief = metric('brief', ({ predictions }) => predictions.length < 20);
const stored = { data: answered, targets: 'ground_truth', predictions: 'predictions' } as const;

afterEach(() => vi.unstubAllEnvs());

/** The cells of each row of the table below a heading, code marks taken away. */
function tableBelow(heading: string): readonly (readonly string[])[] {
  const section = guide.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('|'));
  return rows.slice(2).map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('`', '')),
  );
}

describe('the metrics of the guide', () => {
  const packages: Readonly<Record<string, object>> = {
    '@touchstone/core': core,
    '@touchstone/evaluator-classic': classic,
    '@touchstone/metric-genai': genai,
    '@touchstone/metric-readability': readability,
    '@touchstone/metric-retrieval': retrievalMetrics,
    '@touchstone/metric-rouge': rouge,
    '@touchstone/metric-text': text,
    '@touchstone/metric-tokens': tokens,
    '@touchstone/metric-toxicity': toxicity,
  };
  const rows = tableBelow('Metrics');

  test('are all there', () => expect(rows).toHaveLength(28));

  test.each(rows)('%s is %s of %s, under the key %s', (_, call = '', from = '', key) => {
    const [, name = '', k] = /^(\w+)\((?:\{ k: (\d+) \})?\)$/u.exec(call) ?? [];
    const made: unknown = Reflect.get(packages[from] ?? {}, name);
    if (typeof made !== 'function') throw new Error(`${from} has no ${name}.`);
    const { name: metricName, version } = k === undefined ? made() : made({ k: Number(k) });
    expect(version === undefined ? metricName : `${metricName}/${version}`).toBe(key);
  });
});

describe('the arguments of the guide', () => {
  // Those of MLflow 2.22.
  test.each([
    ...[
      'model',
      'data',
      'model_type',
      'targets',
      'predictions',
      'dataset_path',
      'feature_names',
      'evaluators',
      'evaluator_config',
    ],
    ...['custom_metrics', 'extra_metrics', 'custom_artifacts', 'validation_thresholds', 'baseline_model', 'baseline_config'],
    ...['env_manager', 'model_config', 'inference_params', 'model_id'],
  ])('%s has a row', (argument) => {
    const rows = tableBelow('The arguments of `mlflow.evaluate`').map(([first = '']) => first);
    expect(rows.filter((cell) => new RegExp(`(?:^|, )${argument}(?:$|=|,)`, 'u').test(cell))).not.toEqual([]);
  });

  test('a column mapping in three spellings, flat or by evaluator', async () => {
    const base = { data: answered, predictions: 'predictions', extraMetrics: [exactMatch()] } as const;
    const columns = { targets: 'ground_truth' } as const;
    const results = [
      await evaluate({ ...base, columns }),
      await evaluate({ ...base, evaluatorConfig: { colMapping: columns } }),
      await evaluate({ ...base, evaluatorConfig: { default: { colMapping: columns } } }),
      await createTouchstone().evaluate({ ...base, columns: {}, evaluatorConfig: { col_mapping: columns } } as never),
    ];
    expect(results.map(({ metrics }) => metrics)).toEqual(results.map(() => ({ 'exact_match/v1': 0.5 })));
  });

  test('a prefix stands once in a key', async () => {
    const { metrics } = await evaluate({ ...stored, extraMetrics: [rougeL()], evaluatorConfig: { metricPrefix: 'val_' } });
    expect(Object.keys(metrics)).toEqual(['val_rougeL/v1/mean', 'val_rougeL/v1/variance', 'val_rougeL/v1/p90']);
  });

  test('retrieverK is the k of the preset', async () => {
    const { metrics } = await createTouchstone({ plugins: [retrieval()] }).evaluate({
      data: [{ found: ['a', 'b'], relevant: ['a'] }],
      predictions: 'found',
      targets: 'relevant',
      modelType: 'retriever',
      evaluatorConfig: { retrieverK: 2 },
    });
    expect(metrics['precision_at_2/mean']).toBe(0.5);
  });

  test('evaluators by name, and an unknown one', async () => {
    const touchstone = createTouchstone({ plugins: [text.default()] });
    const named = { ...stored, modelType: 'question-answering' } as const;
    expect((await touchstone.evaluate({ ...named, evaluators: 'default' })).metrics).toEqual({ 'exact_match/v1': 0.5 });
    await expect(touchstone.evaluate({ ...named, evaluators: 'defalt' })).rejects.toThrow("Did you mean 'default'?");
  });

  test('finish of an evaluator returns metrics, tables and artifacts', async () => {
    const summary = defineEvaluator({
      name: 'summary',
      supports: () => true,
      metrics: () => [],
      finish: async (scored) => ({
        metrics: { wrong: await scored.count((row) => row['exact_match/v1/score'] === false) },
        tables: { lengths: [{ words: 3 }] },
        artifacts: { 'note.txt': '메모' },
      }),
    });
    const results = await evaluate({ ...stored, extraMetrics: [exactMatch()], evaluators: ['default', summary] });
    expect(results.metrics).toEqual({ 'exact_match/v1': 0.5, wrong: expect.any(Number) });
    expect(Object.keys(results.tables)).toContain('lengths');
    expect(new TextDecoder().decode(await results.readArtifact('note.txt'))).toBe('메모');
  });

  test('an argument that has no place here is refused with what to do instead', async () => {
    const given = { ...stored, extraMetrics: [exactMatch()], validation_thresholds: {} };
    await expect(evaluate(given as never)).rejects.toThrow(
      "evaluate has no option 'validation_thresholds'. Hand them to validateEvaluationResults, with the result.",
    );
  });
});

describe('the models of the guide', () => {
  test('a function sees no target, and a row that throws fails alone', async () => {
    const seen: string[] = [];
    const results = await evaluate({
      data: questions,
      targets: 'ground_truth',
      model: (row) => {
        seen.push(...Object.keys(row));
        if (row.inputs.startsWith('Why')) throw new Error('no idea');
        return 'February.';
      },
      extraMetrics: [exactMatch()],
    });
    expect(new Set(seen)).toEqual(new Set(['inputs']));
    expect(results.metrics).toEqual({ 'exact_match/v1': 0.5 });
    expect(results.coverage['exact_match/v1']).toMatchObject({ scored: 2 });
  });

  test('batchModel gets many rows', async () => {
    const sizes: number[] = [];
    const model = batchModel(
      (rows: readonly { readonly inputs: string }[]) => {
        sizes.push(rows.length);
        return rows.map(() => 'February.');
      },
      { size: 3 },
    );
    await evaluate({ data: questions, targets: 'ground_truth', model, extraMetrics: [exactMatch()] });
    expect(sizes.toSorted()).toEqual([1, 3]);
  });

  test('one placeholder that is no column takes the inputs and is said, two are an error', async () => {
    await using provider = await fakeProvider({ answers });
    const touchstone = createTouchstone({ plugins: [openai({ apiKey: 'k', baseUrl: provider.openai })] });
    const base = { data: questions, targets: 'ground_truth', extraMetrics: [exactMatch()] } as const;
    const results = await touchstone.evaluate({ ...base, model: basicQa });
    expect(results.warnings).toEqual(['{question} is no column of the data, and is filled with inputs.']);
    const model = chat('openai:/gpt-5-mini', { messages: [{ role: 'user', content: '{question} {style}' }] });
    await expect(touchstone.evaluate({ ...base, model })).rejects.toThrow('The messages ask for {style}');
    expect(provider.calls()).toHaveLength(4);
  });
});

test('the variables are read when they are used, and of two addresses the first wins', async () => {
  await using provider = await fakeProvider({ answers });
  const touchstone = createTouchstone({ plugins: [openai()] });
  vi.stubEnv('OPENAI_API_TYPE', '');
  vi.stubEnv('OPENAI_API_KEY', 'a-key');
  vi.stubEnv('OPENAI_API_BASE', 'http://127.0.0.1:9/v1');
  vi.stubEnv('OPENAI_BASE_URL', provider.openai);
  await touchstone.evaluate({ data: questions, model: basicQa, targets: 'ground_truth', extraMetrics: [exactMatch()] });
  expect(provider.calls().map(({ headers }) => headers.authorization)).toEqual(Array(4).fill('Bearer a-key'));
});

describe('the data of the guide', () => {
  test('texts have the column inputs, lists have feature_1 and so on', async () => {
    const columnsOf = async (results: EvaluationResult) => (await results.tables.eval_results_table?.toJSON())?.columns;
    const ofTexts = await evaluate({ data: ['봄', '가을'], model: ({ inputs }) => inputs, extraMetrics: [brief] });
    expect(await columnsOf(ofTexts)).toEqual(['inputs', 'outputs', 'brief/score']);
    const lists = [
      ['봄', 1],
      ['가을', 2],
    ];
    const targets = ['봄', '겨울'];
    const ofLists = await evaluate({ data: lists, targets, model: (row) => String(row.feature_1), extraMetrics: [exactMatch()] });
    expect(ofLists.metrics).toEqual({ 'exact_match/v1': 0.5 });
    expect(await columnsOf(ofLists)).toEqual(['feature_1', 'feature_2', 'target', 'outputs']);
  });
});

describe('the numbers of the guide', () => {
  const recorded = JSON.parse(readFileSync(join(import.meta.dirname, '__fixtures__/mlflow-2.22.5.json'), 'utf8'));
  const summaries = articles.map((row) => ({ ...row, predictions: row.inputs.replace(/(?<=\.) .*/su, '') }));
  const packs = [readability.default(), rouge.default(), text.default(), tokens.default()];

  test.each([
    ['question-answering', answered, recorded.questionAnswering],
    ['text-summarization', summaries, recorded.summarization],
  ])('%s: aggregates and rows are those of the real MLflow', async (modelType, data, real) => {
    const results = await createTouchstone({ plugins: packs }).evaluate({ ...stored, data, modelType });
    for (const [key, value] of Object.entries(real.metrics)) {
      expect({ key, isEqual: Math.abs((results.metrics[key] ?? Number.NaN) / Number(value) - 1) < 1e-9 }).toEqual({
        key,
        isEqual: true,
      });
    }
    const { columns, data: rows } = real.table;
    const ours = await results.tables.eval_results_table?.toArray();
    for (const [index, row] of rows.entries()) {
      for (const [at, column] of columns.entries()) {
        const cell = ours?.[index]?.[column];
        // MLflow rounds the cells of its table to ten decimals.
        expect({ column, cell: typeof cell === 'number' ? Number(cell.toFixed(10)) : cell }).toEqual({ column, cell: row[at] });
      }
    }
  });
});

describe('the results of the guide', () => {
  test('no row scored: no key, and coverage says why', async () => {
    const nothing = answered.map((row) => ({ ...row, predictions: null }));
    const results = await evaluate({ ...stored, data: nothing, extraMetrics: [exactMatch()] } as never);
    expect(results.metrics).toEqual({});
    expect(results.coverage['exact_match/v1']).toMatchObject({ scored: 0, reasons: { 'missing-cell': 4 } });
  });

  test('save and load', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mlflow-guide-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const results = await evaluate({ ...stored, extraMetrics: [exactMatch(), rougeL()] });
    await results.save(join(folder, 'saved'));
    expect((await EvaluationResult.load(join(folder, 'saved'))).metrics).toEqual(results.metrics);
  });

  test('a metric is called directly with score', async () => {
    // One of two words is common, in order: precision and recall are 1/2.
    expect(await rougeL().score({ predictions: 'red house', targets: 'blue house' })).toMatchObject({ value: 0.5 });
  });

  test('a threshold that is not reached is an error with a code', async () => {
    const candidate = { metrics: { acc: 0.5 } };
    const check = () => validateEvaluationResults({ acc: { threshold: 0.8, greaterIsBetter: true } }, candidate);
    expect(check).toThrow(TouchstoneError);
    expect(check).toThrow(expect.objectContaining({ code: 'validation-failed' }));
  });
});
