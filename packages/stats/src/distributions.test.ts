import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  betaCdf,
  betaQuantile,
  binomialCdf,
  chiSquareCdf,
  logGamma,
  noncentralTCdf,
  normalCdf,
  normalQuantile,
  tCdf,
  tQuantile,
  tTwoSidedP,
} from './index.ts';

const tail = fc.double({ min: -60, max: -0.7, noNaN: true }).map(Math.exp); // 1e-26 … 0.5
const df = fc.double({ min: -0.5, max: 20, noNaN: true }).map(Math.exp); // 0.6 … 5e8
const shape = fc.double({ min: -2, max: 12, noNaN: true }).map(Math.exp);

function close(got: number, want: number, relative = 1e-10): void {
  expect(Math.abs(got - want), `${got} against ${want}`).toBeLessThanOrEqual(relative * Math.abs(want));
}

describe('quantiles undo distribution functions, also far in the tails', () => {
  test('normal', () => {
    fc.assert(fc.property(tail, (p) => close(normalCdf(normalQuantile(p)), p)));
  });

  test('t, for real degrees of freedom', () => {
    fc.assert(fc.property(tail, df, (p, nu) => close(tCdf(tQuantile(p, nu), nu), p)));
  });

  test('beta', () => {
    fc.assert(
      fc.property(tail, shape, shape, (p, a, b) => {
        const x = betaQuantile(p, a, b);
        fc.pre(x < 1 - 1e-4 && x > 0); // next to 1, x itself has too few digits left to carry p
        close(betaCdf(x, a, b), p, 1e-7);
      }),
    );
  });
});

describe('closed forms', () => {
  test('t with 1 and with 2 degrees of freedom', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 0.49, noNaN: true }), (p) => {
        close(tQuantile(p, 1), -1 / Math.tan(Math.PI * p), 1e-11);
        close(tQuantile(p, 2), (2 * p - 1) / Math.sqrt(2 * p * (1 - p)), 1e-11);
      }),
    );
  });

  test('t with a billion degrees of freedom is the normal to the first term of its expansion', () => {
    const z = normalQuantile(0.025);
    close(tQuantile(0.025, 1e9), z + (z ** 3 + z) / 4e9, 1e-14);
    expect(tQuantile(0.025, 1e15)).toBeCloseTo(z, 13);
  });

  test('Beta(a, 1) and Beta(1, b)', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 0.999, noNaN: true }), shape, (x, a) => {
        fc.pre(x ** a > 1e-250);
        close(betaCdf(x, a, 1), x ** a);
        close(betaCdf(x, 1, a), -Math.expm1(a * Math.log1p(-x)));
      }),
    );
  });

  test('χ² with 2 degrees of freedom is exponential', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 600, noNaN: true }), (x) => close(chiSquareCdf(x, 2), -Math.expm1(-x / 2))),
    );
  });

  test('Γ(x + 1) = x·Γ(x)', () => {
    fc.assert(
      fc.property(shape, (x) => {
        expect(logGamma(x + 1) - logGamma(x) - Math.log(x)).toBeCloseTo(0, 8);
      }),
    );
  });

  test('binomial distribution functions are sums of binomial probabilities', () => {
    const [n, p] = [12, 0.3];
    let choose = 1;
    let sum = 0;
    for (let k = 0; k <= n; k++) {
      sum += choose * p ** k * (1 - p) ** (n - k);
      choose = (choose * (n - k)) / (k + 1);
      close(binomialCdf(k, n, p), sum, 1e-13);
    }
    expect(binomialCdf(-1, n, p)).toBe(0);
  });
});

describe('tails', () => {
  test('t: two-sided p is twice the lower tail', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 50, noNaN: true }), df, (t, nu) => close(tTwoSidedP(t, nu), 2 * tCdf(-t, nu))),
    );
  });

  test('noncentral t: P(T ≤ t; nc) and P(T ≤ −t; −nc) are complements', () => {
    const argument = fc.double({ min: -12, max: 12, noNaN: true });
    fc.assert(
      fc.property(argument, argument, fc.double({ min: 1, max: 300, noNaN: true }), (t, nc, nu) => {
        expect(noncentralTCdf(t, nu, nc) + noncentralTCdf(-t, nu, -nc)).toBeCloseTo(1, 9);
      }),
      { numRuns: 30 },
    );
  });

  test('infinite arguments have their limits', () => {
    expect([normalCdf(Number.POSITIVE_INFINITY), normalCdf(Number.NEGATIVE_INFINITY), tCdf(Number.NEGATIVE_INFINITY, 3)]).toEqual(
      [1, 0, 0],
    );
    expect([normalQuantile(0), tQuantile(1, 3), betaQuantile(0, 2, 3), betaQuantile(1, 2, 3)]).toEqual([
      Number.NEGATIVE_INFINITY,
      Number.POSITIVE_INFINITY,
      0,
      1,
    ]);
  });
});
