import type { RunWork } from './run-work.ts';

/** Why a call was given up. `aborted`: the run was stopped at once, and nothing is recorded. */
export class CallAbandoned extends Error {
  readonly why: 'timeout' | 'aborted';

  constructor(why: 'timeout' | 'aborted', message: string) {
    super(message);
    this.why = why;
  }
}

/** Calls that have not answered: each with a deadline, and all given up together when the run is stopped at once. */
export class InFlight {
  readonly #timeoutMs: number;
  readonly #open = new Set<(reason: CallAbandoned) => void>();

  constructor(timeoutMs: number, abort: AbortSignal) {
    this.#timeoutMs = timeoutMs;
    // One listener for the run: one per call would cost memory for every row.
    abort.addEventListener('abort', () => {
      for (const giveUp of this.#open) giveUp(new CallAbandoned('aborted', 'the run was stopped'));
    });
  }

  /** The promise's own outcome, or a `CallAbandoned` rejection; then the work's signal is aborted and a late answer is ignored. */
  watch<T>(promise: PromiseLike<T>, work: readonly RunWork[]): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const settle = (): void => {
        clearTimeout(timer);
        this.#open.delete(giveUp);
      };
      const giveUp = (reason: CallAbandoned): void => {
        settle();
        reject(reason);
        for (const one of work) one.cancel(reason);
      };
      const timer = setTimeout(
        () => giveUp(new CallAbandoned('timeout', `no answer within ${this.#timeoutMs / 1000} s`)),
        this.#timeoutMs,
      );
      this.#open.add(giveUp);
      promise.then(
        (value) => {
          settle();
          resolve(value);
        },
        (error: unknown) => {
          settle();
          reject(error);
        },
      );
    });
  }
}
