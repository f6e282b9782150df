import type { ToldLimit } from './limit-headers.ts';

/** Periods that limits are given for: what is measured between the lines of the headers is one of them. */
const PERIODS_MS = [1_000, 60_000, 3_600_000, 86_400_000];
/** A little less than the provider says: clocks differ, and calls arrive in another order than they were sent. */
const SHARE = 0.99;

/**
 * A limit of which the answers' headers tell: a bucket that refills steadily. Its level is followed with every call that is sent, and
 * put right by every answer.
 */
export class ToldBucket {
  #limit = 0;
  /** Nearly all are per minute: so until the answers say otherwise. */
  #period = 60_000;
  #perMs = 0;
  #level = 0;
  #at = 0;
  /** All that was ever taken: what was taken after a call, its answer cannot know of. */
  #total = 0;
  #known = false;

  /** Milliseconds until so much may be taken. */
  waitMs(amount: number, now: number): number {
    if (!this.#known) return 0;
    this.#refill(now);
    // More than the limit would never be there: it goes when the bucket is full.
    const missing = Math.min(amount, this.#limit) - this.#level;
    if (missing <= 1e-9) return 0;
    return missing / this.#perMs;
  }

  /** @returns the mark to hand back with the answer */
  take(amount: number, now: number): number {
    this.#refill(now);
    this.#level -= amount;
    this.#total += amount;
    return this.#total;
  }

  /** It was not as much as was taken. */
  giveBack(amount: number): void {
    this.#level += amount;
    this.#total -= amount;
  }

  /**
   * @param mark what {@link take} returned for the call that was answered
   * @param sentAt when it was sent
   * @returns whether the limit is another one than before
   */
  told({ limit, remaining, resetMs }: ToldLimit, mark: number, sentAt: number, now: number): boolean {
    const changed = limit !== this.#limit;
    this.#limit = limit;
    const period = periodOf(limit, remaining, resetMs);
    if (period !== undefined) this.#period = period;
    if (changed || period !== undefined) this.#perMs = (limit * SHARE) / this.#period;
    this.#refill(now);
    // When the answer was written is not known: somewhere between the call's arrival and now.
    const least = remaining - Math.max(0, this.#total - mark);
    const most = remaining + this.#perMs * (now - sentAt);
    this.#level = this.#known ? Math.min(Math.max(this.#level, least), most, limit) : least;
    this.#known = true;
    return changed;
  }

  /** A call was refused for want of it. */
  empty(now: number): void {
    this.#refill(now);
    this.#level = Math.min(this.#level, 0);
  }

  get perMinute(): number {
    return (this.#limit * 60_000) / this.#period;
  }

  #refill(now: number): void {
    if (this.#known) this.#level = Math.min(this.#limit, this.#level + (now - this.#at) * this.#perMs);
    this.#at = now;
  }
}

/** In what time the limit refills: what is missing of it and when that will be there again say so, where enough is missing. */
function periodOf(limit: number, remaining: number, resetMs: number | undefined): number | undefined {
  const missing = limit - remaining;
  if (resetMs === undefined || resetMs <= 0 || missing <= 0) return undefined;
  const measured = (resetMs * limit) / missing;
  const nearest = PERIODS_MS.find((period) => measured > period / 1.5 && measured < period * 1.5);
  // Resets that are rounded to seconds tell nothing as long as little is missing.
  if (nearest !== undefined) return nearest;
  return missing / limit > 0.2 ? measured : undefined;
}
