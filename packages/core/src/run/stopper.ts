/** Why a run ended before its last row. */
export interface StopReason {
  readonly status: 'interrupted' | 'incomplete' | 'failed';
  readonly reason: string;
  readonly error?: unknown;
}

/** The two ways of stopping a run: taking no new rows, or giving up those in flight as well. The first reason stays. */
export class Stopper {
  readonly #stop = new AbortController();
  readonly #abort = new AbortController();
  reason: StopReason | undefined;

  readonly stop: AbortSignal = this.#stop.signal;
  readonly abort: AbortSignal = this.#abort.signal;

  finishInFlight(reason: StopReason): void {
    this.reason ??= reason;
    this.#stop.abort();
  }

  atOnce(reason: StopReason): void {
    this.finishInFlight(reason);
    this.#abort.abort();
  }

  /** Stops at once when the signal aborts. Returns how to stop listening. */
  follow(signal: AbortSignal | undefined): () => void {
    if (signal === undefined) return () => undefined;
    const abort = (): void => this.atOnce({ status: 'interrupted', reason: 'it was stopped' });
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
    return () => signal.removeEventListener('abort', abort);
  }
}
