import { checkPositive, checkWithin } from './check-argument.ts';
import { logMinusLinear, stirlingRemainder } from './log-gamma.ts';

/** Both tails of a distribution function, each exact also where it is tiny. They sum to 1. */
export interface Tails {
  readonly lower: number;
  readonly upper: number;
}

/**
 * Distribution function of Beta(a, b) at x, the regularised incomplete beta function I_x(a, b). Relative error 1e-10
 * or better, also in the lower tail.
 *
 * @param x in [0, 1]
 * @param a above 0
 * @param b above 0
 * @throws StatsError `out-of-range`
 */
export function betaCdf(x: number, a: number, b: number): number {
  checkWithin(x, 'x', 0, 1);
  return betaTails({ x, y: 1 - x }, checkPositive(a, 'a'), checkPositive(b, 'b')).lower;
}

/**
 * Quantile of Beta(a, b).
 *
 * @param p in [0, 1]
 * @param a above 0
 * @param b above 0
 * @throws StatsError `out-of-range`
 */
export function betaQuantile(p: number, a: number, b: number): number {
  checkWithin(p, 'p', 0, 1);
  const logOdds = betaLogOddsQuantile({ lower: p, upper: 1 - p }, checkPositive(a, 'a'), checkPositive(b, 'b'));
  return 1 / (1 + Math.exp(-logOdds));
}

/** A point of [0, 1] with its complement, so that neither end loses digits. */
export interface UnitPoint {
  readonly x: number;
  /** 1 − x. */
  readonly y: number;
}

/** I_x(a, b) and its complement. */
export function betaTails(point: UnitPoint, a: number, b: number): Tails {
  if (point.x === 0) return { lower: 0, upper: 1 };
  if (point.y === 0) return { lower: 1, upper: 0 };
  const density = betaLogOddsDensity(point, a, b);
  // The continued fraction converges fast below the mean, so above it the mirrored tail is computed.
  if (point.x * b <= point.y * a) {
    const lower = Math.min(1, density * betaFraction(point, a, b));
    return { lower, upper: 1 - lower };
  }
  const upper = Math.min(1, density * betaFraction({ x: point.y, y: point.x }, b, a));
  return { lower: 1 - upper, upper };
}

/**
 * ln(x/(1 − x)) of the point with these tails; the smaller tail decides, so it may be tiny. ±Infinity when it is 0 or
 * when the point is closer to an end than 1e-304.
 */
export function betaLogOddsQuantile(tails: Tails, a: number, b: number): number {
  if (tails.lower > tails.upper) return -betaLogOddsQuantile({ lower: tails.upper, upper: tails.lower }, b, a);
  if (tails.lower === 0) return Number.NEGATIVE_INFINITY;
  const target = Math.log(tails.lower);
  // Newton's method for ln I: concave in the log odds, so it converges from the left; bisection when a step escapes.
  let below = -700;
  let above = 700;
  let at = Math.max(below, Math.min(above, Math.log(a / b)));
  for (let i = 0; i < 200; i++) {
    const point = { x: 1 / (1 + Math.exp(-at)), y: 1 / (1 + Math.exp(at)) };
    const { lower } = betaTails(point, a, b);
    const error = Math.log(lower) - target;
    if (error > 0) above = at;
    else below = at;
    let next = at - (error * lower) / betaLogOddsDensity(point, a, b);
    if (!(next >= below && next <= above)) next = (below + above) / 2;
    const step = Math.abs(next - at);
    at = next;
    if (step <= 1e-11 * Math.max(1, Math.abs(at))) break;
  }
  return at < -699.9 ? Number.NEGATIVE_INFINITY : at;
}

/** Density of the log odds of a Beta(a, b) variable: x^a·(1 − x)^b/B(a, b), in Loader's form (2000). */
function betaLogOddsDensity({ x, y }: UnitPoint, a: number, b: number): number {
  const total = a + b;
  const excess = x * b - y * a;
  const exponent =
    a * logMinusLinear((x * total) / a, excess / a) +
    b * logMinusLinear((y * total) / b, -excess / b) +
    stirlingRemainder(total) -
    stirlingRemainder(a) -
    stirlingRemainder(b);
  return Math.sqrt((a / total) * b * (0.5 / Math.PI)) * Math.exp(exponent);
}

/**
 * I_x(a, b) over the density of the log odds: the continued fraction of Didonato & Morris (1992, eq. 9) by the modified
 * Lentz method. Its terms hold a − (a + b)x, which is computed without cancellation: exact for b in the billions.
 */
function betaFraction({ x, y }: UnitPoint, a: number, b: number): number {
  const distance = a * y - b * x;
  let value = (a * (distance + 1)) / (a + 1);
  let c = value;
  let d = 0;
  for (let n = 1; n < 100_000; n++) {
    const above = (((a + n - 1) * n * x) / (a + 2 * n - 1)) * (((a + b + n - 1) * (b - n) * x) / (a + 2 * n - 1));
    const below = n + (n * (b - n) * x) / (a + 2 * n - 1) + ((a + n) * (distance + 1 + n * (1 + y))) / (a + 2 * n + 1);
    d = 1 / awayFromZero(below + above * d);
    c = awayFromZero(below + above / c);
    const factor = d * c;
    value *= factor;
    if (Math.abs(factor - 1) < 1e-15) break;
  }
  return 1 / value;
}

/** Lentz's method divides by its partial terms. */
export function awayFromZero(value: number): number {
  return Math.abs(value) < 1e-300 ? 1e-300 : value;
}
