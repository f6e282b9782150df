import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Aggregation,
  aggregations,
  dataset,
  defineMetric,
  definePlugin,
  type EvaluateRequest,
  type EvaluationResult,
  type EvaluatorDefinition,
  type Json,
  latency,
  type Metric,
  type Model,
  TouchstoneRuntime,
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
import readability from '@touchstone/metric-readability';
import retrieval, { ndcgAtK, precisionAtK, recallAtK } from '@touchstone/metric-retrieval';
import rouge, { rouge1, rouge2, rougeL, rougeLsum } from '@touchstone/metric-rouge';
import text, { bleu, exactMatch } from '@touchstone/metric-text';
import tokens from '@touchstone/metric-tokens';
import { expect } from 'vitest';

const path = join(process.env.TOUCHSTONE_GOLDEN ?? '', 'mlflow-runs/cases.json');

/** MLflow aggregates token_count only where there is a prefix (trap 24 of mlflow-evaluate.md §8); we always do. */
const WITHOUT_PREFIX = /^token_count\//u;

interface Case {
  readonly id: string;
  readonly kind: string;
  readonly input: Input;
  readonly expected: {
    readonly error: { readonly message: string } | null;
    readonly metrics?: Readonly<Record<string, number>>;
    readonly files_raw?: Readonly<Record<string, string>>;
    readonly artifacts?: Readonly<Record<string, { readonly file: string }>>;
    readonly candidate_metrics?: Readonly<Record<string, number>>;
    readonly results?: readonly { readonly metrics: Readonly<Record<string, number>> }[];
  };
}

export interface Input {
  readonly candidate?: Compared;
  readonly baseline?: Compared;
  readonly thresholds?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly custom_artifacts?: readonly { readonly artifact: string }[];
  readonly evaluations?: readonly Input[];
  readonly data: {
    readonly kind: string;
    readonly rows?: readonly Row[];
    readonly values?: readonly unknown[];
    readonly targets?: string;
    readonly predictions?: string;
    readonly name?: string;
  };
  readonly targets?: string | readonly unknown[] | { readonly array: readonly unknown[] };
  readonly predictions?: string;
  readonly feature_names?: readonly string[];
  readonly model_type?: string;
  readonly model?: ModelInput;
  readonly extra_metrics?: readonly { readonly metric: string; readonly args?: MetricArgs }[];
  readonly evaluators?: string | readonly string[];
  readonly evaluator_config?: Readonly<Record<string, unknown>>;
}

interface Compared {
  readonly evaluate?: Input;
  readonly metrics?: Readonly<Record<string, number>>;
}

type Row = Readonly<Record<string, Json>>;

interface ModelInput {
  readonly kind: string;
  readonly key?: string;
  readonly outputs?: Readonly<Record<string, Json>>;
  readonly otherwise?: Json;
  readonly seconds?: Readonly<Record<string, number>>;
  readonly template?: string;
}

interface CustomArgs {
  readonly fn: string;
  readonly name?: string;
  readonly version?: string;
  readonly with?: { readonly aggregates?: string; readonly column?: string; readonly of?: string; readonly amount?: number };
}

export const cases: readonly Case[] = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).cases : [];
export const caseOf = (id: string): Case => {
  const found = cases.find((one) => one.id === id);
  if (found === undefined) throw new Error(`there is no case ${id}`);
  return found;
};

export function touchstone(): TouchstoneRuntime {
  const plugins = [text(), tokens(), rouge(), readability({ anyLanguage: true }), retrieval(), classic(), standIns];
  return new TouchstoneRuntime({ plugins });
}

/** Toxicity is a stand-in in the recordings as well; `row_counter` stood beside MLflow's own evaluators. */
const toxicity = defineMetric({
  name: 'toxicity',
  version: 'v1',
  greaterIsBetter: false,
  range: [0, 1],
  needs: ['predictions'],
  aggregations: [
    'mean',
    'variance',
    'p90',
    { name: 'ratio', kind: 'proportion', compute: (values) => values.filter((value) => value >= 0.5).length / values.length },
  ],
  scoreRow: ({ predictions }) => createHash('sha256').update(predictions).digest().readUInt32BE(0) / 2 ** 32,
});
const rowCounter: EvaluatorDefinition = {
  name: 'row_counter',
  build: () => {
    let key: string | undefined;
    return {
      name: 'row_counter',
      supports: () => true,
      metrics: ({ config }) => {
        if (config.enabled === true) key = typeof config.key === 'string' ? config.key : 'rows_counted';
        return [];
      },
      finish: async (scored) => (key === undefined ? {} : { metrics: { [key]: await scored.count(() => true) } }),
    };
  },
};
const standIns = definePlugin({ name: 'stand-ins', metrics: [toxicity], evaluators: [rowCounter] });

