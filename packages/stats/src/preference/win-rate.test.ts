import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isUndefined, logGamma, winRate, winRateOfCounts } from '../index.ts';

const outcomes = fc.array(fc.constantFrom(1, 0.5, 0), { minLength: 2, maxLength: 60 });

describe('winRate', () => {
  test('is the same from outcomes in any order and from their counts', () => {
    fc.assert(
      fc.property(outcomes, (given) => {
        const count = (outcome: number) => given.filter((one) => one === outcome).length;
        const counted = winRateOfCounts({ wins: count(1), ties: count(0.5), losses: count(0) });
        const listed = winRate(given);
        expect(listed).toMatchObject({
          wins: counted.wins,
          ties: counted.ties,
          losses: counted.losses,
          signTestP: counted.signTestP,
        });
        expect(listed.estimate ?? 9).toBeCloseTo(counted.estimate ?? 9, 12);
        if (isUndefined(listed) || isUndefined(counted)) throw new Error('Two outcomes have an interval.');
        expect(listed.low).toBeCloseTo(counted.low, 9);
        expect(listed.high).toBeCloseTo(counted.high, 9);
      }),
    );
  });

  test('of the second system is what is left, and its interval the mirrored one', () => {
    fc.assert(
      fc.property(outcomes, (given) => {
        const there = winRate(given);
        const back = winRate(given.map((outcome) => 1 - outcome));
        if (isUndefined(there) || isUndefined(back)) throw new Error('Two outcomes have an interval.');
        expect(back.estimate).toBeCloseTo(1 - there.estimate, 12);
        expect(back.low).toBeCloseTo(1 - there.high, 9);
        expect(back.high).toBeCloseTo(1 - there.low, 9);
        expect(back.signTestP).toBe(there.signTestP);
      }),
    );
  });

  // coverage-reference.json: exact enumeration of all samples with bounded-logit (bounded-wilson where nothing varies).
  test.each([
    [20, 0.6, 0.2, 0.97308],
    [80, 0.5, 0.3, 0.95444],
    [40, 0.9, 0.05, 0.97229],
  ])('covers as often as the reference says: n = %i, win %d, tie %d', (n, win, tie, coverage) => {
    const truth = win + tie / 2;
    let covered = 0;
    for (let wins = 0; wins <= n; wins++) {
      for (let ties = 0; ties <= n - wins; ties++) {
        const losses = n - wins - ties;
        const result = winRateOfCounts({ wins, ties, losses });
        if (isUndefined(result) || result.low > truth || result.high < truth) continue;
        const ways = logGamma(n + 1) - logGamma(wins + 1) - logGamma(ties + 1) - logGamma(losses + 1);
        covered += Math.exp(ways + wins * Math.log(win) + ties * Math.log(tie) + losses * Math.log(1 - win - tie));
      }
    }
    expect(covered).toBeCloseTo(coverage, 4);
  });

  test('leaves the sign test out where a prompt was judged more than once', () => {
    const given = [1, 1, 0, 0.5, 1, 1];
    const clustered = winRate(given, { clusters: ['가', '가', '나', '나', '다', '다'] });
    expect(clustered).toMatchObject({ clusters: 3, method: 'bounded-logit', estimate: 0.75, warnings: ['few-clusters'] });
    expect(clustered).not.toHaveProperty('signTestP');
    expect(winRate(given, { clusters: [1, 2, 3, 4, 5, 6] })).toMatchObject({ signTestP: expect.closeTo(0.375, 12) });
  });

  test('drops missing outcomes and says why there is no interval', () => {
    expect(winRate([1, null, 0, undefined])).toMatchObject({ n: 2, missing: 2, wins: 1, ties: 0, losses: 1 });
    expect(winRate([null])).toMatchObject({ undefined: 'no-data', n: 0, missing: 1 });
    expect(winRate([0.5])).toMatchObject({ undefined: 'too-few', estimate: 0.5, signTestP: 1 });
    expect(winRate([1, 0], { clusters: ['a', 'a'] })).toMatchObject({ undefined: 'single-cluster', estimate: 0.5 });
  });
});
