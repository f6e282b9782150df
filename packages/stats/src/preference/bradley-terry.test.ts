import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type BradleyTerryOptions,
  bradleyTerry,
  bradleyTerryBootstrap,
  bradleyTerryWithOrder,
  isUndefined,
  type Judgment,
  STREAM,
  uniforms,
} from '../index.ts';

const ITEMS = ['가람', '나래', '다솜', '라온'];
const judgment = fc
  .tuple(fc.nat({ max: 3 }), fc.nat({ max: 2 }), fc.constantFrom(0, 0.5, 1))
  .map(
    ([first, other, outcome]): Scored => ({ first: ITEMS[first] ?? '', second: ITEMS[(first + other + 1) % 4] ?? '', outcome }),
  );
const judgments = fc.array(judgment, { minLength: 1, maxLength: 40 });

interface Scored extends Judgment {
  readonly outcome: number;
}

/** n judgments of which `wins` went to the first. */
function duel(first: string, second: string, wins: number, n: number): readonly Scored[] {
  return Array.from({ length: n }, (_, i) => ({ first, second, outcome: i < wins ? 1 : 0 }));
}

function fit(given: readonly Judgment[], options: BradleyTerryOptions = {}) {
  const result = bradleyTerry(given, options);
  if (result.undefined !== undefined) throw new Error(`undefined: ${result.undefined}`);
  return new Map(result.abilities.map((ability) => [ability.item, ability]));
}

function estimates(result: ReturnType<typeof bradleyTerry>): Record<string, number> | string {
  if (result.undefined !== undefined) return result.undefined;
  return Object.fromEntries(result.abilities.map(({ item, estimate }) => [item, estimate]));
}

function expectClose(got: Record<string, number> | string, want: Record<string, number> | string): void {
  if (typeof got === 'string' || typeof want === 'string') {
    expect(got).toBe(want);
    return;
  }
  for (const [item, estimate] of Object.entries(want)) expect(got[item]).toBeCloseTo(estimate, 7);
}

