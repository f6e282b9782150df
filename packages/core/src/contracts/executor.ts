import type { Emit, PredictionResult } from './entry.ts';
import type { Row } from './json.ts';
import type { Plan } from './plan.ts';
import type { Score } from './score.ts';

/** One row × trial with what is still to do for it. Plain data: it crosses threads and queues. */
export interface RowTask {
  readonly ordinal: number;
  readonly key: string;
  readonly trial: number;
  readonly row: Row;
  readonly cluster?: string;
  /** From an earlier part of the run: not asked again. */
  readonly prediction?: PredictionResult;
  /** Scores from an earlier part of the run, by metric index. Absent: none. */
  readonly have?: ReadonlyMap<number, Score>;
}

/** Signals of a run: `stop` = take no new work and finish what is in flight; `abort` = give up what is in flight as well. */
export interface RunSignals {
  readonly stop: AbortSignal;
  readonly abort: AbortSignal;
}

/** Does the work of a batch of row tasks, wherever it runs: predicts, scores, emits. */
export interface Executor {
  /**
   * Resolves when every task is done and durable, or was left alone because of a signal.
   * A row's failure is an entry, never a rejection; rejects only when the run cannot go on (the store refuses).
   */
  run(tasks: readonly RowTask[], emit: Emit, signals: RunSignals): Promise<void>;
}

/** Moves tasks out and entries back: in this thread, to worker threads, through a queue. It never looks inside a task. */
export interface Engine {
  readonly name: string;
  run(plan: Plan, tasks: AsyncIterable<readonly RowTask[]>, executor: Executor, emit: Emit, signals: RunSignals): Promise<void>;
}
