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
  readonly #abort: AbortSignal;
  /** In the order of their starts, and so of their deadlines. */
  readonly #open = new Set<OpenCall>();
  /** One for all calls: it waits for the oldest. */
  #timer: NodeJS.Timeout | undefined;

  constructor(timeoutMs: number, abort: AbortSignal) {
    this.#timeoutMs = timeoutMs;
    this.#abort = abort;
    // One listener for the run: one per call would cost memory for every row.
    abort.addEventListener('abort', () => {
      for (const call of this.#open) this.#giveUp(call, stopped());
    });
  }

  /** Whether the run was stopped at once. */
  get aborted(): boolean {
    return this.#abort.aborted;
  }

  /** The promise's own outcome, or a `CallAbandoned` rejection; then the work's signal is aborted and a late answer is ignored. */
  watch<T>(promise: PromiseLike<T>, work: readonly RunWork[]): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const call: OpenCall = { work, reject, deadline: performance.now() + this.#timeoutMs };
      this.#add(call);
      if (this.#abort.aborted) this.#giveUp(call, stopped());
      promise.then(
        (value) => {
          this.#remove(call);
          resolve(value);
        },
        (error: unknown) => {
          this.#remove(call);
          reject(error);
        },
      );
    });
  }

  #add(call: OpenCall): void {
    this.#open.add(call);
    if (this.#timer === undefined) this.#wait(this.#timeoutMs);
    else if (this.#open.size === 1) this.#timer.ref();
  }

  #remove(call: OpenCall): void {
    this.#open.delete(call);
    // It goes on for the next call, but a process with nothing in flight may end.
    if (this.#open.size === 0) this.#timer?.unref();
  }

  #giveUp(call: OpenCall, reason: CallAbandoned): void {
    this.#remove(call);
    call.reject(reason);
    for (const one of call.work) one.cancel(reason);
  }

  #wait(ms: number): void {
    this.#timer = setTimeout(() => this.#giveUpLate(), Math.min(ms, LONGEST_TIMER_MS));
  }

  #giveUpLate(): void {
    this.#timer = undefined;
    for (const call of this.#open) {
      const left = call.deadline - performance.now();
      if (left > 0) {
        this.#wait(left);
        return;
      }
      this.#giveUp(call, new CallAbandoned('timeout', `no answer within ${this.#timeoutMs / 1000} s`));
    }
  }
}

function stopped(): CallAbandoned {
  return new CallAbandoned('aborted', 'the run was stopped');
}

/** What timers can wait at most. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

interface OpenCall {
  readonly work: readonly RunWork[];
  readonly reject: (reason: CallAbandoned) => void;
  /** By `performance.now()`. */
  readonly deadline: number;
}
