import { type Clock, TouchstoneError } from '@touchstone/core';

export interface SimulatedClock extends Clock {
  /** Sleepers that wait for their time. */
  readonly sleeping: number;
  /** Moves the time forward, waking who sleeps until then, in order; resolves when what they do next is under way. */
  advance(ms: number): Promise<void>;
  /**
   * Moves the time on by itself whenever everything waits, until the work is done. An hour of waiting takes no longer than its computing.
   * While nobody sleeps it waits for the world outside (a file that is read, a package that is loaded) for up to `patienceMs`.
   *
   * @returns what the work resolves to
   * @throws what it rejects with; TouchstoneError `simulation-stuck` when it is not done and nobody sleeps any more
   */
  run<T>(work: Promise<T> | (() => Promise<T>)): Promise<T>;
}

interface Sleeper {
  readonly at: number;
  wake(): void;
}

/**
 * A clock whose time stands still but for `advance` and `run`. The same work takes the same course every time: who sleeps to the same
 * moment is woken in the order of going to sleep, one after the other, each time after the one before has run as far as it can.
 *
 * Only what waits for promises is seen to wait. Work that waits for the outside world (timers, files, sockets) is waited for while
 * nobody sleeps, and not while somebody does.
 *
 * @param options.start milliseconds since the epoch
 * @param options.patienceMs real milliseconds that `run` waits while nobody sleeps; 5,000 by default
 * @example
 * const clock = simulatedClock();
 * await clock.run(async () => {
 *   await clock.sleep(3_600_000);
 * });
 */
export function simulatedClock(options: { readonly start?: number; readonly patienceMs?: number } = {}): SimulatedClock {
  const { start = 0, patienceMs = 5_000 } = options;
  let elapsed = 0;
  /** By time, latest first: the next one to wake is the last. */
  const sleepers: Sleeper[] = [];

  return {
    now: () => start + elapsed,
    monotonic: () => elapsed,
    sleep,
    get sleeping() {
      return sleepers.length;
    },

    async advance(ms) {
      const until = elapsed + ms;
      await settled();
      for (let next = sleepers.at(-1); next !== undefined && next.at <= until; next = sleepers.at(-1)) await wakeNext();
      elapsed = until;
    },

    async run(work) {
      const running = typeof work === 'function' ? work() : work;
      let done = false;
      const finish = () => {
        done = true;
      };
      running.then(finish, finish);
      for (await settled(); !done; ) {
        if (sleepers.length === 0 && !(await somethingHappens(() => done || sleepers.length > 0, patienceMs)))
          throw new TouchstoneError(
            'simulation-stuck',
            'The simulated work is not done, and nobody sleeps: it waits for something that never comes, or for the world outside.',
            { kind: 'run' },
          );
        await wakeNext();
      }
      return running;
    },
  };

  function sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    return new Promise((resolve, reject) => {
      const sleeper: Sleeper = {
        at: elapsed + Math.max(0, ms),
        wake() {
          signal?.removeEventListener('abort', abort);
          resolve();
        },
      };
      const abort = () => {
        sleepers.splice(sleepers.indexOf(sleeper), 1);
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', abort, { once: true });
      insert(sleeper);
    });
  }

  /** Behind all that wake later or at the same time: those were first. */
  function insert(sleeper: Sleeper): void {
    let [low, high] = [0, sleepers.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((sleepers[middle]?.at ?? 0) > sleeper.at) low = middle + 1;
      else high = middle;
    }
    sleepers.splice(low, 0, sleeper);
  }

  async function wakeNext(): Promise<void> {
    const next = sleepers.pop();
    if (next === undefined) return;
    elapsed = Math.max(elapsed, next.at);
    next.wake();
    await settled();
  }
}

/** Every promise that can go on has done so: the queue of microtasks is empty before the next turn of the event loop. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Real time passes until something has happened. @returns whether it has, before the patience was over */
async function somethingHappens(happened: () => boolean, patienceMs: number): Promise<boolean> {
  const until = performance.now() + patienceMs;
  while (!happened()) {
    if (performance.now() > until) return false;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  return true;
}
