import type {
  Clock,
  Emit,
  Entry,
  Executor,
  Model,
  ModelResult,
  Plan,
  PredictionFailure,
  PredictionResult,
  Row,
  RowTask,
  RunSignals,
} from '../contracts/index.ts';
import { messageOf, TouchstoneError } from '../errors/touchstone-error.ts';
import { isPromise } from '../models/function-model.ts';
import type { ResolvedMetric } from '../plan/resolved-metric.ts';
import { CallAbandoned, InFlight } from './in-flight.ts';
import { makePrediction } from './make-prediction.ts';
import { OpenWork } from './open-work.ts';
import { RunWork, type WorkSetting } from './run-work.ts';
import { type RowAtWork, RowScorer } from './score-rows.ts';
import { Slots } from './slots.ts';

export interface LocalExecutorParts {
  readonly plan: Plan;
  readonly model: Model | undefined;
  readonly metrics: readonly ResolvedMetric[];
  readonly setting: WorkSetting;
  readonly clock: Clock;
  readonly signals: RunSignals;
  /** Told once per row × trial, after it became durable. */
  readonly onRow: (row: { readonly failed: boolean }) => void;
  /** Told when a prediction shows a mistake of the request, before any prediction succeeded: the run must not go on paying. */
  readonly onFatal: (error: TouchstoneError) => void;
}

/**
 * Predicts and scores in this thread. A row holds a slot from its question to its last score, so `concurrency` bounds the rows in flight;
 * fast rows pass through without a single promise of their own, and are journaled in groups.
 */
export function localExecutor(parts: LocalExecutorParts): Executor {
  const { plan, model, clock, signals } = parts;
  const slots = new Slots(plan.limits.concurrency);
  const inFlight = new InFlight(plan.limits.timeoutMs, signals.abort);
  const scorer = new RowScorer(parts.metrics, inFlight);
  const batch = Math.max(1, model?.batch ?? 1);
  let predicted = false;
  let lastYield = clock.monotonic();
  signals.stop.addEventListener('abort', () => slots.wake());

  return {
    async run(tasks, emit) {
      const arrived: RowAtWork[] = [];
      const open = new OpenWork(() => slots.wake());
      let flushing = false;

      const flush = (): void => {
        const ready: RowAtWork[] = [];
        const early: Entry[] = [];
        for (const rows of scorer.together(arrived.splice(0))) {
          const pending = scorer.score(rows);
          if (pending === undefined) {
            ready.push(...rows);
          } else {
            // Answers that were paid for do not wait for slow metrics.
            early.push(...rows.flatMap(takeEntries));
            open.add(pending.finally(() => slots.give(rows.length)).then(() => journal(rows, emit)));
          }
        }
        if (early.length > 0) open.add(emit(early));
        if (ready.length > 0) {
          slots.give(ready.length);
          open.add(journal(ready, emit));
        }
      };
      // Rows that arrive in the same turn of the event loop are scored and journaled together.
      const flushSoon = (): void => {
        if (flushing) return;
        flushing = true;
        open.add(
          new Promise((resolve) => setImmediate(resolve)).then(() => {
            flushing = false;
            flush();
          }),
        );
      };

      for (let from = 0; from < tasks.length; from += batch) {
        const group = tasks.slice(from, from + batch);
        while (!signals.stop.aborted && !open.troubled && !slots.tryTake(group.length)) {
          flush();
          if (slots.tryTake(group.length)) break;
          await slots.freed();
        }
        if (signals.stop.aborted || open.troubled) break;
        const answers = predict(group);
        if (Array.isArray(answers)) {
          arrived.push(...answers);
        } else {
          open.add(
            answers.then((rows) => {
              if (rows === undefined) {
                slots.give(group.length);
                return;
              }
              arrived.push(...rows);
              flushSoon();
            }),
          );
        }
        if (clock.monotonic() - lastYield > 50) {
          // Synchronous models and metrics must not starve progress, signals and commits.
          flush();
          await new Promise((resolve) => setImmediate(resolve));
          lastYield = clock.monotonic();
        }
      }
      flush();
      await open.over();
    },
  };

  /** Asks the model, unless the answer is there from an earlier part of the run. `undefined`: the run was stopped at once. */
  function predict(group: readonly RowTask[]): RowAtWork[] | Promise<RowAtWork[] | undefined> {
    const works = group.map((task) => new RunWork(parts.setting, task.ordinal, task.key, task.trial, 'model'));
    const results = group.map((task) => task.prediction ?? (model === undefined ? staticPrediction(plan, task.row) : undefined));
    const asked = group.flatMap((_, index) => (results[index] === undefined ? [index] : []));
    const done = (): RowAtWork[] =>
      group.map((task, index) =>
        rowAtWork(task, works[index], results[index], task.prediction === undefined && model !== undefined),
      );
    if (model === undefined || asked.length === 0) return done();

    const askedWorks = asked.flatMap((index) => works[index] ?? []);
    const started = clock.monotonic();
    const settle = (answers: readonly ModelResult[]): RowAtWork[] => {
      const latencyMs = clock.monotonic() - started;
      for (const [position, index] of asked.entries()) {
        results[index] = makePrediction(answers[position], plan, latencyMs);
        reportFatal(results[index]);
      }
      return done();
    };
    const failAll = (error: PredictionFailure['error']): RowAtWork[] => settle(asked.map(() => ({ error })));
    const take = (answers: unknown): RowAtWork[] =>
      isOnePerRow(answers, asked.length) ? settle(answers) : failAll(wrongLength(answers, asked.length));
    try {
      const features = asked.map((index) => featuresOf(plan, group[index]?.row ?? {}));
      const answers = model.predict(features, askedWorks);
      if (!isPromise(answers)) return take(answers);
      // What fails while the run is stopped at once says nothing of the row: it is left for the resume.
      return inFlight
        .watch(answers, askedWorks)
        .then(take, (error: unknown) => (inFlight.aborted ? undefined : failAll(failureOf(error))));
    } catch (error) {
      return failAll(failureOf(error));
    }
  }

  /** An output of the wrong shape on the very first answer is a mistake of the request, not of the row. */
  function reportFatal(result: PredictionResult | undefined): void {
    if (result === undefined || predicted) return;
    if (!('failed' in result)) predicted = true;
    else if (result.failed.code === 'output-column-missing' || result.failed.code === 'output-not-chosen') {
      parts.onFatal(new TouchstoneError(result.failed.code, result.failed.message, { kind: 'run' }));
    }
  }

  async function journal(group: readonly RowAtWork[], emit: Emit): Promise<void> {
    const finished = group.filter((row) => !row.abandoned);
    const entries = group.flatMap((row) => row.entries);
    if (entries.length > 0) await emit(entries);
    for (const row of finished) parts.onRow({ failed: row.failed });
  }
}

