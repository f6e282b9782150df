import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isUndefined, twoWayIcc } from '../index.ts';

const table = fc
  .integer({ min: 1, max: 4 })
  .chain((raters) =>
    fc.array(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: raters, maxLength: raters }), { maxLength: 12 }),
  );

describe('twoWayIcc', () => {
  test('does not depend on the order of units and raters, nor on the unit of the scores', () => {
    fc.assert(
      fc.property(table, (units) => {
        const there = twoWayIcc(units);
        const changed = twoWayIcc(units.map((unit) => unit.map((score) => 1000 - 7 * score).toReversed()).toReversed());
        expect(changed.undefined).toBe(there.undefined);
        expect(changed.estimate ?? 9).toBeCloseTo(there.estimate ?? 9, 8);
        if (!isUndefined(changed) && !isUndefined(there)) expect(changed.low).toBeCloseTo(there.low, 7);
      }),
    );
  });

  test('gives no NaN and no infinity, whatever the scores', () => {
    fc.assert(
      fc.property(table, (units) => {
        const result = twoWayIcc(units);
        for (const value of Object.values(result)) if (typeof value === 'number') expect(value).toSatisfy(Number.isFinite);
        if (!isUndefined(result)) expect(result.low <= result.estimate && result.estimate <= result.high).toBe(true);
      }),
    );
  });

  test('counts a rater who is always higher as disagreement', () => {
    const units = [
      [1, 2],
      [2, 3],
      [4, 4],
      [5, 6],
      [3, 5],
    ];
    const shifted = units.map(([a = 0, b = 0]) => [a, b + 2]);
    expect(twoWayIcc(shifted).estimate ?? 1).toBeLessThan((twoWayIcc(units).estimate ?? 0) - 0.2);
  });

  test('keeps the estimate where nothing is left unexplained', () => {
    expect(
      twoWayIcc([
        [1, 1],
        [3, 3],
        [4, 4],
      ]),
    ).toMatchObject({ undefined: 'zero-variance', estimate: 1 });
    expect(twoWayIcc([[1], [3]])).toMatchObject({ undefined: 'too-few', n: 2 });
    expect(
      twoWayIcc([
        [3, 3],
        [5, 1],
      ]),
    ).toMatchObject({ undefined: 'not-identified', estimate: -1 });
    expect(
      twoWayIcc([
        [1, 2],
        [2, 1],
      ]),
    ).toMatchObject({ undefined: 'not-identified', n: 2 });
    expect(twoWayIcc([])).toMatchObject({ undefined: 'no-data' });
  });
});
