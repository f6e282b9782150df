import type { Admission, CallOutcome, Clock, Governor, PlannedAccount, Usage } from '../../contracts/index.ts';

const MINUTE_MS = 60_000;

/**
 * Keeps calls within what the user has set for their accounts, and lets an account rest for as long as its provider asks. What it knows
 * of limits is what it was told: nothing is learned.
 *
 * Rates are kept in any minute, not on average: a call waits until the calls of the last minute leave room for it. Tokens are reserved
 * before a call is sent and corrected by what it has used.
 *
 * @param accounts by provider, the part of an account's name before the first `|`
 */
export function setLimits(accounts: Readonly<Record<string, PlannedAccount>>, clock: Clock): Governor {
  const known = new Map<string, Account>();
  const accountOf = (name: string): Account => {
    const account = known.get(name) ?? new Account(accounts[name.split('|')[0] ?? ''] ?? {}, clock);
    known.set(name, account);
    return account;
  };
  return {
    // All that is set is set for the account, the widest scope.
    enter: async ([account = ''], need, signal) => accountOf(account).enter(need, signal),
  };
}

interface Sent {
  readonly at: number;
  tokens: number;
}

class Account {
  readonly #limits: PlannedAccount;
  readonly #clock: Clock;
  /** Calls of the last minute, oldest first. */
  readonly #sent: Sent[] = [];
  readonly #queue: Waiting[] = [];
  #inFlight = 0;
  #restsUntil = 0;
  #timer: AbortController | undefined;

  constructor(limits: PlannedAccount, clock: Clock) {
    this.#limits = limits;
    this.#clock = clock;
  }

  enter(need: Usage, signal: AbortSignal): Promise<Admission> {
    signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<Admission>();
    const waiting: Waiting = { tokens: (need.inputTokens ?? 0) + (need.outputTokens ?? 0), resolve };
    const leave = (): void => {
      const place = this.#queue.indexOf(waiting);
      // Not in the queue any more: its admission is on its way.
      if (place < 0) return;
      this.#queue.splice(place, 1);
      reject(signal.reason);
      this.#admit();
    };
    signal.addEventListener('abort', leave, { once: true });
    this.#queue.push(waiting);
    this.#admit();
    return promise.finally(() => signal.removeEventListener('abort', leave));
  }

  /** Lets through all who may go, first come first, and looks again when the next one may. */
  #admit(): void {
    this.#timer?.abort();
    this.#timer = undefined;
    for (;;) {
      const [next] = this.#queue;
      if (next === undefined) return;
      const wait = this.#waitOf(next.tokens);
      if (wait > 0) {
        // Without an end there is a call in flight that ends first.
        if (wait < Number.POSITIVE_INFINITY) this.#lookAgainIn(wait);
        return;
      }
      this.#queue.shift();
      const sent: Sent = { at: this.#clock.monotonic(), tokens: next.tokens };
      this.#sent.push(sent);
      this.#inFlight++;
      next.resolve({ done: (outcome) => this.#done(sent, outcome) });
    }
  }

  #done(sent: Sent, { usage, waitMs }: CallOutcome): void {
    this.#inFlight--;
    if (usage !== undefined) sent.tokens = (usage.inputTokens ?? 0) + (usage.outputTokens ?? 0);
    if (waitMs !== undefined) this.#restsUntil = Math.max(this.#restsUntil, this.#clock.monotonic() + waitMs);
    this.#admit();
  }

  /** Milliseconds until a call of so many tokens may go; infinite while only the end of another call can make room. */
  #waitOf(tokens: number): number {
    const now = this.#clock.monotonic();
    const { requestsPerMinute, tokensPerMinute, concurrency = Number.POSITIVE_INFINITY } = this.#limits;
    while ((this.#sent[0]?.at ?? now) <= now - MINUTE_MS) this.#sent.shift();
    if (this.#inFlight >= concurrency) return Number.POSITIVE_INFINITY;
    return Math.max(
      this.#restsUntil - now,
      requestsPerMinute === undefined ? 0 : this.#waitForRoom(now, Math.max(1, Math.floor(requestsPerMinute)) - 1, () => 1),
      // A call that is larger than the whole limit goes alone: it could never go otherwise.
      tokensPerMinute === undefined ? 0 : this.#waitForRoom(now, Math.max(0, tokensPerMinute - tokens), (sent) => sent.tokens),
      0,
    );
  }

  /** Until the calls of the last minute sum up to `most` at most. */
  #waitForRoom(now: number, most: number, weight: (sent: Sent) => number): number {
    let sum = 0;
    for (let index = this.#sent.length - 1; index >= 0; index--) {
      const sent = this.#sent[index];
      if (sent === undefined) continue;
      sum += weight(sent);
      if (sum > most) return sent.at + MINUTE_MS - now;
    }
    return 0;
  }

  #lookAgainIn(ms: number): void {
    const timer = new AbortController();
    this.#timer = timer;
    this.#clock.sleep(ms, timer.signal).then(
      () => {
        if (this.#timer === timer) this.#admit();
      },
      () => undefined,
    );
  }
}

interface Waiting {
  readonly tokens: number;
  readonly resolve: (admission: Admission) => void;
}
