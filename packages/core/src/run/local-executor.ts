import type {
  Clock,
  Emit,
  Entry,
  Executor,
  Model,
  Plan,
  PredictionFailure,
  PredictionResult,
  Row,
  RowTask,
  RunSignals,
} from '../contracts/index.ts';
import { ServiceError } from '../contracts/service-error.ts';
import { setMember } from '../data/read-cell.ts';
import { messageOf, TouchstoneError } from '../errors/touchstone-error.ts';
import { isPromise } from '../models/function-model.ts';
import type { ResolvedMetric } from '../plan/resolved-metric.ts';
import { Offload } from '../threads/offload.ts';
import { CallAbandoned, InFlight } from './in-flight.ts';
import { makePrediction } from './make-prediction.ts';
import { OpenWork } from './open-work.ts';
import { RunWork, type WorkSetting } from './run-work.ts';
import { type RowAtWork, rowAtWork } from './score-rows.ts';
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
  /** Told of each answer that ended at the limit of its output tokens. */
  readonly onCutOff: () => void;
  /** Told when a prediction shows a mistake of the request, before any prediction succeeded: the run must not go on paying. */
  readonly onFatal: (error: TouchstoneError) => void;
}

export interface LocalExecutor extends Executor {
  /** Ends what it has started. */
  close(): Promise<void>;
}

/**
 * Predicts here, and scores here and in worker threads. A row holds a slot from its question to its last score in this thread, so
 * `concurrency` bounds the rows in flight; fast rows pass through without a single promise of their own, and are journaled in groups.
 */
