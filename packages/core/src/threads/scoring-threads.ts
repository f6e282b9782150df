import type { Logger } from '../contracts/index.ts';
import type { ResolvedMetric } from '../plan/resolved-metric.ts';
import { failed } from '../run/check-score.ts';
import { type RowAtWork, recordScore } from '../run/score-rows.ts';
import { type NeededCells, neededCells, packRows } from './pack-rows.ts';
import { unpackScores } from './pack-scores.ts';
import { ScoreThread, type ThreadDeath } from './score-thread.ts';
import type { MetricScores, ThreadMetric } from './thread-messages.ts';
import { closed } from './threadable.ts';

export interface ScoringThreadsOptions {
  /** What threads may compute: see `threadable`. */
  readonly metrics: readonly ThreadMetric[];
  readonly all: readonly ResolvedMetric[];
  readonly threads: number;
  readonly timeoutMs: number;
  readonly seed: number;
  readonly log: Logger;
}

/** Rows of a message: enough that sending costs little, few enough that no thread waits long for the others at the end. */
const ROWS = 256;
/** Characters of a message, about, whatever the number of rows: what is in a thread at a time is bounded. */
const CHARACTERS = 4_000_000;
/** Messages that a thread has at a time: the next one is there when it is done with the first. */
const AHEAD = 2;
/** Threads in a row that died before they were ready, and then no other is tried. */
const MOST_FAILED_STARTS = 3;
/** After so many deaths by one metric, it is no longer tried row by row. */
const MOST_DEATHS = 3;

interface Batch {
  readonly id: number;
  readonly rows: readonly WaitingRow[];
  oneByOne: boolean;
  /** Deaths in which nobody was seen at work. */
  unexplained: number;
}

interface WaitingRow {
  readonly row: RowAtWork;
  readonly done: () => void;
}

/**
 * Worker threads that score rows with the metrics that are pure computation. A thread that dies or hangs is replaced: the row and metric
 * that it was at fail with the reason, and the rest of its rows is scored again.
 */
export class ScoringThreads {
  /** What is computed here: all that every thread could make. */
  readonly metrics: readonly ThreadMetric[];
  readonly #options: ScoringThreadsOptions;
  readonly #needed: NeededCells;
  /** Ready threads, with what they have been sent, oldest first. */
  readonly #threads = new Map<ScoreThread, Batch[]>();
  readonly #starting = new Set<ScoreThread>();
  #queue: WaitingRow[] = [];
  readonly #again: Batch[] = [];
  readonly #deaths = new Map<number, number>();
  #nextId = 1;
  #failedStarts = 0;
  /** Set when no thread can be started any more. */
  #lost: Pick<ThreadDeath, 'code' | 'why'> | undefined;
  #dispatching = false;
  #closed = false;

  /** Told once: what the first thread could make, or nothing when none could be started. */
  readonly #onFirst: (able: readonly number[]) => void;

  private constructor(options: ScoringThreadsOptions, onFirst: (able: readonly number[]) => void) {
    this.#options = options;
    this.metrics = options.metrics;
    this.#needed = neededCells(options.metrics);
    this.#onFirst = onFirst;
    this.#start();
  }

  /** Resolves when the first thread is ready; `undefined` when threads can make none of the metrics, or cannot be started. */
  static async start(options: ScoringThreadsOptions): Promise<ScoringThreads | undefined> {
    if (options.metrics.length === 0) return undefined;
    const { promise, resolve } = Promise.withResolvers<readonly number[]>();
    const threads = new ScoringThreads(options, resolve);
    const able = await promise;
    if (able.length === options.metrics.length) {
      for (let more = options.threads - 1; more > 0; more--) threads.#start();
      return threads;
    }
    await threads.close();
    const made = new Map(options.metrics.flatMap((one) => (able.includes(one.index) ? [[one.index, one] as const] : [])));
    return ScoringThreads.start({ ...options, metrics: closed(made, options.all) });
  }