describe('bradleyTerry', () => {
  test('of two items is the log odds of their wins, with the binomial standard error', () => {
    const [a, b] = [fit(duel('a', 'b', 30, 40), { covariance: 'hessian' }).get('a'), fit(duel('a', 'b', 30, 40)).get('b')];
    expect(a?.estimate).toBeCloseTo(Math.log(3) / 2, 10);
    expect(a?.se).toBeCloseTo(Math.sqrt(1 / (40 * 0.75 * 0.25)) / 2, 10);
    expect(b).toMatchObject({ rank: 2, bestRank: 2, worstRank: 2 });
    expect(b?.se).toBeCloseTo(Math.sqrt(1 / (40 * 0.75 * 0.25)) / 2, 10);
  });

  test('makes the expected wins of every item equal to those observed, and the abilities sum to 0', () => {
    fc.assert(
      fc.property(judgments, (given) => {
        const result = bradleyTerry(given, { items: ITEMS });
        if (result.undefined !== undefined) return;
        const ability = new Map(result.abilities.map(({ item, estimate }) => [item, estimate]));
        for (const item of ITEMS) {
          let excess = 0;
          for (const { first, second, outcome } of given) {
            const p = 1 / (1 + Math.exp((ability.get(second) ?? 0) - (ability.get(first) ?? 0)));
            excess += item === first ? outcome - p : item === second ? p - outcome : 0;
          }
          expect(excess).toBeCloseTo(0, 8);
        }
        expect([...ability.values()].reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 9);
      }),
    );
  });

  test('gives finite numbers when every item can be reached from every other by wins, and says not-identified if not', () => {
    fc.assert(
      fc.property(judgments, (given) => {
        const result = bradleyTerry(given, { items: ITEMS });
        expect(result.undefined).toBe(reachesAll(given) ? undefined : 'not-identified');
        if (result.undefined !== undefined) {
          expect(result.groups.length).toBeGreaterThan(1);
          expect(result.groups.flat().toSorted()).toEqual(ITEMS.toSorted());
          return;
        }
        for (const { estimate, se, low, high, rank, bestRank, worstRank } of result.abilities) {
          expect(Number.isFinite(estimate)).toBe(true);
          expect(bestRank <= rank && rank <= worstRank).toBe(true);
          if (typeof low === 'number' && typeof high === 'number' && typeof se === 'number') {
            expect(low < estimate && estimate < high && Number.isFinite(se)).toBe(true);
          } else expect([se, low, high]).toEqual(new Array(3).fill({ undefined: 'zero-variance' }));
        }
      }),
    );
  });

  test('turns around with the direction of winning', () => {
    fc.assert(
      fc.property(judgments, (given) => {
        const there = estimates(bradleyTerry(given, { items: ITEMS }));
        const back = estimates(
          bradleyTerry(
            given.map((one) => ({ ...one, outcome: 1 - one.outcome })),
            { items: ITEMS },
          ),
        );
        expectClose(
          back,
          typeof there === 'string' ? there : Object.fromEntries(Object.entries(there).map(([item, value]) => [item, -value])),
        );
      }),
    );
  });

  test('does not depend on the order of judgments and items, nor on who was shown first', () => {
    fc.assert(
      fc.property(judgments, (given) => {
        const there = estimates(bradleyTerry(given, { items: ITEMS }));
        expectClose(estimates(bradleyTerry(given.toReversed(), { items: ITEMS.toReversed() })), there);
        const swapped = given.map(({ first, second, outcome }) => ({ first: second, second: first, outcome: 1 - outcome }));
        expectClose(estimates(bradleyTerry(swapped, { items: ITEMS })), there);
      }),
    );
  });

  test('says which items cannot be put on one scale, strongest first', () => {
    const given = [...duel('강', '약', 3, 3), ...duel('강', '중', 2, 2), ...duel('중', '약', 1, 2)];
    expect(bradleyTerry(given)).toEqual({ undefined: 'not-identified', n: 7, missing: 0, groups: [['강'], ['약', '중']] });
    expect(bradleyTerry(duel('a', 'b', 1, 2), { items: ['a', 'b', 'c'] })).toMatchObject({ undefined: 'not-identified' });
  });

  test('is finite with virtual ties, and then the log odds with half a tie added to each side', () => {
    const given = duel('a', 'b', 5, 5);
    expect(bradleyTerry(given).undefined).toBe('not-identified');
    expect(fit(given, { virtualTies: 0.5 }).get('a')?.estimate).toBeCloseTo(Math.log(5.25 / 0.25) / 2, 9);
    expect(fit(duel('a', 'b', 4, 6), { virtualTies: 2 }).get('a')?.estimate).toBeCloseTo(Math.log(5 / 3) / 2, 9);
  });

  test('takes the judgments of one prompt together', () => {
    const given = [...duel('a', 'b', 14, 20), ...duel('b', 'c', 12, 20), ...duel('a', 'c', 15, 20)];
    const copied = given.flatMap((one) => [one, one]);
    const clusters = copied.map((_, i) => `질문 ${Math.floor(i / 2)}`);
    const alone = fit(given).get('a');
    expect(fit(copied, { clusters }).get('a')?.se).toBeCloseTo(Number(alone?.se), 10);
    expect(Number(fit(copied).get('a')?.se)).toBeCloseTo(Number(alone?.se) / Math.SQRT2, 10);
    const single = bradleyTerry(given, { clusters: given.map(() => 1) });
    expect(single).toMatchObject({ clusters: 1, warnings: ['few-clusters'] });
    expect(single.undefined === undefined && single.abilities[0]).toMatchObject({
      se: { undefined: 'single-cluster' },
      bestRank: 1,
      worstRank: 3,
    });
  });

  test('has ranks that are certain only where the data are', () => {
    const given = [...duel('a', 'b', 190, 200), ...duel('b', 'c', 101, 200), ...duel('a', 'c', 188, 200)];
    const ranked = fit(given);
    expect(ranked.get('a')).toMatchObject({ rank: 1, bestRank: 1, worstRank: 1 });
    expect(ranked.get('b')).toMatchObject({ bestRank: 2, worstRank: 3 });
    expect(ranked.get('c')).toMatchObject({ bestRank: 2, worstRank: 3 });
  });

  test('has a standard error of nothing but ties only from the model', () => {
    const ties = [1, 2, 3].map(() => ({ first: 'a', second: 'b', outcome: 0.5 }));
    expect(fit(ties).get('a')).toMatchObject({ estimate: 0, rank: 1, worstRank: 2, se: { undefined: 'zero-variance' } });
    expect(fit(ties, { covariance: 'hessian' }).get('b')).toMatchObject({
      estimate: 0,
      rank: 1,
      se: expect.closeTo(Math.sqrt(1 / 0.75) / 2, 12),
    });
  });

  test('drops judgments without an outcome, and says when none is left', () => {
    const given = [...duel('a', 'b', 1, 2), { first: 'b', second: 'a', outcome: null }];
    expect(bradleyTerry(given)).toMatchObject({ n: 2, missing: 1 });
    expect(bradleyTerry([], { items: ['a', 'b'] })).toEqual({ undefined: 'no-data', n: 0, missing: 0, groups: [['a'], ['b']] });
  });

  test('covers the truth about as often as it says', () => {
    // Four items, 240 judgments: within 4 standard errors of 95 %.
    const truth = [0.6, 0.2, -0.3, -0.5];
    const runs = 400;
    let covered = 0;
    for (let run = 0; run < runs; run++) {
      const given = Array.from({ length: 240 }, (_, i): Judgment => {
        const [u = 0] = uniforms(9, STREAM.simulation, run * 240 + i, 1);
        const [first, second] = [i % 4, (i + 1 + (Math.floor(i / 4) % 3)) % 4];
        const p = 1 / (1 + Math.exp((truth[second] ?? 0) - (truth[first] ?? 0)));
        return { first: ITEMS[first] ?? '', second: ITEMS[second] ?? '', outcome: u < p ? 1 : 0 };
      });
      const { low, high } = fit(given, { items: ITEMS }).get('가람') ?? {};
      if (typeof low === 'number' && typeof high === 'number' && low <= 0.6 && 0.6 <= high) covered++;
    }
    expect(Math.abs(covered / runs - 0.95)).toBeLessThan(4 * Math.sqrt((0.95 * 0.05) / runs));
  });
});

