import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fleissKappa, krippendorffAlpha, krippendorffAlphaInterval, type Scale } from '../index.ts';

/** The reliability data of Krippendorff (2011), section C: four observers, twelve units. */
const OBSERVERS = [
  [1, 2, 3, 3, 2, 1, 4, 1, 2, null, null, null],
  [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, null, 3],
  [null, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, null],
  [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, null],
];
const UNITS = Array.from({ length: 12 }, (_, unit) => OBSERVERS.map((observer) => observer[unit]));
const SCALES = ['nominal', 'ordinal', 'interval', 'ratio'] as const;

const ratings = fc.array(fc.array(fc.option(fc.integer({ min: 0, max: 6 })), { minLength: 0, maxLength: 5 }), { maxLength: 20 });
const scales = fc.constantFrom(...SCALES);

describe('krippendorffAlpha', () => {
  test.each([
    ['nominal', 0.743],
    ['ordinal', 0.815],
    ['interval', 0.849],
    ['ratio', 0.797],
  ] as const)('gives the published value of the %s scale', (scale, published) => {
    const alpha = krippendorffAlpha(UNITS, { scale });
    expect(alpha).toMatchObject({ units: 11, ratings: 40, missing: 1 });
    expect(alpha.undefined === undefined && Number(alpha.estimate.toFixed(3))).toBe(published);
  });

  test('equals the coincidence matrix, written out from its definition, on every scale', () => {
    fc.assert(
      fc.property(ratings, scales, (units, scale) => {
        const expected = byCoincidences(units, scale);
        const alpha = krippendorffAlpha(units, { scale });
        if (alpha.undefined !== undefined) expect(expected).toBe(alpha.undefined);
        else expect(alpha.estimate).toBeCloseTo(Number(expected), 10);
      }),
    );
  });

  test('is at most 1, and 1 exactly when nobody disagrees', () => {
    fc.assert(
      fc.property(ratings, scales, (units, scale) => {
        const alpha = krippendorffAlpha(units, { scale });
        if (alpha.undefined !== undefined) return;
        const unanimous = units.every((unit) => new Set(unit.filter((rating) => rating !== null)).size <= 1);
        expect(alpha.estimate === 1).toBe(unanimous);
        expect(alpha.estimate).toBeLessThanOrEqual(1);
      }),
    );
  });

  test('does not depend on the order of units and of raters', () => {
    fc.assert(
      fc.property(ratings, scales, (units, scale) => {
        expectSame(
          krippendorffAlpha(units, { scale }),
          krippendorffAlpha(units.map((unit) => unit.toReversed()).toReversed(), { scale }),
        );
      }),
    );
  });

  test('looks at the scale only: new names, monotone, linear and proportional changes leave it', () => {
    const names = ['가', '나', '다', '라', '마', '바', '사'];
    fc.assert(
      fc.property(ratings, (units) => {
        const changed = <T>(change: (rating: number) => T) =>
          units.map((unit) => unit.map((rating) => (rating === null ? null : change(rating))));
        const named = changed((rating) => names[rating] ?? '');
        expectSame(krippendorffAlpha(units, { scale: 'nominal' }), krippendorffAlpha(named, { scale: 'nominal' }));
        const ordinal = krippendorffAlpha(units, { scale: 'ordinal' });
        expectSame(
          ordinal,
          krippendorffAlpha(
            changed((rating) => 2 ** rating),
            { scale: 'ordinal' },
          ),
        );
        expectSame(ordinal, krippendorffAlpha(named, { scale: 'ordinal', categories: names }));
        expectSame(ordinal, krippendorffAlpha(named, { scale: 'ordinal', categories: names.toReversed() }));
        const interval = krippendorffAlpha(units, { scale: 'interval' });
        expectSame(
          interval,
          krippendorffAlpha(
            changed((rating) => 1e9 - 3 * rating),
            { scale: 'interval' },
          ),
        );
        expectSame(
          interval,
          krippendorffAlpha(
            changed((rating) => rating * 1e99),
            { scale: 'interval' },
          ),
        );
        expectSame(
          krippendorffAlpha(units, { scale: 'ratio' }),
          krippendorffAlpha(
            changed((rating) => rating / 8),
            { scale: 'ratio' },
          ),
        );
      }),
    );
  });

  test('is Fleiss’ kappa with a correction for few ratings when everybody rated everything', () => {
    const complete = fc.integer({ min: 2, max: 5 }).chain((raters) =>
      fc.array(fc.array(fc.constantFrom('좋음', '보통', '나쁨'), { minLength: raters, maxLength: raters }), {
        minLength: 1,
        maxLength: 20,
      }),
    );
    fc.assert(
      fc.property(complete, (units) => {
        const kappa = fleissKappa(units);
        const alpha = krippendorffAlpha(units, { scale: 'nominal' });
        if (kappa.undefined !== undefined || alpha.undefined !== undefined) {
          expect(alpha.undefined).toBe(kappa.undefined);
          return;
        }
        expect(alpha.estimate).toBeCloseTo(kappa.estimate + (1 - kappa.estimate) / alpha.ratings, 10);
      }),
    );
  });

  test('takes numbers that differ by rounding as equal, and booleans as 1 and 0', () => {
    expectSame(
      krippendorffAlpha(
        [
          [0.3, 0.1 + 0.2],
          [1, 1],
        ],
        { scale: 'nominal' },
      ),
      krippendorffAlpha(
        [
          [0, 0],
          [1, 1],
        ],
        { scale: 'nominal' },
      ),
    );
    expectSame(
      krippendorffAlpha(
        [
          [true, 1],
          [false, true],
        ],
        { scale: 'nominal' },
      ),
      krippendorffAlpha(
        [
          [1, 1],
          [0, 1],
        ],
        { scale: 'nominal' },
      ),
    );
  });

  test('says why there is no alpha: no units, one rater, only one category', () => {
    expect(krippendorffAlpha([], { scale: 'ordinal' })).toEqual({ undefined: 'no-data', units: 0, ratings: 0, missing: 0 });
    expect(krippendorffAlpha([[1], [2], [3]], { scale: 'interval' })).toEqual({
      undefined: 'no-data',
      units: 0,
      ratings: 0,
      missing: 3,
    });
    expect(
      krippendorffAlpha(
        [
          [4, 4],
          [4, 4, 4],
        ],
        { scale: 'ratio' },
      ),
    ).toEqual({ undefined: 'no-variation', units: 2, ratings: 5, missing: 0 });
  });
});

