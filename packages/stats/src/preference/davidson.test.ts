import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bradleyTerry, davidson, type Judgment } from '../index.ts';

const ITEMS = ['a', 'b', 'c'];
const judgments = fc.array(
  fc
    .tuple(fc.nat({ max: 2 }), fc.nat({ max: 1 }), fc.constantFrom(0, 0.5, 1))
    .map(([first, other, outcome]) => ({ first: ITEMS[first] ?? '', second: ITEMS[(first + other + 1) % 3] ?? '', outcome })),
  { minLength: 1, maxLength: 40 },
);

function duel(wins: number, ties: number, losses: number): readonly Judgment[] {
  const outcomes = [
    ...new Array<number>(wins).fill(1),
    ...new Array<number>(ties).fill(0.5),
    ...new Array<number>(losses).fill(0),
  ];
  return outcomes.map((outcome) => ({ first: 'a', second: 'b', outcome }));
}

describe('davidson', () => {
  test('of two items is ln(w/l) apart, with ν = t/√(w·l)', () => {
    const result = davidson(duel(18, 12, 8));
    if (result.undefined !== undefined) throw new Error(result.undefined);
    expect(result.abilities[0]?.estimate).toBeCloseTo(Math.log(18 / 8) / 2, 9);
    expect(result.tieParameter).toBeCloseTo(12 / Math.sqrt(18 * 8), 9);
  });

  test('is the Bradley–Terry model where there are no ties', () => {
    const given = [...duel(6, 0, 3), { first: 'c', second: 'a', outcome: 1 }, { first: 'b', second: 'c', outcome: 1 }];
    const [ties, plain] = [davidson(given), bradleyTerry(given, { covariance: 'hessian' })];
    expect(ties).toMatchObject({ tieParameter: 0 });
    expect(ties.undefined === undefined && ties.abilities).toEqual(plain.undefined === undefined && plain.abilities);
  });

  test('expects as many ties and as many points of each item as there were', () => {
    fc.assert(
      fc.property(judgments, (given) => {
        const result = davidson(given, { items: ITEMS });
        if (result.undefined !== undefined) {
          expect(['not-identified', 'all-ties']).toContain(result.undefined);
          return;
        }
        const strength = new Map(result.abilities.map(({ item, estimate }) => [item, Math.exp(estimate)]));
        let ties = 0;
        const points = new Map(ITEMS.map((item) => [item, 0]));
        for (const { first, second, outcome } of given) {
          const [a, b] = [strength.get(first) ?? 0, strength.get(second) ?? 0];
          const tie = result.tieParameter * Math.sqrt(a * b);
          const total = a + b + tie;
          ties += (outcome === 0.5 ? 1 : 0) - tie / total;
          const excess = outcome - (a + tie / 2) / total;
          points.set(first, (points.get(first) ?? 0) + excess);
          points.set(second, (points.get(second) ?? 0) - excess);
        }
        expect(ties).toBeCloseTo(0, 6);
        for (const excess of points.values()) expect(excess).toBeCloseTo(0, 6);
        for (const { estimate, se } of result.abilities) expect(Number.isFinite(estimate) && Number.isFinite(se)).toBe(true);
      }),
    );
  });

  test('says not-identified where ties stand in for losses, and all-ties where nothing was decided', () => {
    expect(davidson(duel(5, 2, 0))).toMatchObject({ undefined: 'not-identified', n: 7 });
    expect(davidson(duel(5, 0, 0))).toMatchObject({ undefined: 'not-identified', groups: [['a'], ['b']] });
    expect(davidson(duel(0, 4, 0))).toMatchObject({ undefined: 'all-ties' });
    expect(davidson([])).toMatchObject({ undefined: 'no-data' });
  });
});
