import { checkPositive } from './check-argument.ts';

const HALF_LOG_TWO_PI = 0.9189385332046728;

/**
 * ln Γ(x) for x > 0, by Stirling's formula (Abramowitz & Stegun 6.1.40) with the remainder of `stirlingRemainder`.
 * Absolute error about 1e-15 near the zeros at 1 and 2, relative error about 1e-15 elsewhere.
 *
 * @throws StatsError `out-of-range`
 */
export function logGamma(x: number): number {
  checkPositive(x, 'x');
  return (x - 0.5) * Math.log(x) - x + HALF_LOG_TWO_PI + stirlingRemainder(x);
}

/**
 * What Stirling's formula lacks: ln Γ(x) − [(x − ½)·ln x − x + ½·ln 2π]. Densities written with it have no difference
 * of huge logarithms, which is what keeps their tails exact for large parameters (Loader 2000).
 */
export function stirlingRemainder(x: number): number {
  let shift = 0;
  let at = x;
  // The recurrence Γ(x + 1) = x·Γ(x), until the asymptotic series is exact to double precision.
  while (at < 15) {
    shift += (at + 0.5) * Math.log1p(1 / at) - 1;
    at += 1;
  }
  const s = 1 / (at * at);
  const series = 1 / 12 - s * (1 / 360 - s * (1 / 1260 - s * (1 / 1680 - s * (1 / 1188 - (s * 691) / 360360))));
  return shift + series / at;
}

/**
 * ln(ratio) − (ratio − 1), without cancellation near ratio = 1.
 *
 * @param excess ratio − 1, computed by the caller without cancellation
 */
export function logMinusLinear(ratio: number, excess: number): number {
  if (Math.abs(excess) > 0.3) return Math.log(ratio) - excess;
  // ln(1 + u) = 2·artanh(r) with r = u/(2 + u), and 2r − u = −u·r.
  const r = excess / (2 + excess);
  const square = r * r;
  let power = r * square;
  let sum = 0;
  for (let k = 3; k < 60; k += 2) {
    const term = power / k;
    sum += term;
    if (Math.abs(term) <= 1e-17 * Math.abs(sum)) break;
    power *= square;
  }
  return 2 * sum - excess * r;
}
