import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type BothOrders, positionBias, type Verdict } from '../index.ts';

const verdict = fc.constantFrom<Verdict>('first', 'second', 'tie');
const pairs = fc.array(fc.tuple(verdict, verdict), { minLength: 1, maxLength: 50 });
const OTHER = { first: 'second', second: 'first', tie: 'tie' } as const;

describe('positionBias', () => {
  test('does not depend on the order of the pairs, nor on which order was shown first', () => {
    fc.assert(
      fc.property(pairs, (given) => {
        expect(positionBias(given.toReversed())).toEqual(positionBias(given));
        expect(positionBias(given.map(([a, b]) => [b, a] as const))).toEqual(positionBias(given));
      }),
    );
  });

  test('turns its direction with the verdicts, and keeps its consistency', () => {
    fc.assert(
      fc.property(pairs, (given) => {
        const there = positionBias(given);
        const back = positionBias(given.map(([a, b]) => [OTHER[a], OTHER[b]] as const));
        if (there.undefined !== undefined || back.undefined !== undefined) throw new Error('There are pairs.');
        expect(back.consistency).toEqual(there.consistency);
        expect([back.bothFirst, back.bothSecond]).toEqual([there.bothSecond, there.bothFirst]);
        expect(back.bias.estimate).toBeCloseTo(-there.bias.estimate, 12);
        expect(back.bias.low).toBeCloseTo(-there.bias.high, 9);
        expect(back.bias.p).toBe(there.bias.p);
      }),
    );
  });

  test('counts a tie beside a preference as neither consistent nor biased', () => {
    const given: BothOrders[] = [
      ['first', 'second'],
      ['tie', 'tie'],
      ['tie', 'first'],
      ['first', 'first'],
      ['second', null],
    ];
    expect(positionBias(given)).toMatchObject({
      n: 4,
      missing: 1,
      consistent: 2,
      bothFirst: 1,
      bothSecond: 0,
      consistency: { estimate: 0.5, method: 'wilson' },
      bias: { estimate: 0.25, method: 'tango', p: 1 },
      firstShare: 0.8,
    });
  });

  test('has no first share where nothing was decided, and no result without pairs', () => {
    expect(positionBias([['tie', 'tie']])).toMatchObject({ consistent: 1, firstShare: { undefined: 'all-ties' } });
    expect(positionBias([[null, 'first']])).toEqual({ undefined: 'no-data', n: 0, missing: 1 });
  });
});
