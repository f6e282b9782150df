import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CohenKappaOptions, cohenKappa, isUndefined, STREAM, uniforms, word } from '../index.ts';

const CATEGORIES = ['나쁨', '보통', '좋음', '최고'];
const pairs = fc.array(fc.tuple(fc.nat({ max: 3 }), fc.nat({ max: 3 })), { minLength: 1, maxLength: 40 });
const weights = fc.constantFrom('none' as const, 'linear' as const, 'quadratic' as const);

function kappaOf(rows: readonly (readonly [number, number])[], options: Partial<CohenKappaOptions> = {}) {
  const label = (code: number) => CATEGORIES[code] ?? '';
  return cohenKappa(
    rows.map(([a]) => label(a)),
    rows.map(([, b]) => label(b)),
    { categories: CATEGORIES, ...options },
  );
}

function expectSame(got: ReturnType<typeof kappaOf>, want: ReturnType<typeof kappaOf>): void {
  expect(got.undefined).toBe(want.undefined);
  for (const field of ['estimate', 'observed', 'se'] as const) expect(got[field] ?? 9).toBeCloseTo(want[field] ?? 9, 9);
}

describe('cohenKappa', () => {
  test('does not depend on who is called first, nor on the order of rows', () => {
    fc.assert(
      fc.property(pairs, weights, (rows, kind) => {
        const there = kappaOf(rows, { weights: kind });
        expectSame(
          kappaOf(
            rows.map(([a, b]) => [b, a]),
            { weights: kind },
          ),
          there,
        );
        expectSame(kappaOf(rows.toReversed(), { weights: kind }), there);
      }),
    );
  });

  test('does not depend on the direction of the scale, and without weights not on its order', () => {
    fc.assert(
      fc.property(pairs, weights, (rows, kind) => {
        expectSame(kappaOf(rows, { weights: kind, categories: CATEGORIES.toReversed() }), kappaOf(rows, { weights: kind }));
        expectSame(kappaOf(rows, { categories: ['보통', '최고', '나쁨', '좋음'] }), kappaOf(rows));
      }),
    );
  });

  test('keeps its estimate inside an interval inside [−1, 1], and never gives NaN', () => {
    fc.assert(
      fc.property(pairs, weights, fc.constantFrom('normal' as const, 'fisher-z' as const), (rows, kind, interval) => {
        const result = kappaOf(rows, { weights: kind, interval });
        for (const value of Object.values(result)) expect(value).not.toBeNaN();
        if (isUndefined(result)) return;
        expect(-1 <= result.low && result.low <= result.estimate && result.estimate <= result.high && result.high <= 1).toBe(
          true,
        );
      }),
    );
  });

  test('counts a category that nobody used as distance', () => {
    const rows = [
      [1, 1],
      [5, 5],
      [1, 5],
      [2, 1],
    ] as const;
    const of = (categories: readonly number[]) =>
      cohenKappa(
        rows.map(([a]) => a),
        rows.map(([, b]) => b),
        { categories, weights: 'quadratic' },
      ).estimate;
    expect(of([1, 2, 3, 4, 5])).not.toBeCloseTo(of([1, 2, 5]) ?? 0, 3);
  });

  test('is 0 for a rater who says the same of everything, and has no interval then', () => {
    expect(cohenKappa([1, 1, 1], [0, 1, 0], { categories: [0, 1] })).toMatchObject({
      undefined: 'zero-variance',
      estimate: 0,
      se: 0,
    });
  });

  test('covers the true value as often as the reference implementation says', () => {
    // coverage-reference.json: joint distribution, its kappa, and the coverage of the Fisher interval in 20,000 runs.
    const joint = [0.35, 0.1, 0.1, 0.45];
    const [truth, coverage, runs, n] = [0.595959595959596, 0.9625, 4000, 30];
    let covered = 0;
    for (let run = 0; run < runs; run++) {
      const rows = Array.from(uniforms(5, STREAM.simulation, run, n), (u) => {
        const cell = joint.findIndex((_, i) => u < joint.slice(0, i + 1).reduce((sum, p) => sum + p, 0));
        return [Math.floor(cell / 2), cell % 2] as const;
      });
      const result = kappaOf(rows);
      if (!isUndefined(result) && result.low <= truth && truth <= result.high) covered++;
    }
    const error = Math.sqrt((coverage * (1 - coverage)) / runs + (coverage * (1 - coverage)) / 20_000);
    expect(Math.abs(covered / runs - coverage)).toBeLessThan(4 * error);
  });

  test('is near 0 for two raters at random', () => {
    const flip = (i: number) => word(3, STREAM.simulation, 0, i) % 2;
    const a = Array.from({ length: 4000 }, (_, i) => flip(2 * i));
    const b = Array.from({ length: 4000 }, (_, i) => flip(2 * i + 1));
    expect(Math.abs(cohenKappa(a, b, { categories: [0, 1] }).estimate ?? 1)).toBeLessThan(5 / Math.sqrt(4000));
  });
});