describe('bradleyTerryWithOrder', () => {
  test('of two items shown in both orders splits ability and place exactly', () => {
    // First place wins 3:1 when a is first and 1:1 when b is first: logits ln 3 and 0.
    const result = bradleyTerryWithOrder([...duel('a', 'b', 30, 40), ...duel('b', 'a', 20, 40)]);
    if (result.undefined !== undefined) throw new Error(result.undefined);
    expect(result.abilities[0]?.estimate).toBeCloseTo(Math.log(3) / 4, 9);
    expect(result.firstPosition.estimate).toBeCloseTo(Math.log(3) / 2, 9);
    // Half the sum of the two logits, each with variance 1/(n·p·q).
    const se = Math.sqrt(1 / (40 * 0.75 * 0.25) + 1 / (40 * 0.5 * 0.5)) / 2;
    expect(result.firstPosition.se).toBeCloseTo(se, 9);
    expect(result.firstPosition.low).toBeCloseTo(Math.log(3) / 2 - 1.959963984540054 * se, 8);
  });

  test('turns the effect of the place around with the direction of winning', () => {
    fc.assert(
      fc.property(judgments, (given) => {
        const there = bradleyTerryWithOrder(given, { items: ITEMS });
        const back = bradleyTerryWithOrder(
          given.map(({ first, second, outcome }) => ({ first: second, second: first, outcome })),
          { items: ITEMS },
        );
        if (there.undefined !== undefined || back.undefined !== undefined) {
          expect(back.undefined).toBe(there.undefined);
          return;
        }
        expect(Number.isFinite(there.firstPosition.estimate)).toBe(true);
        expect(back.firstPosition.estimate).toBeCloseTo(there.firstPosition.estimate, 6);
        expect(back.abilities[0]?.estimate).toBeCloseTo(-(there.abilities[0]?.estimate ?? 9), 6);
      }),
    );
  });

  test('says not-identified when the first place always wins, or always is the same item', () => {
    expect(bradleyTerryWithOrder([...duel('a', 'b', 5, 5), ...duel('b', 'a', 5, 5)])).toMatchObject({
      undefined: 'not-identified',
    });
    expect(bradleyTerryWithOrder(duel('a', 'b', 3, 5))).toMatchObject({ undefined: 'not-identified', groups: [['a', 'b']] });
  });
});

