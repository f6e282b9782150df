import { binomialCdf } from '../binomial.ts';

/**
 * Exact two-sided p value of the sign test: 2·P(Bin(a + b, ½) ≤ min(a, b)), at most 1. Ties are left out before; with
 * nothing but ties there is no evidence, and p is 1.
 */
export function signTestP(a: number, b: number): number {
  return Math.min(1, 2 * binomialCdf(Math.min(a, b), a + b, 0.5));
}
