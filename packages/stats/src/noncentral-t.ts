import { checkNumber, checkPositive, checkWithin } from './check-argument.ts';
import { stirlingRemainder } from './log-gamma.ts';
import { normalCdf } from './normal.ts';
import { tCdf } from './student-t.ts';

/**
 * Distribution function of the noncentral t, to relative 1e-8 or better. It is the mean of Φ(t·S − nc) over
 * S = √(χ²_df/df) (Johnson, Kotz & Balakrishnan 1995, ch. 31): a smooth positive integrand in ln S, for which the
 * trapezoidal rule converges exponentially, and nothing cancels in the tails.
 *
 * @param df degrees of freedom, any real number above 0
 * @param nc noncentrality, e.g. effect size × √n; in [−1e5, 1e5]
 * @throws StatsError `not-finite`, `out-of-range`
 */
export function noncentralTCdf(t: number, df: number, nc: number): number {
  checkNumber(t, 't');
  checkWithin(nc, 'nc', -1e5, 1e5);
  checkPositive(df, 'df');
  if (nc === 0) return tCdf(t, df);
  if (t === Number.NEGATIVE_INFINITY) return 0;
  if (t === Number.POSITIVE_INFINITY) return 1;

  // A quarter of the two widths at stake: the density of ln S, and the step of Φ where t·S passes nc.
  const step = 0.25 * Math.min(Math.sqrt(0.5 / df), 1 / (1 + Math.abs(nc)));
  const logFactor = Math.log(2) + 0.5 * Math.log(df / (4 * Math.PI)) - stirlingRemainder(df / 2);
  let sum = 0;
  let previous = 0;
  for (let u = upperEnd(df); ; u -= step) {
    const logDensity = df * (u - Math.expm1(2 * u) / 2) + logFactor;
    const term = Math.exp(logDensity) * normalCdf(t * Math.exp(u) - nc);
    sum += term;
    const falling = term < previous;
    previous = term;
    if (u < 0 && (logDensity < -745 || (falling && term < 1e-18 * sum))) break;
  }
  return Math.min(1, sum * step);
}

/** Above this ln S the density is under e^{−745}, the smallest positive number. */
function upperEnd(df: number): number {
  const share = 750 / df;
  return 0.5 * Math.log1p(4 * (share + Math.sqrt(share)));
}
