import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { krippendorffAlpha, majorityVote, raterReliability, STREAM, uniforms } from '../index.ts';

const LABELS = Array.from(uniforms(2, STREAM.simulation, 0, 300), (u) => (u < 0.5 ? '예' : '아니오'));

/** A judge that says the right label with this probability. */
function judge(number: number, accuracy: number): readonly string[] {
  return Array.from(uniforms(2, STREAM.simulation, number, 300), (u, i) => {
    const right = LABELS[i] ?? '';
    return u < accuracy ? right : right === '예' ? '아니오' : '예';
  });
}

describe('raterReliability', () => {
  const panel = [judge(1, 0.95), judge(2, 0.9), judge(3, 0.5), judge(4, 0.9)];
  const units = LABELS.map((_, i) => panel.map((column) => column[i]));

  test('is lowest for the judge at random, with true labels and without', () => {
    for (const reference of [LABELS, undefined]) {
      const { weights } = raterReliability(units, { scale: 'nominal', reference });
      expect(weights.indexOf(Math.min(...weights))).toBe(2);
      expect(weights[2]).toBeLessThan(0.15);
      expect(Math.min(weights[0] ?? 0, weights[1] ?? 0, weights[3] ?? 0)).toBeGreaterThan(0.4);
    }
  });

  test('makes the panel better than a plain majority', () => {
    const { weights } = raterReliability(units, { scale: 'nominal' });
    const right = (options: { readonly weights?: readonly number[] }) =>
      units.filter((unit, i) => {
        const vote = majorityVote(unit, options);
        return vote.undefined === undefined && vote.label === LABELS[i];
      }).length;
    expect(right({ weights })).toBeGreaterThan(right({}));
  });

  test('is alpha itself for two judges, equally for both', () => {
    const pair = units.map((unit) => unit.slice(0, 2));
    const alpha = krippendorffAlpha(pair, { scale: 'nominal' });
    expect(raterReliability(pair, { scale: 'nominal' }).reliability).toEqual(
      [alpha, alpha].map((one) => one.undefined ?? one.estimate),
    );
  });

  test('follows the judges when they change places', () => {
    const scores = fc.array(fc.array(fc.option(fc.integer({ min: 1, max: 5 })), { minLength: 3, maxLength: 3 }), {
      maxLength: 15,
    });
    fc.assert(
      fc.property(scores, (given) => {
        const there = raterReliability(given, { scale: 'interval' });
        const back = raterReliability(
          given.map((unit) => unit.toReversed()),
          { scale: 'interval' },
        );
        back.weights.toReversed().forEach((weight, rater) => {
          expect(weight).toBeCloseTo(there.weights[rater] ?? 9, 9);
          expect(0 <= weight && weight <= 1).toBe(true);
        });
      }),
    );
  });

  test('gives equal weights where nothing is known, and none to a judge that nobody can be held against', () => {
    expect(
      raterReliability(
        [
          ['a', 'a'],
          ['a', 'a'],
        ],
        { scale: 'nominal' },
      ),
    ).toEqual({
      reliability: [{ undefined: 'no-variation' }, { undefined: 'no-variation' }],
      weights: [1, 1],
    });
    expect(
      raterReliability(
        [
          [1, 1],
          [2, 2],
          [null, null, 3],
        ],
        { scale: 'ordinal' },
      ),
    ).toEqual({
      reliability: [1, 1, { undefined: 'no-data' }],
      weights: [1, 1, 0],
    });
    expect(raterReliability([[1], [2]], { scale: 'ordinal' })).toEqual({ reliability: [{ undefined: 'too-few' }], weights: [1] });
  });
});
