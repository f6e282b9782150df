const FIRST_MS = 500;
const LONGEST_MS = 60_000;

/**
 * How long to wait before the next attempt: exponential with full jitter, from 0 to 0.5 s, 1 s, 2 s, … 60 s, and never less than the
 * server asks for (plus a tenth, so that those who were sent away together do not come back together).
 * Source: M. Brooker, Exponential Backoff And Jitter, AWS Architecture Blog, 2015 ("full jitter").
 *
 * @param failures attempts that have failed so far, at least 1
 * @param random uniform in [0, 1)
 */
export function backoff(failures: number, waitMs: number | undefined, random: number): number {
  const jittered = random * Math.min(LONGEST_MS, FIRST_MS * 2 ** (failures - 1));
  return waitMs === undefined ? jittered : Math.max(jittered, waitMs * (1 + random / 10));
}
