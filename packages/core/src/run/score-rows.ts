import type { Entry, Item, PredictionResult, RowEntry, RowTask, Score, ScoreContext, Scored } from '../contracts/index.ts';
import { ServiceError, skipped } from '../contracts/index.ts';
import { messageOf, TouchstoneError } from '../errors/touchstone-error.ts';
import { isPromise } from '../models/function-model.ts';
import type { ResolvedMetric } from '../plan/resolved-metric.ts';
import { checkScore, failed } from './check-score.ts';
import { type CheckedStatistics, checkStatistics } from './check-statistics.ts';
import { gatherColumns } from './gather-columns.ts';
import { CallAbandoned, type InFlight } from './in-flight.ts';
import { RunWork } from './run-work.ts';

/** A row × trial on its way: its prediction is there, its scores are being collected. */
export interface RowAtWork {
  readonly task: RowTask;
  readonly work: RunWork;
  readonly prediction: PredictionResult;
  /** By metric index: those of an earlier part of the run, and those computed now. */
  readonly scores: (Score | undefined)[];
  /** What is new and to be journaled. */
  readonly entries: Entry[];
  /** Set when the run was stopped at once before every score was there: the row stays unfinished. */
  abandoned: boolean;
  failed: boolean;
}

export function rowAtWork(task: RowTask, work: RunWork, prediction: PredictionResult): RowAtWork {
  const { ordinal, key, row, cluster } = task;
  const entry: RowEntry =
    cluster === undefined ? { type: 'row', ordinal, key, row } : { type: 'row', ordinal, key, row, cluster };
  const scores: (Score | undefined)[] = [];
  for (const [index, score] of task.have ?? []) scores[index] = score;
  return { task, work, prediction, scores, entries: [entry], abandoned: false, failed: 'failed' in prediction };
}

/** Scores rows with every metric, level by level. Synchronous as long as the metrics are. */
export class RowScorer {
  readonly #levels: readonly (readonly ResolvedMetric[])[];
  readonly #inFlight: InFlight;
  readonly #inBatches: boolean;
  readonly #contexts = new Map<ResolvedMetric, ScoreContext>();

  constructor(metrics: readonly ResolvedMetric[], inFlight: InFlight) {
    const perRow = metrics.filter((metric) => metric.metric.form !== 'dataset');
    const depth = perRow.reduce((most, metric) => Math.max(most, metric.level + 1), 0);
    this.#levels = Array.from({ length: depth }, (_, level) => perRow.filter((metric) => metric.level === level));
    this.#inFlight = inFlight;
    this.#inBatches = perRow.some(({ metric }) => metric.form === 'row' && metric.batch > 1);
    for (const metric of metrics) this.#contexts.set(metric, scoreContext(metric));
  }

  /**
   * Rows that arrived together, in the groups that are scored and stored as one: each alone, so that a slow score holds up
   * no other row, unless a metric takes many at a time.
   */
  together(rows: readonly RowAtWork[]): readonly (readonly RowAtWork[])[] {
    if (rows.length === 0) return [];
    return this.#inBatches ? [rows] : rows.map((row) => [row]);
  }

  /** Resolves when all scores of these rows are there; `undefined` when they are already. */
  score(rows: readonly RowAtWork[]): void | Promise<void> {
    return this.#fromLevel(0, rows);
  }

  #fromLevel(level: number, rows: readonly RowAtWork[]): void | Promise<void> {
    for (let at = level; at < this.#levels.length; at++) {
      const waiting: Promise<void>[] = [];
      for (const metric of this.#levels[at] ?? []) {
        const pending = this.#scoreWith(metric, rows);
        if (pending !== undefined) waiting.push(pending);
      }
      if (waiting.length > 0) return Promise.all(waiting).then(() => this.#fromLevel(at + 1, rows));
    }
  }

  #scoreWith(metric: ResolvedMetric, rows: readonly RowAtWork[]): Promise<void> | undefined {
    const owners: RowAtWork[] = [];
    const items: Item[] = [];
    for (const row of rows) {
      if (row.abandoned || row.scores[metric.index] !== undefined) continue;
      const item = itemOf(metric, row);
      if ('status' in item) record(metric, row, item);
      else {
        owners.push(row);
        items.push(item);
      }
    }
    if (items.length === 0) return undefined;
    const definition = metric.metric;
    if (this.#inFlight.aborted) {
      for (const row of owners) row.abandoned = true;
      return undefined;
    }
    if (definition.form === 'statistic') {
      for (const [index, item] of items.entries()) {
        const row = owners[index];
        if (row === undefined) continue;
        const { score, statistics } = statisticsOf(metric, () => definition.statistics(item));
        recordScore(metric.index, row, score, statistics);
      }
      return undefined;
    }
    if (definition.form === 'dataset') return undefined;
    const size = Math.max(1, definition.batch);
    if (items.length <= size) return this.#scoreBatch(metric, items, owners);
    const waiting: Promise<void>[] = [];
    for (let from = 0; from < items.length; from += size) {
      const pending = this.#scoreBatch(metric, items.slice(from, from + size), owners.slice(from, from + size));
      if (pending !== undefined) waiting.push(pending);
    }
    return waiting.length === 0 ? undefined : Promise.all(waiting).then(() => undefined);
  }

  /** One call of a row metric. A batch that throws is tried again row by row, so that one bad row fails alone. */
  #scoreBatch(metric: ResolvedMetric, items: readonly Item[], owners: readonly RowAtWork[]): Promise<void> | undefined {
    const definition = metric.metric;
    const context = this.#contexts.get(metric);
    if (definition.form !== 'row' || context === undefined) return undefined;
    const onError = (error: unknown): Promise<void> | undefined => {
      // Also when the metric threw because it saw its signal: what fails while the run is stopped at once says nothing of the row.
      if (this.#inFlight.aborted || unsent(items)) {
        for (const row of owners) row.abandoned = true;
        return undefined;
      }
      const timedOut = error instanceof CallAbandoned;
      if (items.length === 1 || timedOut) {
        const retryable = ServiceError.isInstance(error) ? error.retryable : true;
        const score = failed(codeOf(error), `${definition.name}: ${messageOf(error)}`, retryable);
        for (const row of owners) record(metric, row, score);
        return undefined;
      }
      const alone = items.flatMap((item, index) => this.#scoreBatch(metric, [item], owners.slice(index, index + 1)) ?? []);
      return alone.length === 0 ? undefined : Promise.all(alone).then(() => undefined);
    };
    try {
      const answer = definition.scoreItems(items, context);
      if (!isPromise(answer)) {
        recordAll(metric, owners, answer);
        return undefined;
      }
      const work = items.flatMap((item) => (item.work instanceof RunWork ? [item.work] : []));
      const settle = (scores: unknown): Promise<void> | undefined | void =>
        // A metric may have caught it, and made a score of it.
        unsent(items) ? onError(undefined) : recordAll(metric, owners, scores);
      return this.#inFlight.watch(answer, work).then(settle, onError);
    } catch (error) {
      return onError(error);
    }
  }
}

