import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TextLengths } from './text-lengths.ts';

function lengthsOf(texts: readonly string[], most = 100) {
  const lengths = new TextLengths(most);
  for (const [index, text] of texts.entries()) lengths.add(text, index + 1);
  return lengths.report();
}

/** 11 texts of 90 to 110 characters, twice. */
const usual = Array.from({ length: 22 }, (_, n) => 'x'.repeat(90 + 2 * (n % 11)));

test('what is four times as long or short as the median, and far for its spread, is unusual; the farthest first', () => {
  expect(lengthsOf([...usual, 'x'.repeat(401), 'x', 'x'.repeat(399)])).toEqual({
    shortest: 1,
    median: 100,
    longest: 401,
    outliers: {
      total: 2,
      listed: [
        { at: 24, characters: 1 },
        { at: 23, characters: 401 },
      ],
    },
  });
});

test('where lengths spread widely, four times the median is usual', () => {
  // Logarithms 0, 1, … 20 times ln 2 / 2: their MAD is 5 of these steps, so the limit is 3.5 · 1.4826 · 5 ≈ 26 of them.
  const spread = Array.from({ length: 21 }, (_, n) => 'x'.repeat(Math.round(2 ** (n / 2))));
  expect(lengthsOf(spread)?.outliers).toBeUndefined();
  const [far, near] = [2 ** 18 * 1.1, 2 ** 18 * 0.9].map((length) => 'x'.repeat(Math.round(length)));
  expect(lengthsOf([...spread, near ?? ''])?.outliers).toBeUndefined();
  expect(lengthsOf([...spread, far ?? ''])?.outliers?.total).toBe(1);
});

test('of fewer than 20 texts none is unusual, and empty ones do not count', () => {
  expect(lengthsOf([...usual.slice(0, 18), 'x', ''])?.outliers).toBeUndefined();
  expect(lengthsOf([...usual.slice(0, 19), 'x', ''])?.outliers?.total).toBe(1);
  expect(lengthsOf(['', ''])).toBeUndefined();
});

test('characters are code points: an emoji is one, half a one too', () => {
  expect(lengthsOf(['😀😀\ud83d', '가나다라'])).toMatchObject({ shortest: 3, longest: 4 });
});

test('all outliers are counted, the listed ones are bounded', () => {
  const long = Array.from({ length: 10 }, (_, n) => 'x'.repeat(2000 + n * 100));
  expect(lengthsOf([...usual, ...long, 'x'], 3)?.outliers).toEqual({
    total: 11,
    listed: [
      { at: 33, characters: 1 },
      { at: 32, characters: 2900 },
      { at: 31, characters: 2800 },
    ],
  });
});

test('the median is that of the sorted lengths', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 999 }), { minLength: 1, maxLength: 60 }), (lengths) => {
      const sorted = lengths.toSorted((a, b) => a - b);
      expect(lengthsOf(lengths.map((length) => 'x'.repeat(length)))).toMatchObject({
        shortest: sorted[0],
        median: sorted[Math.ceil(sorted.length / 2) - 1],
        longest: sorted.at(-1),
      });
    }),
  );
});