export function requestOf(input: Input): EvaluateRequest {
  const { data, targets, predictions } = input;
  const model = modelOf(input.model);
  const extras = (input.extra_metrics ?? []).flatMap((extra) => metricOf(extra, input.evaluator_config));
  const names = input.feature_names ?? (data.kind === 'list' && !Array.isArray(data.values?.[0]) ? ['feature_1'] : undefined);
  return {
    data: dataOf(data),
    ...(targets === undefined || targets === null
      ? {}
      : { targets: typeof targets === 'object' && 'array' in targets ? targets.array : targets }),
    ...(predictions === undefined ? {} : { predictions }),
    ...(names === undefined || data.kind === 'none' ? {} : { featureNames: names }),
    ...(input.model_type === undefined ? {} : { modelType: input.model_type }),
    ...(model === undefined ? {} : { model }),
    ...(extras.length === 0 ? {} : { extraMetrics: extras }),
    ...(input.evaluators === undefined ? {} : { evaluators: input.evaluators }),
    ...(input.evaluator_config === undefined ? {} : { evaluatorConfig: input.evaluator_config }),
  };
}

function dataOf(data: Input['data']): unknown {
  const { kind, rows = [], values, targets, predictions, name = 'dataset' } = data;
  if (kind === 'none') return undefined;
  if (kind === 'dataset')
    return dataset<Row>({
      name,
      rows: () => rows,
      ...(targets === undefined ? {} : { targets }),
      ...(predictions === undefined ? {} : { predictions }),
    });
  return values ?? rows;
}

function modelOf(input: ModelInput | undefined): Model | number | undefined {
  if (input === undefined || input === null) return undefined;
  if (input.kind === 'object') return 7;
  const { key = '', outputs = {}, seconds = {}, template } = input;
  return {
    id: input.kind,
    identity: input.kind,
    predict: (rows) =>
      rows.map((row) => {
        if (template !== undefined)
          return { value: template.replace(/\{(\w+)\}/gu, (_, name: string) => String(row[name])), latencyMs: 0 };
        const asked = String(row[key]);
        return { value: outputs[asked] ?? input.otherwise ?? '', latencyMs: (seconds[asked] ?? 0) * 1000 };
      }),
  };
}

function metricOf(
  { metric, args }: { readonly metric: string; readonly args?: MetricArgs },
  config: Readonly<Record<string, unknown>> = {},
): readonly Metric[] {
  const k = args?.k ?? 3;
  // MLflow hands config keys to metrics that have a parameter of that name; here they are options.
  const average = config.average === 'macro' ? config.average : 'binary';
  const made: Readonly<Record<string, () => Metric>> = {
    ...{ latency, exact_match: exactMatch, bleu, rouge1, rouge2, rougeL, rougeLsum, mae, mse, rmse, mape },
    ...{ r2_score: r2Score, max_error: maxError },
    precision_at_k: () => precisionAtK({ k }),
    recall_at_k: () => recallAtK({ k }),
    ndcg_at_k: () => ndcgAtK({ k }),
    precision_score: () => precisionScore({ average }),
    recall_score: () => recallScore({ average }),
    f1_score: () => f1Score({ average }),
  };
  const own = made[metric];
  if (own !== undefined) return [own()];
  return metric === 'custom' && isCustom(args) ? [customMetric(args)] : [];
}

type MetricArgs = Partial<CustomArgs> & { readonly k?: number };

function isCustom(args: MetricArgs | undefined): args is CustomArgs {
  return args?.fn !== undefined;
}