export function localExecutor(parts: LocalExecutorParts): LocalExecutor {
  const { plan, model, clock, signals } = parts;
  const slots = new Slots(plan.limits.concurrency);
  const inFlight = new InFlight(plan.limits.timeoutMs, signals.abort);
  const offload = new Offload(plan, parts.metrics, inFlight, parts.setting.log, signals.abort);
  const batch = Math.max(1, model?.batch ?? 1);
  let predicted = false;
  let lastYield = clock.monotonic();
  let lastTurn: Promise<void> = Promise.resolve();
  // In the order of the data, which servers that go by position rely on.
  const readable = new Set(model?.reads === 'inputs' ? plan.data.inputs : plan.data.features);
  const given = plan.data.columns.filter((name) => readable.has(name));
  // One list of tasks a turn of the event loop: several that went on in the same one would starve it all the same.
  const nextTurn = (): Promise<void> => {
    lastTurn = lastTurn.then(() => new Promise((resolve) => setImmediate(resolve)));
    return lastTurn;
  };
  signals.stop.addEventListener('abort', () => slots.wake());

  return {
    async run(tasks, emit) {
      const arrived: RowAtWork[] = [];
      const open = new OpenWork(() => slots.wake());
      let flushing = false;

      const flush = (): void => {
        if (arrived.length === 0) return;
        const started = clock.monotonic();
        const here = arrived.splice(0);
        const { here: scorer, elsewhere } = offload.scoring;
        const ready: RowAtWork[] = [];
        const early: Entry[] = [];
        const finish = (rows: readonly RowAtWork[]): Promise<void> =>
          elsewhere === undefined ? journal(rows, emit) : elsewhere(rows).then(() => journal(rows, emit));
        for (const rows of scorer.together(here)) {
          const pending = scorer.score(rows);
          if (pending === undefined) {
            ready.push(...rows);
          } else {
            // Answers that were paid for do not wait for slow metrics.
            early.push(...rows.flatMap(takeEntries));
            open.add(pending.finally(() => slots.give(rows.length)).then(() => finish(rows)));
          }
        }
        if (ready.length > 0) {
          slots.give(ready.length);
          if (elsewhere !== undefined && model !== undefined) early.push(...ready.flatMap(takeEntries));
          open.add(finish(ready));
        }
        if (early.length > 0) open.add(emit(early));
        if (elsewhere === undefined) offload.spent(clock.monotonic() - started, here.length);
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
        open.begin();
        const rows = predict(group, (late) => {
          if (late === undefined) {
            slots.give(group.length);
          } else {
            arrived.push(...late);
            flushSoon();
          }
          open.end();
        });
        if (rows !== undefined) {
          arrived.push(...rows);
          open.end();
        }
        if (clock.monotonic() - lastYield > 50) {
          // Synchronous models and metrics must not starve progress, signals and commits.
          flush();
          await nextTurn();
          lastYield = clock.monotonic();
        }
      }
      flush();
      await open.over();
    },
    close: () => offload.close(),
  };

  /**
   * Asks the model, unless the answer is there from an earlier part of the run. Rows that are ready at once are returned;
   * otherwise `later` gets them, or `undefined` when the run was stopped at once.
   */
  function predict(
    group: readonly RowTask[],
    later: (rows: readonly RowAtWork[] | undefined) => void,
  ): readonly RowAtWork[] | undefined {
    const asked = model === undefined ? [] : group.filter((task) => task.prediction === undefined);
    if (model === undefined || asked.length === 0) return group.map((task) => knownRow(task, workOf(task)));

    const works = asked.map(workOf);
    const started = clock.monotonic();
    const settle = (answers: readonly unknown[]): readonly RowAtWork[] => {
      const elapsedMs = clock.monotonic() - started;
      let next = 0;
      return group.map((task) => {
        const work = task.prediction === undefined ? works[next] : undefined;
        if (work === undefined) return knownRow(task, workOf(task));
        const prediction = withCalls(makePrediction(answers[next++], plan, Math.max(0, elapsedMs - work.waitedMs)), work);
        reportFatal(prediction);
        if (!('failed' in prediction) && prediction.finish === 'length') parts.onCutOff();
        return predictedRow(task, work, prediction);
      });
    };
    const failAll = (error: PredictionFailure['error']): readonly RowAtWork[] => settle(asked.map(() => ({ error })));
    // A row one of whose calls was not sent is left for the resume, whatever its model made of that.
    const unsent = (): boolean => works.some((work) => work.unsent);
    const take = (answers: unknown): readonly RowAtWork[] => {
      try {
        return isOnePerRow(answers, asked.length) ? settle(answers) : failAll(wrongLength(answers, asked.length));
      } catch (error) {
        return failAll(failureOf(error));
      }
    };
    try {
      const features = asked.map((task) => featuresOf(given, task.row));
      const answers = model.predict(features, works);
      if (!isPromise(answers)) return take(answers);
      inFlight.tell(
        answers,
        works,
        (settled) => later(unsent() ? undefined : take(settled)),
        // What fails while the run is stopped at once says nothing of the row: it is left for the resume.
        (error) => later(inFlight.aborted || unsent() ? undefined : failAll(failureOf(error))),
      );
      return undefined;
    } catch (error) {
      return failAll(failureOf(error));
    }
  }

  function workOf(task: RowTask): RunWork {
    return new RunWork(parts.setting, task.ordinal, task.key, task.trial, 'model');
  }

  /** A row whose prediction needs no asking. */
  function knownRow(task: RowTask, work: RunWork): RowAtWork {
    return rowAtWork(task, work, task.prediction ?? staticPrediction(plan, task.row));
  }

  /** An output of the wrong shape on the very first answer is a mistake of the request, not of the row. */
  function reportFatal(result: PredictionResult): void {
    if (predicted) return;
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
function featuresOf(columns: readonly string[], row: Row): Row {
  const features: Record<string, Row[string]> = {};
  for (const name of columns) if (row[name] !== undefined) setMember(features, name, row[name]);
  return features;
}

function staticPrediction(plan: Plan, row: Row): PredictionResult {
  const main = plan.data.predictions ?? 'predictions';
  return { columns: row, main, latencyMs: 0 };
}

function predictedRow(task: RowTask, work: RunWork, prediction: PredictionResult): RowAtWork {
  const row = rowAtWork(task, work, prediction);
  row.entries.push({ type: 'prediction', ordinal: task.ordinal, trial: task.trial, result: prediction });
  return row;
}

/** What the model's calls used and where they are recorded, unless it says so itself. */
function withCalls(prediction: PredictionResult, { usage, calls }: RunWork): PredictionResult {
  if ('failed' in prediction || calls === undefined) return prediction;
  return { calls, ...(usage === undefined ? {} : { usage }), ...prediction };
}

/** What is there to be journaled so far. */
function takeEntries(row: RowAtWork): RowAtWork['entries'] {
  return row.entries.splice(0);
}

/** Without one answer a row, nobody knows which answer belongs to which row. */
function isOnePerRow(answers: unknown, rows: number): answers is readonly unknown[] {
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
  const retryable = ServiceError.isInstance(error) ? error.retryable : true;
  return { code: TouchstoneError.isInstance(error) ? error.code : 'exception', message: messageOf(error), retryable };
}
