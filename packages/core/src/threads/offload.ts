import type { Logger, Plan } from '../contracts/index.ts';
import type { ResolvedMetric } from '../plan/resolved-metric.ts';
import type { InFlight } from '../run/in-flight.ts';
import { type RowAtWork, RowScorer } from '../run/score-rows.ts';
import type { ThreadMetric } from './thread-messages.ts';
import { threadable } from './threadable.ts';

/** Scoring time in this thread after which threads are worth their start, if as much again and more is to come. Milliseconds. */
const WORTH_STARTING_MS = 250;
const WORTH_LEFT_MS = 750;

/** What the threads of an evaluation do of its scoring. */
interface Scoring {
  /** What is computed in this thread. */
  readonly here: RowScorer;
  /** The rest, when it is computed in threads. */
  readonly elsewhere?: (rows: readonly RowAtWork[]) => Promise<void>;
}

/** Scores everything in this thread, until pure computation has cost it so much that threads are worth it. No digit depends on that. */
export class Offload {
  readonly #able: readonly ThreadMetric[];
  readonly #metrics: readonly ResolvedMetric[];
  readonly #plan: Plan;
  readonly #inFlight: InFlight;
  readonly #log: Logger;
  #spentMs = 0;
  #rows = 0;
  #started: Promise<void> | undefined;
  #close: (() => Promise<void>) | undefined;
  #closed = false;
  scoring: Scoring;

  constructor(plan: Plan, metrics: readonly ResolvedMetric[], inFlight: InFlight, log: Logger, abort: AbortSignal) {
    this.#able = plan.limits.threads === 0 ? [] : threadable(metrics);
    this.#metrics = metrics;
    this.#plan = plan;
    this.#inFlight = inFlight;
    this.#log = log;
    this.scoring = { here: new RowScorer(metrics, inFlight) };
    abort.addEventListener('abort', () => void this.close());
  }

  /** Told what scoring rows has cost in this thread. */
  spent(ms: number, rows: number): void {
    if (this.#able.length === 0 || this.#started !== undefined || this.#closed) return;
    this.#spentMs += ms;
    this.#rows += rows;
    if (this.#spentMs < WORTH_STARTING_MS) return;
    const { data, trials } = this.#plan;
    const left = data.rows === undefined ? Number.POSITIVE_INFINITY : data.rows * trials - this.#rows;
    if ((this.#spentMs / this.#rows) * left > WORTH_LEFT_MS) this.#started = this.#start();
  }

  /** Ends the threads; what they have not scored is abandoned. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#started;
    await this.#close?.();
  }

  async #start(): Promise<void> {
    const { ScoringThreads } = await import('./scoring-threads.ts');
    const { limits, data } = this.#plan;
    const { timeoutMs, threads: most } = limits;
    const all = this.#metrics;
    const threads = await ScoringThreads.start({
      metrics: this.#able,
      all,
      threads: most,
      timeoutMs,
      seed: data.seed,
      log: this.#log,
    });
    if (threads === undefined) return;
    this.#close = () => threads.close();
    const taken = new Set(threads.metrics.map(({ index }) => index));
    this.scoring = {
      here: new RowScorer(
        all.filter(({ index }) => !taken.has(index)),
        this.#inFlight,
      ),
      elsewhere: (rows) => threads.score(rows),
    };
  }
}
