/** Why a run ended before its last row. */
export interface StopReason {
  readonly status: 'interrupted' | 'incomplete' | 'failed';
  readonly reason: string;
  readonly error?: unknown;
}

/** Somebody wanted it. */
export const STOPPED: StopReason = { status: 'interrupted', reason: 'it was stopped' };

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

  /** For a part of the work: it stops with this one, and this one not with it. */
  child(): Stopper {
    const child = new Stopper();
    const stop = (): void => child.finishInFlight(this.reason ?? STOPPED);
    const abort = (): void => child.atOnce(this.reason ?? STOPPED);
    if (this.abort.aborted) abort();
    else if (this.stop.aborted) stop();
    this.stop.addEventListener('abort', stop, { once: true });
    this.abort.addEventListener('abort', abort, { once: true });
    return child;
  }

  /** Stops at once when the signal aborts. Returns how to stop listening. */
  follow(signal: AbortSignal | undefined): () => void {
    if (signal === undefined) return () => undefined;
    const abort = (): void => this.atOnce(STOPPED);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
    return () => signal.removeEventListener('abort', abort);
  }
}
