import type { CallClaim, CallRecord, CallStore } from '../contracts/call-store.ts';
import type { Json } from '../contracts/json.ts';

/** Where settled answers are kept; what a store brings to {@link singleFlight}. */
export interface AnswerLog {
  /** `undefined`: never answered. */
  find(key: string): Json | undefined | Promise<Json | undefined>;
  /** Resolves when the answer is durable, with what is known of the call; what was reserved for it is no longer. */
  keep(key: string, answer: Json, record: CallRecord): Promise<void>;
}

/**
 * The claims of a call store over any log of answers: within this process at most one caller at a time asks for a key, the others wait.
 * When the answer cannot be kept, `settle` rejects and so do the waiting claims: nobody pays for an answer that the store would lose again.
 * `settle` and `release` after the first of them do nothing, so a `finally { await claim.release(); }` is always safe.
 *
 * @example const { claim } = singleFlight({ find: (key) => answers.get(key), keep: async (key, answer) => void answers.set(key, answer) });
 */
export function singleFlight(log: AnswerLog): Pick<CallStore, 'claim'> {
  /** Keys that somebody asks for at the moment, each with those who wait, first come first. */
  const flights = new Map<string, Waiter[]>();

  return {
    async claim(key, signal): Promise<CallClaim> {
      signal.throwIfAborted();
      const waiters = flights.get(key);
      if (waiters !== undefined) return wait(waiters, signal);
      // Claimed before the log is read: a second caller during the reading waits for what comes out of it.
      flights.set(key, []);
      try {
        const answer = await log.find(key);
        if (answer !== undefined) {
          land(key, (waiter) => waiter.resolve({ hit: answer }));
          return { hit: answer };
        }
      } catch (error) {
        land(key, (waiter) => waiter.reject(error));
        throw error;
      }
      if (signal.aborted) {
        passOn(key);
        throw signal.reason;
      }
      return claimOf(key);
    },
  };

  function claimOf(key: string): CallClaim {
    let open = true;
    return {
      async settle(answer, record) {
        if (!open) return;
        open = false;
        try {
          await log.keep(key, answer, record);
        } catch (error) {
          land(key, (waiter) => waiter.reject(error));
          throw error;
        }
        land(key, (waiter) => waiter.resolve({ hit: answer }));
      },
      async release() {
        if (!open) return;
        open = false;
        passOn(key);
      },
    };
  }

  /** The flight is over; all who waited learn the same. */
  function land(key: string, tell: (waiter: Waiter) => void): void {
    const waiters = flights.get(key) ?? [];
    flights.delete(key);
    for (const waiter of waiters) tell(waiter);
  }

  function passOn(key: string): void {
    const next = flights.get(key)?.shift();
    if (next === undefined) flights.delete(key);
    else next.resolve(claimOf(key));
  }
}

interface Waiter {
  readonly resolve: (claim: CallClaim) => void;
  readonly reject: (reason: unknown) => void;
}

/** Waits in the queue until told, or leaves it when the signal fires. */
function wait(queue: Waiter[], signal: AbortSignal): Promise<CallClaim> {
  const { promise, resolve, reject } = Promise.withResolvers<CallClaim>();
  const waiter: Waiter = { resolve, reject };
  const leave = (): void => {
    const place = queue.indexOf(waiter);
    // No longer in the queue: the claim is on its way, and its receiver must use it or release it.
    if (place < 0) return;
    queue.splice(place, 1);
    reject(signal.reason);
  };
  signal.addEventListener('abort', leave, { once: true });
  queue.push(waiter);
  return promise.finally(() => signal.removeEventListener('abort', leave));
}
