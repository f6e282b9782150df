import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isUndefined, meanInterval, pairedDifference, pairedProportionDifference, pairedT, tInterval } from './index.ts';

const graded = fc.array(fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 })), {
  minLength: 2,
  maxLength: 40,
});

describe('pairedDifference', () => {
  test('uses the score interval of Tango for yes/no scores of independent rows', () => {
    const a = [1, 1, 1, 0, 1, 0, 1, 1];
    const b = [0, 1, 0, 0, 1, 1, 0, 1];
    expect(pairedDifference(a, b, { range: [0, 1] })).toEqual(pairedProportionDifference({ n: 8, onlyA: 3, onlyB: 1 }));
    expect(pairedDifference(a, b, { range: [0, 1], clusters: [1, 2, 3, 4, 5, 6, 7, 8] })).toMatchObject({
      method: 'tango',
      clusters: 8,
    });
  });

  test('uses the bounded interval of the differences with the doubled range otherwise', () => {
    const [a, b] = [
      [4, 5, 3, 4, 2],
      [3, 5, 4, 1, 2],
    ];
    expect(pairedDifference(a, b, { range: [1, 5] })).toEqual(meanInterval([1, 0, -1, 3, 0], { range: [-4, 4] }));
    const clusters = ['x', 'x', 'y', 'y', 'z'];
    expect(pairedDifference([1, 0, 1, 1, 0], [0, 0, 1, 0, 1], { range: [0, 1], clusters })).toEqual(
      meanInterval([1, 0, 0, 1, -1], { range: [-1, 1], clusters }),
    );
  });

  test('uses t when no range is declared', () => {
    expect(pairedDifference([4, 5, 3], [3, 5, 4])).toEqual(tInterval([1, 0, -1]));
  });

  test('drops a pair as a whole and counts it once', () => {
    expect(pairedDifference([1, null, 0, 1], [0, 1, undefined, 1], { range: [0, 1] })).toMatchObject({
      n: 2,
      missing: 2,
      estimate: 0.5,
    });
    expect(pairedDifference([3, null, 2, 5], [4, 1, null, 1], { range: [1, 5], clusters: ['a', 'b', 'a', 'c'] })).toMatchObject({
      n: 2,
      missing: 2,
      clusters: 2,
    });
  });

  test('gives two identical systems a real interval around 0', () => {
    const same = [4, 5, 3, 4, 2, 5];
    const result = pairedDifference(same, same, { range: [1, 5] });
    if (isUndefined(result)) throw new Error(result.undefined);
    expect(result.estimate).toBe(0);
    expect(result.low).toBeLessThan(-0.5);
    expect(result.high).toBeCloseTo(-result.low, 12);
  });

  test('changes sign when the systems change places', () => {
    fc.assert(
      fc.property(graded, (pairs) => {
        const [a, b] = [pairs.map(([x]) => x), pairs.map(([, y]) => y)];
        const there = pairedDifference(a, b, { range: [1, 5] });
        const back = pairedDifference(b, a, { range: [1, 5] });
        if (isUndefined(there) || isUndefined(back)) throw new Error('A bounded difference of two rows has an interval.');
        expect(back.estimate).toBeCloseTo(-there.estimate, 12);
        expect(back.low).toBeCloseTo(-there.high, 10);
        expect(back.high).toBeCloseTo(-there.low, 10);
      }),
    );
  });

  test('contains the estimate and stays within the possible differences, for yes/no scores too', () => {
    const flags = fc.array(fc.tuple(fc.boolean(), fc.boolean()), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(flags, (pairs) => {
        const result = pairedDifference(
          pairs.map(([x]) => x),
          pairs.map(([, y]) => y),
          { range: [0, 1] },
        );
        if (isUndefined(result)) throw new Error(result.undefined);
        expect(-1 <= result.low && result.low <= result.estimate && result.estimate <= result.high && result.high <= 1).toBe(
          true,
        );
        expect(result.high - result.low).toBeGreaterThan(0);
      }),
    );
  });
});

describe('pairedT', () => {
  test('rejects at 5 % exactly when the 95 % interval excludes 0', () => {
    fc.assert(
      fc.property(graded, (pairs) => {
        const result = pairedT(
          pairs.map(([x]) => x),
          pairs.map(([, y]) => y),
        );
        if (isUndefined(result)) {
          expect(result.undefined).toBe('zero-variance');
          return;
        }
        fc.pre(Math.abs(result.p - 0.05) > 1e-9);
        expect(result.p < 0.05).toBe(result.low > 0 || result.high < 0);
      }),
    );
  });

  test('sees that 0.3 − 0.2 and 0.9 − 0.8 are the same difference', () => {
    expect(pairedT([0.3, 0.9], [0.2, 0.8])).toMatchObject({ undefined: 'zero-variance', n: 2 });
  });
});