function customMetric({ fn, name = fn, version, with: settings = {} }: CustomArgs): Metric {
  const head = {
    name,
    greaterIsBetter: true,
    ...(version === undefined ? {} : { version }),
    ...aggregatesOf(settings.aggregates),
  };
  const codePoints = (value: string): number => [...value].length;
  const words = (value: string): number => value.split(/\s+/u).filter((word) => word !== '').length;
  switch (fn) {
    case 'char_length':
      return defineMetric({ ...head, needs: ['predictions'], scoreRow: ({ predictions }) => codePoints(predictions) })();
    case 'scaled':
      return defineMetric({ ...head, needs: ['predictions'], scoreRow: ({ predictions }) => codePoints(predictions) * 2 })();
    case 'has_targets':
      return defineMetric({ ...head, needs: { targets: 'any' }, scoreRow: () => 1 })();
    case 'word_ratio':
      return defineMetric({
        ...head,
        needs: ['predictions', 'targets'],
        scoreRow: ({ predictions, targets }) => ({
          value: words(predictions) / Math.max(1, words(targets)),
          justification: `${words(predictions)} of ${words(targets)} words`,
        }),
      })();
    case 'mentions': {
      const { column = 'context' } = settings;
      return defineMetric({
        ...head,
        needs: { predictions: 'text', [column]: 'text' },
        scoreRow: (row) => Number(String(row.predictions).includes(String(row[column]))),
      })();
    }
    case 'plus': {
      const { of = '', amount = 1 } = settings;
      return defineMetric({
        ...head,
        needs: ['predictions'],
        dependsOn: [of],
        scoreRow: (_, { scores }) => Number(scores[of]?.value) + amount,
      })();
    }
    default:
      throw new Error(`no counterpart of ${fn}`);
  }
}

function aggregatesOf(name: string | undefined): { readonly aggregations?: readonly Aggregation[] } {
  const sum: Aggregation = {
    name: 'sum',
    kind: 'custom',
    compute: (values) => values.reduce((total, value) => total + value, 0),
  };
  const known: Readonly<Record<string, readonly Aggregation[]>> = {
    none: [],
    sum: [sum],
    max: [aggregations.max],
    min: [aggregations.min],
  };
  const chosen = name === undefined ? undefined : known[name];
  return chosen === undefined ? {} : { aggregations: chosen };
}

/** The prefix stands before metric keys; MLflow puts it before names of aggregates too (trap 17 of mlflow-evaluate.md §8). */
export function prefixOf({ evaluator_config: config = {} }: Input): string {
  const parts = [config, ...Object.values(config)].flatMap((part) =>
    typeof part === 'object' && part !== null && 'metric_prefix' in part ? [part.metric_prefix] : [],
  );
  return typeof parts[0] === 'string' ? parts[0] : '';
}

export function expectMetrics(results: EvaluationResult, expected: Readonly<Record<string, number>>, prefix: string): void {
  const wanted = Object.entries(expected)
    .map(([key, value]) => [prefix === '' ? key : key.replace(`/${prefix}`, '/'), value] as const);
  const more = Object.keys(results.metrics).filter((key) => WITHOUT_PREFIX.test(key));
  expect(Object.keys(results.metrics).toSorted()).toEqual([...wanted.map(([key]) => key), ...more].toSorted());
  for (const [key, value] of wanted) expect(results.metrics[key], key).toSatisfy(near(value));
}

export async function expectTable(
  results: EvaluationResult,
  expected: { readonly columns: readonly string[]; readonly data: readonly (readonly Json[])[] },
): Promise<void> {
  // Where no prediction is text, MLflow shows a column without a single count, and we say that the metric was skipped and why.
  const skipped = new Set(results.skippedMetrics.map(({ name }) => name));
  const isEmpty = (index: number): boolean => expected.data.every((cells) => cells[index] === null);
  const kept = expected.columns.flatMap((column, index) =>
    skipped.has(column) && isEmpty(index) ? [] : [index],
  );
  const table = await results.tables.eval_results_table.toJSON();
  expect(table.columns).toEqual(kept.map((index) => expected.columns[index]));
  expect(table.data).toHaveLength(expected.data.length);
  for (const [line, cells] of table.data.entries()) {
    for (const [position, cell] of cells.entries()) {
      const wanted = expected.data[line]?.[kept[position] ?? -1] ?? null;
      if (typeof wanted === 'number') expect(cell, table.columns[position]).toSatisfy(near(wanted));
      else expect(cell, table.columns[position]).toEqual(wanted);
    }
  }
}

/** The file's numbers are rounded to 10 decimals. */
function near(wanted: number): (got: unknown) => boolean {
  return (got) => typeof got === 'number' && Math.abs(got - wanted) <= 1e-9 * Math.max(1, Math.abs(wanted));
}