describe('krippendorffAlphaInterval', () => {
  const options = { scale: 'ordinal', seed: 11, resamples: 400 } as const;

  test('is the same for the same seed, and another for another', () => {
    expect(krippendorffAlphaInterval(UNITS, options)).toEqual(krippendorffAlphaInterval(UNITS, options));
    expect(krippendorffAlphaInterval(UNITS, { ...options, seed: 12 })).not.toEqual(krippendorffAlphaInterval(UNITS, options));
  });

  test('draws whole clusters: copies of a unit in one cluster bring no precision', () => {
    const twice = UNITS.flatMap((unit) => [unit, unit]);
    const clusters = twice.map((_, i) => Math.floor(i / 2));
    const [alone, copied] = [UNITS, twice].map((units) => krippendorffAlphaInterval(units, options));
    const clustered = krippendorffAlphaInterval(twice, { ...options, clusters });
    const width = (result: typeof clustered | undefined) =>
      result?.undefined === undefined ? (result?.high ?? 0) - (result?.low ?? 0) : 0;
    expect(width(copied)).toBeLessThan(0.85 * width(alone));
    expect(width(clustered)).toBeGreaterThan(0.95 * width(alone));
    expect(clustered).toMatchObject({ clusters: 12, n: 22 });
  });

  test('warns that raters who never disagree show no spread, and that resamples were dropped', () => {
    expect(
      krippendorffAlphaInterval(
        [
          [1, 1],
          [2, 2],
          [1, 1],
        ],
        { ...options, scale: 'nominal' },
      ),
    ).toMatchObject({
      estimate: 1,
      low: 1,
      high: 1,
      warnings: ['no-spread', 'dropped-resamples'],
    });
  });

  test('keeps the estimate where there is no interval', () => {
    expect(krippendorffAlphaInterval([[1, 2]], { scale: 'nominal' })).toMatchObject({ undefined: 'too-few', estimate: 0, n: 1 });
    expect(
      krippendorffAlphaInterval(
        [
          [1, 2],
          [1, 1],
        ],
        { scale: 'nominal', clusters: ['x', 'x'] },
      ),
    ).toMatchObject({ undefined: 'single-cluster', n: 2 });
    expect(krippendorffAlphaInterval([], { scale: 'nominal' })).toMatchObject({ undefined: 'no-data', n: 0 });
  });
});

/** Alpha by the matrix of coincidences o_ck = Σ_units (pairs c–k)/(m − 1) and the sums of the ordinal distance. */
function byCoincidences(units: readonly (readonly (number | null)[])[], scale: Scale): number | string {
  const size = 7;
  const o = Array.from({ length: size }, () => new Array<number>(size).fill(0));
  for (const unit of units) {
    const given = unit.filter((rating) => rating !== null);
    given.forEach((c, i) => {
      given.forEach((k, j) => {
        const row = o[c];
        if (i !== j && row) row[k] = (row[k] ?? 0) + 1 / (given.length - 1);
      });
    });
  }
  const totals = o.map((row) => row.reduce((sum, value) => sum + value, 0));
  const n = totals.reduce((sum, value) => sum + value, 0);
  if (n === 0) return 'no-data';
  const distance = (c: number, k: number): number => {
    if (c === k) return 0;
    if (scale === 'nominal') return 1;
    if (scale === 'interval') return (c - k) ** 2;
    if (scale === 'ratio') return ((c - k) / (c + k)) ** 2;
    const [from, to] = [Math.min(c, k), Math.max(c, k)];
    const between = totals.slice(from, to + 1).reduce((sum, value) => sum + value, 0);
    return (between - ((totals[c] ?? 0) + (totals[k] ?? 0)) / 2) ** 2;
  };
  let [observed, expected] = [0, 0];
  o.forEach((row, c) => {
    row.forEach((count, k) => {
      observed += count * distance(c, k);
      expected += (totals[c] ?? 0) * (totals[k] ?? 0) * distance(c, k);
    });
  });
  return expected === 0 ? 'no-variation' : 1 - ((n - 1) * observed) / expected;
}

function expectSame(got: ReturnType<typeof krippendorffAlpha>, want: ReturnType<typeof krippendorffAlpha>): void {
  expect(got.undefined).toBe(want.undefined);
  if (got.undefined === undefined && want.undefined === undefined) expect(got.estimate).toBeCloseTo(want.estimate, 9);
}
