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
    return new Promise((resolve, reject) => this.tell(promise, work, resolve, reject));
  }

  /** {@link watch} without a promise of its own, which is worth it where it happens for every row. Calls one of the two, once. */
  tell<T>(
    promise: PromiseLike<T>,
    work: readonly RunWork[],
    onAnswer: (answer: T) => void,
    onFailure: (error: unknown) => void,
  ): void {
    const call: OpenCall = { work, onFailure, deadline: performance.now() + this.#timeoutMs };
    this.#add(call);
    if (this.#abort.aborted) this.#giveUp(call, stopped());
    promise.then(
      (answer) => {
        if (this.#remove(call)) onAnswer(answer);
      },
      (error: unknown) => {
        if (this.#remove(call)) onFailure(error);
      },
    );
  }

  #add(call: OpenCall): void {
    this.#open.add(call);
    if (this.#timer === undefined) this.#wait(this.#timeoutMs);
    else if (this.#open.size === 1) this.#timer.ref();
  }

  /** Whether it was open: what was given up before is over. */
  #remove(call: OpenCall): boolean {
    const wasOpen = this.#open.delete(call);
    // The timer goes on for the next call, but a process with nothing in flight may end.
    if (this.#open.size === 0) this.#timer?.unref();
    return wasOpen;
  }

  #giveUp(call: OpenCall, reason: CallAbandoned): void {
    this.#remove(call);
    call.onFailure(reason);
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
      if (call.work.some((one) => one.asking)) {
        // It waits for a service, whose calls are timed one by one, without the time they wait for limits. Last in line again.
        this.#open.delete(call);
        call.deadline = performance.now() + this.#timeoutMs;
        this.#open.add(call);
        continue;
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
  readonly onFailure: (reason: CallAbandoned) => void;
  /** By `performance.now()`. */
  deadline: number;
}