describe('bradleyTerryBootstrap', () => {
  const given = [...duel('a', 'b', 14, 20), ...duel('b', 'c', 12, 20), ...duel('a', 'c', 15, 20)];

  test('agrees with the sandwich intervals on a sample of some size, and is the same for the same seed', () => {
    const many = [...duel('a', 'b', 140, 200), ...duel('b', 'c', 120, 200), ...duel('a', 'c', 150, 200)];
    const bootstrap = bradleyTerryBootstrap(many, { seed: 4, resamples: 1000 });
    expect(bootstrap).toEqual(bradleyTerryBootstrap(many, { seed: 4, resamples: 1000 }));
    if (isUndefined(bootstrap)) throw new Error('The graph is connected.');
    for (const { item, low, high } of bootstrap.abilities) {
      const wald = fit(many).get(item);
      expect(Math.abs(Number(low) - Number(wald?.low))).toBeLessThan(0.15 * Number(wald?.se) * 2);
      expect(Math.abs(Number(high) - Number(wald?.high))).toBeLessThan(0.15 * Number(wald?.se) * 2);
    }
  });

  test('draws whole prompts', () => {
    const clusters = given.map((_, i) => i % 20);
    expect(bradleyTerryBootstrap(given, { clusters, resamples: 200 })).toMatchObject({ clusters: 20, n: 60 });
    expect(bradleyTerryBootstrap(given, { clusters: given.map(() => 'x'), resamples: 10 })).toMatchObject({
      undefined: 'single-cluster',
    });
  });

  test('counts the resamples it had to drop, and warns', () => {
    const result = bradleyTerryBootstrap(duel('a', 'b', 5, 6), { seed: 1, resamples: 1000 });
    if (isUndefined(result)) throw new Error('Both have won.');
    expect(Math.abs(result.dropped / 1000 - ((5 / 6) ** 6 + (1 / 6) ** 6))).toBeLessThan(4 * Math.sqrt(0.25 / 1000));
    expect(result.warnings).toEqual(['dropped-resamples']);
  });

  test('has nothing to draw from where there are no finite abilities', () => {
    expect(bradleyTerryBootstrap(duel('a', 'b', 5, 5))).toMatchObject({ undefined: 'not-identified', groups: [['a'], ['b']] });
    expect(bradleyTerryBootstrap([{ first: 'a', second: 'b', outcome: 0.5 }])).toMatchObject({ undefined: 'too-few' });
  });
});

/** Whether everybody can be reached from everybody along "won or tied", by repeated squaring of the relation. */
function reachesAll(given: readonly Scored[]): boolean {
  const reach = new Set(ITEMS.map((item) => `${item}>${item}`));
  for (const { first, second, outcome } of given) {
    if (outcome > 0) reach.add(`${first}>${second}`);
    if (outcome < 1) reach.add(`${second}>${first}`);
  }
  for (const _ of ITEMS) {
    for (const a of ITEMS)
      for (const b of ITEMS) for (const c of ITEMS) if (reach.has(`${a}>${b}`) && reach.has(`${b}>${c}`)) reach.add(`${a}>${c}`);
  }
  return reach.size === ITEMS.length ** 2;
}
