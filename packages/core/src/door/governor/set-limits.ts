import type { PlannedAccount } from '../../contracts/index.ts';

const MINUTE_MS = 60_000;

/** A call that was let through. What it has used becomes known when it ends. */
export interface Sent {
  /** By the monotonic clock. */
  readonly at: number;
  tokens: number;
}

/**
 * What the user has set for an account, kept in any minute and not on average: a call waits until the calls of the last minute leave
 * room for it. Tokens are those reserved, until it is known what a call has used.
 */
export class SetLimits {
  readonly #limits: PlannedAccount;
  /** Calls of the last minute, oldest first. */
  readonly #sent: Sent[] = [];
  #inFlight = 0;

  constructor(limits: PlannedAccount) {
    this.#limits = limits;
  }

  /** Milliseconds until a call of so many tokens may go; infinite while only the end of another call can make room. */
  waitMs(tokens: number, now: number): number {
    const { requestsPerMinute, tokensPerMinute, concurrency = Number.POSITIVE_INFINITY } = this.#limits;
    while ((this.#sent[0]?.at ?? now) <= now - MINUTE_MS) this.#sent.shift();
    if (this.#inFlight >= concurrency) return Number.POSITIVE_INFINITY;
    return Math.max(
      requestsPerMinute === undefined ? 0 : this.#waitForRoom(now, Math.max(1, Math.floor(requestsPerMinute)) - 1, () => 1),
      // A call that is larger than the whole limit goes alone: it could never go otherwise.
      tokensPerMinute === undefined ? 0 : this.#waitForRoom(now, Math.max(0, tokensPerMinute - tokens), (sent) => sent.tokens),
      0,
    );
  }

  sent(call: Sent): void {
    this.#inFlight++;
    if (this.#limits.requestsPerMinute !== undefined || this.#limits.tokensPerMinute !== undefined) this.#sent.push(call);
  }

  ended(): void {
    this.#inFlight--;
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
}
