import { checkInteger, checkWithin } from './check-argument.ts';
import { betaTails } from './incomplete-beta.ts';

/**
 * P(X ≤ k) for X ~ Binomial(n, p), as the incomplete beta function I_{1−p}(n − k, k + 1).
 *
 * @param k integer; below 0 gives 0, from n on gives 1
 * @param n integer from 0
 * @param p in [0, 1]
 * @throws StatsError `not-integer`, `out-of-range`
 */
export function binomialCdf(k: number, n: number, p: number): number {
  checkInteger(k, 'k', -Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  checkInteger(n, 'n', 0, Number.MAX_SAFE_INTEGER);
  checkWithin(p, 'p', 0, 1);
  if (k < 0) return 0;
  if (k >= n) return 1;
  return betaTails({ x: 1 - p, y: p }, n - k, k + 1).lower;
}
