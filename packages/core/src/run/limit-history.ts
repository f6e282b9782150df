import type { Clock, Journal, Json, LimitChange } from '../contracts/index.ts';
import type { UnfinishedSnapshot } from '../results/stored-snapshot.ts';
import type { EvaluationSummary } from '../results/summary.ts';

/** While the run goes on, what is new is stored this often at most. */
const KEPT_EVERY_MS = 1_000;

/**
 * What was learned of limits, over all parts of an evaluation. It is kept in the store while the run goes on, because what a process
 * that dies has learned stands nowhere else.
 */
export class LimitHistory {
  readonly #journal: Journal;
  readonly #clock: Clock;
  readonly #earlier: readonly LimitChange[];
  readonly #learned: () => readonly LimitChange[];
  readonly #before: EvaluationSummary | undefined;
  readonly #since: number;
  #kept: LimitChange | undefined;
  #keptAt: number;

  /**
   * @param earlier what earlier parts of the evaluation have learned
   * @param learned what the governor tells; one that serves several evaluations tells of the others as well
   * @param before see {@link UnfinishedSnapshot.earlier}
   */
  constructor(
    journal: Journal,
    clock: Clock,
    {
      earlier,
      learned,
      before,
    }: {
      readonly earlier: readonly LimitChange[];
      readonly learned: () => readonly LimitChange[];
      readonly before: EvaluationSummary | undefined;
    },
  ) {
    this.#journal = journal;
    this.#clock = clock;
    this.#earlier = earlier;
    this.#learned = learned;
    this.#before = before;
    this.#since = clock.now();
    this.#keptAt = clock.monotonic();
  }

  /** Oldest first. */
  get changes(): readonly LimitChange[] {
    return [...this.#earlier, ...this.#learned().filter(({ at }) => at >= this.#since)];
  }

  /** Replaces the result of an earlier part: its numbers would be shown for this part's, if this process died. */
  async begin(): Promise<void> {
    await this.#journal.snapshot(unfinished(this.#earlier, this.#before));
  }

  /** Stores what is new, unless that was done a moment ago. */
  async keep(): Promise<void> {
    const now = this.#clock.monotonic();
    if (now - this.#keptAt < KEPT_EVERY_MS) return;
    this.#keptAt = now;
    const limits = this.changes;
    const newest = limits.at(-1);
    if (newest === undefined || newest === this.#kept) return;
    this.#kept = newest;
    await this.#journal.snapshot(unfinished(limits, this.#before));
  }
}

/** A snapshot of an evaluation that goes on. */
export function unfinished(limits: readonly LimitChange[], earlier: EvaluationSummary | undefined): Json {
  const snapshot: UnfinishedSnapshot = { limits, ...(earlier === undefined ? {} : { earlier }) };
  return JSON.parse(JSON.stringify(snapshot));
}