/** Whether a call was not sent because the run is stopping: then nothing is known of these rows. */
function unsent(items: readonly Item[]): boolean {
  return items.some(({ work }) => work instanceof RunWork && work.unsent);
}

/** The services of a metric by role. */
export function scoreContext(metric: ResolvedMetric): ScoreContext {
  return {
    model(role) {
      const service = metric.services[role];
      if (service !== undefined) return service;
      const declared = Object.keys(metric.metric.models);
      const hint =
        declared.length === 0 ? 'It declares none: add models: { … } to the metric.' : `It declares: ${declared.join(', ')}.`;
      throw new TouchstoneError('unknown-role', `${metric.planned.name} asks for the model in the role '${role}'. ${hint}`, {
        kind: 'run',
      });
    },
  };
}

/** What a metric is given of one row, or the score that is settled without asking it. */
export function itemOf(metric: ResolvedMetric, row: Pick<RowAtWork, 'task' | 'work' | 'prediction' | 'scores'>): Item | Score {
  const prediction = row.prediction;
  if ('failed' in prediction)
    return failed('prediction-failed', `there is no prediction: ${prediction.failed.message}`, prediction.failed.retryable);
  const scores: Record<string, Scored> = {};
  for (const [name, index] of metric.dependsOn) {
    const score = row.scores[index];
    if (score?.status === 'scored') scores[name] = score;
    else if (score?.status === 'failed')
      return failed('dependency-failed', `${name}, which it reads, failed: ${score.error.message}`, score.error.retryable);
    else
      return skipped(
        `${name}, which it reads, was skipped${score === undefined ? '' : `: ${score.reason}`}`,
        'dependency-skipped',
      );
  }
  try {
    const gathered = gatherColumns(metric, row.task.row, prediction);
    if (gathered.skip !== undefined) return gathered.skip;
    return { columns: gathered.columns, scores, prediction, work: row.work.of(metric.planned.name) };
  } catch (error) {
    return failed(codeOf(error), `${metric.planned.name}: ${messageOf(error)}`);
  }
}

function recordAll(metric: ResolvedMetric, owners: readonly RowAtWork[], scores: unknown): void {
  if (!Array.isArray(scores) || scores.length !== owners.length) {
    const got = Array.isArray(scores) ? `${scores.length} ${scores.length === 1 ? 'score' : 'scores'}` : 'no list of scores';
    const score = failed(
      'wrong-length',
      `${metric.planned.name} returned ${got} for ${owners.length} ${owners.length === 1 ? 'row' : 'rows'}`,
      false,
    );
    for (const row of owners) record(metric, row, score);
    return;
  }
  let index = 0;
  for (const row of owners) record(metric, row, checkScore(scores[index++], metric.planned.name, metric.planned.range));
}

function statisticsOf(metric: ResolvedMetric, compute: () => unknown): CheckedStatistics {
  const { name, range } = metric.planned;
  try {
    return checkStatistics(compute(), name, range);
  } catch (error) {
    return { score: failed(codeOf(error), `${name}: ${messageOf(error)}`) };
  }
}

function record(metric: ResolvedMetric, row: RowAtWork, score: Score): void {
  recordScore(metric.index, row, score);
}

/** A row's new score, unless it has one of this metric. */
export function recordScore(metric: number, row: RowAtWork, score: Score, statistics?: readonly number[]): void {
  if (row.scores[metric] !== undefined) return;
  row.scores[metric] = score;
  if (score.status === 'failed') row.failed = true;
  const { ordinal, trial } = row.task;
  row.entries.push({ type: 'score', ordinal, trial, metric, score, ...(statistics === undefined ? {} : { statistics }) });
}

/** What `coverage.reasons` counts for something that was thrown. */
export function codeOf(error: unknown): string {
  if (error instanceof CallAbandoned) return 'timeout';
  return TouchstoneError.isInstance(error) ? error.code : 'exception';
}
