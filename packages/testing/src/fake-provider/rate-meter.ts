/** So much in so much time. */
export interface Rate {
  readonly limit: number;
  /** 1,000 for a limit per second, 60,000 per minute. */
  readonly perMs: number;
  /**
   * `bucket` (default): refills steadily, holds at most `burst`. `window`: at most `limit` within any `perMs`.
   * Most providers are buckets.
   */
  readonly shape?: 'bucket' | 'window';
  /** What a full bucket holds. Default: `limit`. */
  readonly burst?: number;
}

/** Measures use against a rate that may change at any time. All times are milliseconds of one monotonic clock. */
export interface RateMeter {
  /** What could be taken now. */
  remaining(rate: Rate, now: number): number;
  /** Milliseconds until `amount` could be taken; infinite when it is more than the rate ever allows. */
  waitFor(amount: number, rate: Rate, now: number): number;
  /** Takes it, whether it is there or not; a negative amount gives back. */
  take(amount: number, rate: Rate, now: number): void;
  /** Milliseconds until all of it is there again, when nobody takes any. */
  untilFull(rate: Rate, now: number): number;
}

export function rateMeter(shape: Rate['shape']): RateMeter {
  return shape === 'window' ? slidingWindow() : tokenBucket();
}

/** Amounts of a bucket are sums of fractions; what is missing by less than this is there. */
const ROUNDING = 1e-9;

function tokenBucket(): RateMeter {
  let level: number | undefined;
  let at = 0;
  return { remaining, waitFor, take, untilFull };

  function remaining(rate: Rate, now: number): number {
    const capacity = capacityOf(rate);
    level = Math.min(capacity, (level ?? capacity) + ((now - at) * rate.limit) / rate.perMs);
    at = now;
    return level;
  }

  function waitFor(amount: number, rate: Rate, now: number): number {
    const missing = amount - remaining(rate, now);
    if (missing <= ROUNDING) return 0;
    return amount > capacityOf(rate) ? Number.POSITIVE_INFINITY : (missing * rate.perMs) / rate.limit;
  }

  function take(amount: number, rate: Rate, now: number): void {
    level = remaining(rate, now) - amount;
  }

  function untilFull(rate: Rate, now: number): number {
    return ((capacityOf(rate) - remaining(rate, now)) * rate.perMs) / rate.limit;
  }
}

function slidingWindow(): RateMeter {
  /** Oldest first; those before `start` are over. */
  const taken: { readonly at: number; readonly amount: number }[] = [];
  let start = 0;
  let sum = 0;
  return { remaining, waitFor, take, untilFull };

  function remaining(rate: Rate, now: number): number {
    for (let oldest = taken[start]; oldest !== undefined && oldest.at <= now - rate.perMs; oldest = taken[start]) {
      sum -= oldest.amount;
      start++;
    }
    if (start > 1024) {
      taken.splice(0, start);
      start = 0;
    }
    return rate.limit - sum;
  }

  function waitFor(amount: number, rate: Rate, now: number): number {
    let missing = amount - remaining(rate, now);
    if (missing <= 0) return 0;
    for (let i = start; i < taken.length; i++) {
      const { at, amount: freed } = taken[i] ?? { at: now, amount: 0 };
      missing -= freed;
      if (missing <= 0) return at + rate.perMs - now;
    }
    return Number.POSITIVE_INFINITY;
  }

  function take(amount: number, rate: Rate, now: number): void {
    remaining(rate, now);
    taken.push({ at: now, amount });
    sum += amount;
  }

  function untilFull(rate: Rate, now: number): number {
    remaining(rate, now);
    const newest = taken.at(-1);
    return newest === undefined || start === taken.length ? 0 : newest.at + rate.perMs - now;
  }
}

function capacityOf(rate: Rate): number {
  return rate.burst ?? rate.limit;
}