  /** Resolves when the rows have their scores. After `close` they are abandoned. */
  score(rows: readonly RowAtWork[]): Promise<void> {
    if (rows.length === 0) return Promise.resolve();
    return new Promise((resolve) => {
      let left = rows.length;
      const done = (): void => {
        if (--left === 0) resolve();
      };
      for (const row of rows) this.#queue.push({ row, done });
      if (this.#closed) this.#abandon();
      else if (this.#lost !== undefined) this.#failAll(this.#queue.splice(0), this.#lost);
      else this.#dispatchSoon();
    });
  }

  /** Ends the threads; what was not scored is abandoned. */
  async close(): Promise<void> {
    this.#closed = true;
    const threads = [...this.#threads.keys(), ...this.#starting];
    this.#abandon();
    await Promise.all(threads.map((thread) => thread.end()));
  }

  #receive(thread: ScoreThread, id: number, scores: readonly MetricScores[]): void {
    const sent = this.#threads.get(thread);
    const at = sent?.findIndex((batch) => batch.id === id) ?? -1;
    const [batch] = at === -1 || sent === undefined ? [] : sent.splice(at, 1);
    if (batch === undefined) return;
    unpackScores(
      scores,
      batch.rows.map(({ row }) => row),
    );
    for (const { done } of batch.rows) done();
    this.#dispatch();
  }

  #bury(thread: ScoreThread, death: ThreadDeath): void {
    const [current, ...others] = this.#threads.get(thread) ?? [];
    this.#threads.delete(thread);
    if (current !== undefined) {
      this.#blame(current, death);
      this.#again.push(current, ...others);
    }
    if (!this.#starting.delete(thread) || ++this.#failedStarts < MOST_FAILED_STARTS) this.#start();
    else if (this.#threads.size + this.#starting.size === 0) this.#giveUp(death);
  }

  /** No thread can be started any more. Before the first one, whoever started this goes on without; later the rows fail. */
  #giveUp({ code, why }: ThreadDeath): void {
    this.#lost = { code, why };
    this.#options.log.warn(`No worker thread can be started: ${why}.`);
    this.#onFirst([]);
    for (const batch of this.#again.splice(0)) this.#failAll(batch.rows, this.#lost);
    this.#failAll(this.#queue.splice(0), this.#lost);
  }

  #failAll(rows: readonly WaitingRow[], { code, why }: Pick<ThreadDeath, 'code' | 'why'>): void {
    for (const { index, planned } of this.metrics) this.#fail(rows, index, planned.name, code, why);
    for (const { done } of rows) done();
  }

  /** Finds the row and metric that ended a thread, and fails them; or has the batch tried again in a way that finds them. */
  #blame(batch: Batch, { code, why, position }: ThreadDeath): void {
    const metric = this.metrics.find(({ index }) => index === position.metric);
    if (metric === undefined || position.message !== batch.id) {
      if (++batch.unexplained < 2) return;
      for (const { index, planned } of this.metrics) this.#fail(batch.rows, index, planned.name, code, why);
      return;
    }
    const deaths = (this.#deaths.get(metric.index) ?? 0) + 1;
    this.#deaths.set(metric.index, deaths);
    if (deaths > MOST_DEATHS) {
      this.#fail(batch.rows, metric.index, metric.planned.name, code, why);
    } else if (position.rows > 1 && !batch.oneByOne) {
      batch.oneByOne = true;
    } else {
      this.#fail(batch.rows.slice(position.firstRow, position.firstRow + 1), metric.index, metric.planned.name, code, why);
    }
  }

  #fail(rows: readonly WaitingRow[], metric: number, name: string, code: string, why: string): void {
    for (const { row } of rows) recordScore(metric, row, failed(code, `${name}: ${why}`));
  }

  #start(): void {
    const thread: ScoreThread = new ScoreThread({
      ...this.#options,
      onReady: (able) => {
        this.#failedStarts = 0;
        this.#starting.delete(thread);
        this.#threads.set(thread, []);
        this.#onFirst(able);
        this.#dispatch();
      },
      onScores: (id, scores) => this.#receive(thread, id, scores),
      onDeath: (death) => this.#bury(thread, death),
    });
    this.#starting.add(thread);
  }

  /** Rows that come in the same turn go together. */
  #dispatchSoon(): void {
    if (this.#dispatching) return;
    this.#dispatching = true;
    setImmediate(() => {
      this.#dispatching = false;
      this.#dispatch();
    });
  }

  #dispatch(): void {
    for (let round = 0; round < AHEAD; round++) {
      for (const [thread, sent] of this.#threads) {
        if (sent.length > round) continue;
        const batch = this.#nextBatch();
        if (batch === undefined) return;
        sent.push(batch);
        const rows = batch.rows.map(({ row }) => row);
        thread.send(packRows(rows, this.#needed, this.metrics, { id: batch.id, oneByOne: batch.oneByOne }));
      }
    }
  }

  #nextBatch(): Batch | undefined {
    const again = this.#again.shift();
    if (again !== undefined) return again;
    let rows = 0;
    let characters = 0;
    while (rows < this.#queue.length && rows < ROWS && characters < CHARACTERS) {
      const row = this.#queue[rows++]?.row;
      if (row !== undefined) characters += lengthOf(row, this.#needed);
    }
    if (rows === 0) return undefined;
    const taken = this.#queue.slice(0, rows);
    this.#queue = this.#queue.slice(rows);
    return { id: this.#nextId++, rows: taken, oneByOne: false, unexplained: 0 };
  }

  #abandon(): void {
    const batches = [...this.#again, ...[...this.#threads.values()].flat()];
    const left = [...this.#queue, ...batches.flatMap(({ rows }) => rows)];
    this.#queue = [];
    this.#again.length = 0;
    this.#threads.clear();
    for (const { row, done } of left) {
      row.abandoned = true;
      done();
    }
  }
}

/** Characters of its texts, about. */
function lengthOf({ task, prediction }: RowAtWork, needed: NeededCells): number {
  let length = 0;
  for (const name of needed.row) {
    const cell = task.row[name];
    if (typeof cell === 'string') length += cell.length;
  }
  if ('failed' in prediction) return length;
  const main = prediction.columns[prediction.main];
  return typeof main === 'string' ? length + main.length : length;
}
