import type { Plan, PlannedMetric, PredictionResult, Row, Score } from '../../contracts/index.ts';
import { memoryJournal, type MemoryJournal } from '../../store/memory-journal.ts';
import type { StoredEvaluation } from '../result-parts.ts';
import type { EvaluationSummary } from '../summary.ts';

/** A plan of which only what matters to a test is said. Data without a model unless `model` names one. */
export function planOf(
  options: Partial<Plan['data']> & { readonly model?: string; readonly trials?: number; readonly metrics?: readonly PlannedMetric[] },
): Plan {
  const { model, trials = 1, metrics = [], ...data } = options;
  return {
    data: { name: 'data', columns: [], inputs: [], features: [], seed: 0, ...data },
    ...(model === undefined ? {} : { model: { id: model, identity: model } }),
    trials,
    metrics,
    skippedMetrics: [],
    evaluators: [],
    services: [],
    limits: { concurrency: 1, timeoutMs: 1000, errorBudget: 1, threads: 0, attempts: 10 },
    fingerprint: '0'.repeat(64),
  };
}

/** @param options.shown false: the table does not show it, as MLflow's exact_match */
export function metricOf(key: string, { shown = true, ...options }: Partial<PlannedMetric> & { readonly shown?: boolean } = {}): PlannedMetric {
  const name = key.replace(/\/v\d+$/u, '');
  return {
    name,
    key,
    form: 'row',
    signature: `${name}|v1`,
    greaterIsBetter: true,
    columns: {},
    dependsOn: [],
    ...(shown ? { scoreColumn: `${key}/score` } : {}),
    ...options,
  };
}

/** One row × trial: its row, its prediction where there is a model, and its scores in the order of the plan's metrics. */
export interface Line {
  readonly row: Row;
  readonly prediction?: PredictionResult;
  readonly scores?: readonly (Score | Score['status'] | number | boolean | undefined)[];
}

/** Lines of one trial, or of several: `[[first trial, second trial], …]`. */
export function journalOf(lines: readonly (Line | readonly Line[])[]): MemoryJournal {
  const journal = memoryJournal();
  for (const [ordinal, line] of lines.entries()) {
    for (const [trial, { row, prediction, scores = [] }] of [line].flat().entries()) {
      journal.add([{ type: 'row', ordinal, key: `key-${ordinal}`, row }]);
      if (prediction !== undefined) journal.add([{ type: 'prediction', ordinal, trial, result: prediction }]);
      for (const [metric, score] of scores.entries()) {
        if (score !== undefined) journal.add([{ type: 'score', ordinal, trial, metric, score: scoreOf(score) }]);
      }
    }
  }
  return journal;
}

export function answer(columns: Row, main = 'outputs'): PredictionResult {
  return { columns, main, latencyMs: 5 };
}

export const failedAnswer: PredictionResult = { failed: { code: 'timeout', message: 'the model gave no answer in 1 s', retryable: true } };

export function scored(value: number | boolean | string, justification?: string): Score {
  return { status: 'scored', value, ...(justification === undefined ? {} : { justification }) };
}

function scoreOf(score: Score | Score['status'] | number | boolean): Score {
  if (typeof score === 'object') return score;
  if (score === 'skipped') return { status: 'skipped', code: 'missing-cell', reason: "'targets' is null" };
  if (score === 'failed') return { status: 'failed', error: { code: 'exception', message: 'it broke', retryable: true } };
  if (score === 'scored') return scored(1);
  return scored(score);
}

function summaryOf(plan: Plan, summary: Partial<EvaluationSummary>): EvaluationSummary {
  return {
    rows: 0,
    metrics: {},
    intervals: {},
    coverage: {},
    signatures: Object.fromEntries(plan.metrics.map(({ key, signature }) => [key, signature])),
    skippedMetrics: [],
    usage: { calls: 0, cachedCalls: 0, retries: 0, inputTokens: 0, outputTokens: 0, cost: { usd: 0 } },
    warnings: [],
    ...summary,
  };
}

export function evaluationOf(
  plan: Plan,
  lines: readonly (Line | readonly Line[])[],
  summary: Partial<EvaluationSummary> = {},
  rest: Partial<StoredEvaluation> = {},
): StoredEvaluation {
  return { index: 1, plan, summary: summaryOf(plan, { rows: lines.length, ...summary }), reader: journalOf(lines), ...rest };
}