/** The row as a model sees it: its features, never the target. */
function featuresOf(plan: Plan, row: Row): Row {
  const features: Record<string, Row[string]> = {};
  for (const name of plan.data.features) if (row[name] !== undefined) features[name] = row[name];
  return features;
}

function staticPrediction(plan: Plan, row: Row): PredictionResult {
  const main = plan.data.predictions ?? 'predictions';
  return { columns: row, main, latencyMs: 0 };
}

function rowAtWork(
  task: RowTask,
  work: RunWork | undefined,
  prediction: PredictionResult | undefined,
  isNew: boolean,
): RowAtWork {
  if (work === undefined || prediction === undefined) throw new Error(`row ${task.ordinal} has no prediction`);
  const row: RowAtWork = { task, work, prediction, scores: [], entries: [], abandoned: false, failed: 'failed' in prediction };
  for (const [index, score] of task.have ?? []) row.scores[index] = score;
  const { ordinal, key, trial } = task;
  row.entries.push({
    type: 'row',
    ordinal,
    key,
    row: task.row,
    ...(task.cluster === undefined ? {} : { cluster: task.cluster }),
  });
  if (isNew) row.entries.push({ type: 'prediction', ordinal, trial, result: prediction });
  return row;
}

/** What is there to be journaled so far. */
function takeEntries(row: RowAtWork): RowAtWork['entries'] {
  return row.entries.splice(0);
}

/** Without one answer a row, nobody knows which answer belongs to which row. */
function isOnePerRow(answers: unknown, rows: number): answers is readonly ModelResult[] {
  return Array.isArray(answers) && answers.length === rows;
}

function wrongLength(answers: unknown, rows: number): PredictionFailure['error'] {
  const got = Array.isArray(answers) ? `${answers.length} ${answers.length === 1 ? 'result' : 'results'}` : 'no list of results';
  return {
    code: 'wrong-length',
    message: `the model returned ${got} for ${rows} ${rows === 1 ? 'row' : 'rows'}`,
    retryable: false,
  };
}

function failureOf(error: unknown): PredictionFailure['error'] {
  if (error instanceof CallAbandoned) return { code: 'timeout', message: `the model gave ${error.message}`, retryable: true };
  return { code: TouchstoneError.isInstance(error) ? error.code : 'exception', message: messageOf(error), retryable: true };
}
