import { randomBytes } from 'node:crypto';
import type { CallStore } from '../contracts/call-store.ts';

/** Money of a run: what is spent, and what calls in flight may still cost. */
export interface Budget {
  /**
   * Reserves what a call may cost at most, durably; waits while calls in flight may still give back what is needed.
   * @returns the reservation, `undefined` for a run without a cap
   * @throws BudgetSpent when it does not fit in what is left
   */
  admit(usd: number, signal: AbortSignal): Promise<Reservation | undefined>;
}

export interface Reservation {
  readonly id: string;
  /** The call was settled, which removed the reservation from the store. */
  settled(usd: number): void;
  /** The call has failed, or its answer does not say. @param usd what it has cost all the same, as far as one can know */
  spent(usd: number): Promise<void>;
}

export class BudgetSpent extends Error {}

/** How the reason of a run begins that its cap has stopped. */
export const CAP_REACHED = 'the cost cap is reached';

/** For runs without a cap. */
export const noBudget: Budget = { admit: async () => undefined };

/** @param maxUsd for the whole run, its earlier parts included: what they spent, and what was in flight when one of them died */
export async function openBudget(calls: Pick<CallStore, 'money' | 'reserve'>, maxUsd: number): Promise<Budget> {
  const { settled, reserved } = await calls.money();
  let spent = settled + reserved;
  let inFlight = 0;
  let open = 0;
  let waiting: (() => void)[] = [];
  const wake = (): void => {
    const woken = waiting;
    waiting = [];
    for (const one of woken) one();
  };

  return {
    async admit(usd, signal) {
      for (;;) {
        signal.throwIfAborted();
        if (spent + inFlight + usd <= maxUsd) break;
        if (open === 0) {
          throw new BudgetSpent(
            `${CAP_REACHED}: $${money(spent)} of $${money(maxUsd)} are spent, and the next call may cost $${money(usd)}`,
          );
        }
        await changed(signal);
      }
      inFlight += usd;
      open++;
      const id = randomBytes(8).toString('hex');
      const close = (cost: number): void => {
        inFlight -= usd;
        spent += cost;
        open--;
        wake();
      };
      try {
        await calls.reserve(id, usd);
      } catch (error) {
        close(0);
        throw error;
      }
      return {
        id,
        settled: close,
        async spent(cost) {
          close(cost);
          await calls.reserve(id, cost);
        },
      };
    },
  };

  function changed(signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const go = (): void => resolve();
    waiting.push(go);
    signal.addEventListener('abort', go, { once: true });
    return promise.finally(() => signal.removeEventListener('abort', go));
  }
}

/** Enough digits to see what a cheap call costs. */
function money(usd: number): string {
  return usd >= 1 ? usd.toFixed(2) : usd.toPrecision(2);
}
