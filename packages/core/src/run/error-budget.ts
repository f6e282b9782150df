/** Rows that are known before a share of failures means anything, when the size of the data is unknown. */
const LEAST_ROWS = 20;

/** Counts failed rows against the share that may fail. */
export class ErrorBudget {
  readonly #share: number;
  readonly #total: number | undefined;
  done = 0;
  failed = 0;

  /** @param total rows × trials, when known */
  constructor(share: number, total: number | undefined) {
    this.#share = share;
    this.#total = total;
  }

  /** Returns the sentence to stop with, once. */
  add(failed: boolean): string | undefined {
    this.done++;
    if (!failed) return undefined;
    this.failed++;
    const of = this.#total ?? Math.max(this.done, LEAST_ROWS);
    if (this.#share >= 1 || this.failed <= this.#share * of) return undefined;
    const percent = `${Math.round(this.#share * 1000) / 10} %`;
    return `the error budget is spent: ${this.failed} of ${this.#total ?? `the first ${this.done}`} rows failed, and ${percent} may`;
  }
}
