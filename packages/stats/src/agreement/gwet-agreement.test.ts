import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cohenKappa, gwetAgreement, isUndefined, percentAgreement } from '../index.ts';

const units = fc.array(fc.array(fc.option(fc.nat({ max: 2 })), { maxLength: 4 }), { maxLength: 20 });
const weights = fc.constantFrom('none' as const, 'linear' as const, 'quadratic' as const);
const categories = [0, 1, 2];

describe('gwetAgreement', () => {
  test('does not depend on the order of units and raters, nor on the direction of the scale', () => {
    fc.assert(
      fc.property(units, weights, (given, kind) => {
        const there = gwetAgreement(given, { categories, weights: kind });
        const turned = given.map((unit) => unit.map((rating) => (rating === null ? null : 2 - rating)).toReversed()).toReversed();
        const back = gwetAgreement(turned, { categories, weights: kind });
        expect(back.undefined).toBe(there.undefined);
        expect(back.estimate ?? 9).toBeCloseTo(there.estimate ?? 9, 10);
        if (!isUndefined(back) && !isUndefined(there)) expect(back.se).toBeCloseTo(there.se, 10);
      }),
    );
  });

  test('gives no NaN, and an interval around its estimate up to 1 at most', () => {
    fc.assert(
      fc.property(units, weights, (given, kind) => {
        const result = gwetAgreement(given, { categories, weights: kind });
        for (const value of Object.values(result)) expect(value).not.toBeNaN();
        if (isUndefined(result)) return;
        expect(result.low <= result.estimate && result.estimate <= result.high && result.high <= 1).toBe(true);
        expect(result.low < result.high || result.warnings.includes('no-spread')).toBe(true);
      }),
    );
  });

  test('equals AC1 of two raters and two categories by hand: chance is 2π(1 − π)', () => {
    const result = gwetAgreement(
      [
        [1, 1],
        [1, 1],
        [1, 1],
        [1, 0],
        [0, 0],
      ],
      { categories: [0, 1] },
    );
    expect(result.estimate).toBeCloseTo((0.8 - 0.42) / (1 - 0.42), 12); // π = 0.7
  });

  test('stays high where kappa collapses, because nearly everything is the same', () => {
    const a = [...new Array<number>(95).fill(1), 1, 1, 0, 0, 1];
    const b = [...new Array<number>(95).fill(1), 0, 0, 1, 1, 1];
    const pairs = a.map((rating, i) => [rating, b[i]]);
    expect(percentAgreement(pairs).estimate).toBe(0.96);
    expect(cohenKappa(a, b, { categories: [0, 1] }).estimate).toBeLessThan(0);
    expect(gwetAgreement(pairs, { categories: [0, 1] }).estimate).toBeGreaterThan(0.95);
  });

  test('says why there is no coefficient or no interval', () => {
    expect(
      gwetAgreement(
        [
          [1, null],
          [null, 0],
        ],
        { categories: [0, 1] },
      ),
    ).toMatchObject({ undefined: 'no-data', n: 2 });
    expect(gwetAgreement([[1, 0]], { categories: [0, 1] })).toMatchObject({ undefined: 'too-few', estimate: -1 });
    expect(
      gwetAgreement(
        [
          [1, 0],
          [0, 1],
        ],
        { categories: [0, 1] },
      ),
    ).toMatchObject({ undefined: 'zero-variance', estimate: -1 });
    expect(gwetAgreement([[1, 1], [0, 0], []], { categories: [0, 1] })).toMatchObject({
      estimate: 1,
      missing: 1,
      warnings: ['no-spread'],
    });
  });
});

describe('percentAgreement', () => {
  test('is the share of agreeing pairs, averaged over the units', () => {
    expect(
      percentAgreement([
        ['예', '예', '아니오'],
        ['예', '예'],
        ['아니오', null],
      ]),
    ).toMatchObject({
      estimate: (1 / 3 + 1) / 2,
      method: 'bounded-logit',
      n: 2,
      missing: 1,
    });
  });

  test('has Wilson’s interval for two raters, and sees clusters', () => {
    const units = [
      [1, 1],
      [1, 0],
      [0, 0],
      [1, 1],
    ];
    expect(percentAgreement(units)).toMatchObject({ estimate: 0.75, method: 'wilson' });
    expect(percentAgreement(units, { clusters: ['a', 'a', 'b', 'b'] })).toMatchObject({
      estimate: 0.75,
      clusters: 2,
      method: 'bounded-logit',
    });
    expect(percentAgreement([])).toMatchObject({ undefined: 'no-data' });
  });
});
