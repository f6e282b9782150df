import { checkNumber, checkPositive } from './check-argument.ts';
import { awayFromZero, type Tails } from './incomplete-beta.ts';
import { logMinusLinear, stirlingRemainder } from './log-gamma.ts';

/**
 * Distribution function of χ² with `df` degrees of freedom; 0 for x ≤ 0.
 *
 * @param df any real number above 0
 * @throws StatsError `out-of-range`, `not-finite`
 */
export function chiSquareCdf(x: number, df: number): number {
  checkPositive(df, 'df');
  return gammaTails(checkNumber(x, 'x') / 2, df / 2).lower;
}

/** P(X ≤ x) and P(X > x) for X ~ Gamma(shape a, scale 1). */
export function gammaTails(x: number, a: number): Tails {
  if (x <= 0) return { lower: 0, upper: 1 };
  if (x === Number.POSITIVE_INFINITY) return { lower: 1, upper: 0 };
  // x^a·e^{−x}/Γ(a)
  const exponent = a * logMinusLinear(x / a, (x - a) / a) - stirlingRemainder(a);
  const density = Math.sqrt(a * (0.5 / Math.PI)) * Math.exp(exponent);
  if (x < a + 1) {
    const lower = Math.min(1, density * lowerSeries(x, a));
    return { lower, upper: 1 - lower };
  }
  const upper = Math.min(1, density * upperFraction(x, a));
  return { lower: 1 - upper, upper };
}

/** Σ xⁿ/(a(a + 1)…(a + n)) (DLMF 8.11.4). */
function lowerSeries(x: number, a: number): number {
  let term = 1 / a;
  let sum = term;
  for (let n = 1; n < 100_000 && term > 1e-17 * sum; n++) {
    term *= x / (a + n);
    sum += term;
  }
  return sum;
}

/** Continued fraction of Γ(a, x)·e^x/x^a by the modified Lentz method (DLMF 8.9.2). */
function upperFraction(x: number, a: number): number {
  let b = x + 1 - a;
  let c = 1e300;
  let d = 1 / awayFromZero(b);
  let result = d;
  for (let n = 1; n < 100_000; n++) {
    const coefficient = n * (a - n);
    b += 2;
    d = 1 / awayFromZero(b + coefficient * d);
    c = awayFromZero(b + coefficient / c);
    const factor = d * c;
    result *= factor;
    if (Math.abs(factor - 1) < 1e-15) break;
  }
  return result;
}
