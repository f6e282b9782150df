import { checkNumber, checkPositive, checkWithin } from './check-argument.ts';
import { betaLogOddsQuantile, betaTails, type UnitPoint } from './incomplete-beta.ts';

/**
 * Distribution function of Student's t, exact also in the lower tail. From the incomplete beta function:
 * P(|T| ≤ t) = I_y(½, df/2) with y = t²/(df + t²) (Abramowitz & Stegun 26.7.1).
 *
 * @param df degrees of freedom, any real number above 0
 * @throws StatsError `not-finite`, `out-of-range`
 */
export function tCdf(t: number, df: number): number {
  const twoSided = tTwoSidedP(t, df);
  return t < 0 ? twoSided / 2 : 1 - twoSided / 2;
}

/**
 * P(|T| ≥ |t|), the p value of a two-sided t test, exact also where it is tiny.
 *
 * @param df degrees of freedom, any real number above 0
 * @throws StatsError `not-finite`, `out-of-range`
 */
export function tTwoSidedP(t: number, df: number): number {
  checkNumber(t, 't');
  checkPositive(df, 'df');
  return betaTails(shareOfSquare(t, df), 0.5, df / 2).upper;
}

/**
 * Quantile of Student's t for real degrees of freedom.
 *
 * @param p in [0, 1]; the ends give ∓Infinity
 * @param df degrees of freedom, any real number above 0
 * @throws StatsError `out-of-range`
 */
export function tQuantile(p: number, df: number): number {
  checkWithin(p, 'p', 0, 1);
  checkPositive(df, 'df');
  const tail = Math.min(p, 1 - p);
  const logOdds = betaLogOddsQuantile({ lower: Math.abs(2 * p - 1), upper: 2 * tail }, 0.5, df / 2);
  const size = Math.sqrt(df) * Math.exp(logOdds / 2);
  return p < 0.5 ? -size : size;
}

/** y = t²/(df + t²) and 1 − y, each without cancellation or overflow. */
function shareOfSquare(t: number, df: number): UnitPoint {
  const ratio = (t / df) * t;
  return { x: ratio === Number.POSITIVE_INFINITY ? 1 : ratio / (1 + ratio), y: 1 / (1 + ratio) };
}
