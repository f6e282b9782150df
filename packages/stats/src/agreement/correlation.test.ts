import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isUndefined, kendallTauB, pearson, spearman } from '../index.ts';

const CORRELATIONS = { pearson, spearman, kendallTauB };
const names = fc.constantFrom('pearson' as const, 'spearman' as const, 'kendallTauB' as const);
const rows = fc.array(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 })), { maxLength: 30 });

describe('correlations', () => {
  test('lie in [−1, 1] inside their interval, or say why not, and never are NaN', () => {
    const anything = fc.array(
      fc.tuple(fc.option(fc.double({ min: -1e100, max: 1e100, noNaN: true })), fc.option(fc.integer({ min: 0, max: 3 }))),
      {
        maxLength: 12,
      },
    );
    fc.assert(
      fc.property(names, anything, (name, given) => {
        const result = CORRELATIONS[name](
          given.map(([x]) => x),
          given.map(([, y]) => y),
        );
        for (const value of Object.values(result)) expect(value).not.toBeNaN();
        expect(result.p === undefined || (result.p >= 0 && result.p <= 1)).toBe(true);
        if (isUndefined(result)) return;
        expect(-1 < result.low && result.low <= result.estimate && result.estimate <= result.high && result.high < 1).toBe(true);
      }),
    );
  });

  test('change sign when one score is turned around, and nothing when the scores change places', () => {
    fc.assert(
      fc.property(names, rows, (name, given) => {
        const [x, y] = [given.map(([first]) => first), given.map(([, second]) => second)];
        const there = CORRELATIONS[name](x, y);
        const turned = CORRELATIONS[name](
          x,
          y.map((value) => 10 - value),
        );
        expect(turned.undefined).toBe(there.undefined);
        expect(turned.estimate ?? -9).toBeCloseTo(-(there.estimate ?? 9), 10);
        expect(turned.p ?? 9).toBeCloseTo(there.p ?? 9, 10);
        expect(CORRELATIONS[name](y, x).estimate ?? 9).toBeCloseTo(there.estimate ?? 9, 10);
      }),
    );
  });

  test('of ranks do not see a monotone change of the scores', () => {
    fc.assert(
      fc.property(fc.constantFrom('spearman' as const, 'kendallTauB' as const), rows, (name, given) => {
        const [x, y] = [given.map(([first]) => first), given.map(([, second]) => second)];
        expect(
          CORRELATIONS[name](
            x.map((value) => Math.exp(3 * value)),
            y,
          ).estimate ?? 9,
        ).toBeCloseTo(CORRELATIONS[name](x, y).estimate ?? 9, 10);
      }),
    );
  });

  test('kendallTauB equals the count over all pairs', () => {
    fc.assert(
      fc.property(rows, (given) => {
        const result = kendallTauB(
          given.map(([x]) => x),
          given.map(([, y]) => y),
        );
        if (result.estimate === undefined) return;
        let [excess, variesX, variesY] = [0, 0, 0];
        given.forEach(([x, y], i) => {
          for (const [otherX, otherY] of given.slice(i + 1)) {
            excess += Math.sign(x - otherX) * Math.sign(y - otherY);
            variesX += x === otherX ? 0 : 1;
            variesY += y === otherY ? 0 : 1;
          }
        });
        expect(result.estimate).toBeCloseTo(excess / Math.sqrt(variesX * variesY), 10);
      }),
    );
  });

  test('drop a row with a missing half and keep the estimate of a perfect correlation', () => {
    const x = [1, 2, null, 3, 4, 5];
    const y = [2, 4, 9, 6, 8, 10];
    for (const correlate of [pearson, spearman, kendallTauB]) {
      expect(correlate(x, y)).toMatchObject({ undefined: 'zero-variance', estimate: 1, n: 5, missing: 1 });
    }
    expect(pearson([1, 2, 4], [1, 3, 2])).toMatchObject({ undefined: 'too-few', n: 3 });
    expect(spearman([1, 2], [3, 4])).toEqual({ undefined: 'too-few', level: 0.95, n: 2, missing: 0 });
    expect(kendallTauB([], [])).toMatchObject({ undefined: 'no-data' });
  });
});
