import type { Clock, Journal, Json, LimitChange } from '../contracts/index.ts';
import type { UnfinishedSnapshot } from '../results/stored-snapshot.ts';

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
  readonly #since: number;
  #kept: LimitChange | undefined;
  #keptAt: number;

  /**
   * @param earlier what earlier parts of the evaluation have learned
   * @param learned what the governor tells; one that serves several evaluations tells of the others as well
   */
  constructor(
    journal: Journal,
    clock: Clock,
    { earlier, learned }: { readonly earlier: readonly LimitChange[]; readonly learned: () => readonly LimitChange[] },
  ) {
    this.#journal = journal;
    this.#clock = clock;
    this.#earlier = earlier;
    this.#learned = learned;
    this.#since = clock.now();
    this.#keptAt = clock.monotonic();
  }

  /** Oldest first. */
  get changes(): readonly LimitChange[] {
    return [...this.#earlier, ...this.#learned().filter(({ at }) => at >= this.#since)];
  }

  /** Replaces the result of an earlier part: its numbers would be shown for this part's, if this process died. */
  async begin(): Promise<void> {
    const snapshot: UnfinishedSnapshot = { limits: this.#earlier };
    await this.#journal.snapshot(asJson(snapshot));
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
    const snapshot: UnfinishedSnapshot = { limits };
    await this.#journal.snapshot(asJson(snapshot));
  }
}

function asJson(snapshot: UnfinishedSnapshot): Json {
  return JSON.parse(JSON.stringify(snapshot));
}
