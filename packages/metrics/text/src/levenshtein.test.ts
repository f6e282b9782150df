import { evaluate } from '@touchstone/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { levenshteinDistance, levenshteinSimilarity } from './index.ts';

type Options = Parameters<typeof levenshteinDistance>[0];

const distanceOf = async (predictions: string, targets: string, options: Options = {}): Promise<unknown> => {
  const score = await levenshteinDistance(options).score({ predictions, targets });
  return score.status === 'scored' ? score.value : score;
};

test.each<[Options, string, string, number]>([
  [{}, 'kitten', 'sitting', 3],
  [{}, 'saturday', 'sunday', 3],
  [{}, '', 'abc', 3],
  [{}, 'abc', 'abc', 0],
  [{}, 'ab', 'ba', 2],
  [{}, '서울은 수도', '서울이 수도다', 2],
  [{}, '😀a', '😁a', 1],
  [{}, '😀', 'a', 1],
  [{}, '\ud83d', '😀', 1],
  [{}, '한'.normalize('NFD'), '한', 3],
  [{ normalization: 'NFC' }, '한'.normalize('NFD'), '한', 0],
  [{ unit: 'grapheme' }, '한'.normalize('NFD'), '한', 1],
  [{}, '👩‍👩‍👧', '', 5],
  [{ unit: 'grapheme' }, '👩‍👩‍👧', '', 1],
  [{ unit: 'grapheme' }, 'e\u0301e', 'ee', 1],
  [{}, 'SEOUL', 'seoul', 5],
  [{ ignoreCase: true }, 'SEOUL', 'seoul', 0],
  [{ ignorePunctuation: true, ignoreWhitespace: true }, ' a, b!', 'a b', 0],
])('%j: %j and %j', async (options, prediction, target, distance) => {
  expect(await distanceOf(prediction, target, options)).toBe(distance);
  expect(await distanceOf(target, prediction, options)).toBe(distance);
});

test('is what the table gives, filled cell by cell', async () => {
  const letter = fc.constantFrom('a', 'b', '한', '😀');
  const text = fc.array(letter, { maxLength: 200 }).map((letters) => letters.join(''));
  // Near texts are found in narrow bands, far ones in the whole table.
  const edited = fc.tuple(
    fc.array(letter, { maxLength: 400 }),
    fc.array(fc.tuple(fc.nat(), letter, fc.boolean()), { maxLength: 150 }),
  );
  const pair = fc.oneof(
    fc.tuple(text, text),
    edited.map(([letters, edits]) => {
      const changed = [...letters];
      for (const [at, one, insert] of edits) changed.splice(at % (changed.length + 1), insert ? 0 : 1, one);
      return [letters.join(''), changed.join('')] as const;
    }),
  );
  await fc.assert(
    fc.asyncProperty(pair, async ([a, b]) => {
      expect(await distanceOf(a, b)).toBe(fillTable([...a], [...b]));
    }),
    { numRuns: 300 },
  );
});

describe('long texts', () => {
  const words = Array.from({ length: 20_000 }, (_, index) => `word${index}`);
  const text = words.join(' ');

  test('that differ in a few places', async () => {
    const changed = words.map((word, index) => (index % 1000 === 7 ? `${word}#` : word)).join(' ');
    expect(await distanceOf(text, changed)).toBe(20);
  });

  test('that have nothing in common', async () => {
    expect(await distanceOf('a'.repeat(50_000), 'b'.repeat(40_000))).toBe(50_000);
  });

  test('of which one is in the other', async () => {
    expect(await distanceOf(text, `${text.slice(0, 50_000)}${'!'.repeat(30_000)}${text.slice(50_000)}`)).toBe(30_000);
  });
});

test('a million marks are as many characters and one grapheme', async () => {
  const marks = `e${'\u0301'.repeat(1_000_000)}`;
  expect(await distanceOf(marks, 'e')).toBe(1_000_000);
  expect(await distanceOf(marks, 'e', { unit: 'grapheme' })).toBe(1);
});

test('texts that would take too long are skipped', async () => {
  expect(await distanceOf('a'.repeat(3_000_000), 'b'.repeat(500_000))).toEqual({
    status: 'skipped',
    code: 'too-long',
    reason: 'the texts are too long and too different to be compared in 2³⁰ steps',
  });
  expect(await distanceOf('a'.repeat(10_000_000), 'b')).toEqual({
    status: 'skipped',
    code: 'too-long',
    reason: 'the texts have 10,000,001 characters together, and 10,000,000 is the most',
  });
});

test('the similarity is 1 − distance / longer length', async () => {
  const similarity = async (predictions: string, targets: string, options: Options = {}) =>
    levenshteinSimilarity(options).score({ predictions, targets });
  expect(await similarity('kitten', 'sitting')).toEqual({ status: 'scored', value: 1 - 3 / 7 });
  expect(await similarity('한국', '한국어')).toEqual({ status: 'scored', value: 1 - 1 / 3 });
  expect(await similarity('', '')).toEqual({ status: 'scored', value: 1 });
  expect(await similarity('', 'a')).toEqual({ status: 'scored', value: 0 });
  expect(await similarity('😀', '😁')).toEqual({ status: 'scored', value: 0 });
  expect(await similarity('👩‍👩‍👧a', '👩‍👩‍👦a', { unit: 'grapheme' })).toEqual({ status: 'scored', value: 0.5 });
});

test('numbers are no text, and the mean of similarities has an interval inside of its range', async () => {
  const data = [
    { answer: 'kitten', expected: 'sitting' },
    { answer: 'a', expected: 'a' },
    { answer: 7, expected: '7' },
  ];
  const results = await evaluate({
    data,
    predictions: 'answer',
    targets: 'expected',
    extraMetrics: [levenshteinSimilarity() as never, levenshteinDistance() as never],
  });
  expect(results.metrics['levenshtein_similarity/v1/mean']).toBeCloseTo((1 + 4 / 7) / 2, 12);
  expect(results.metrics['levenshtein_distance/v1/mean']).toBe(1.5);
  expect(results.intervals['levenshtein_similarity/v1/mean']?.high).toBeLessThanOrEqual(1);
  expect(results.coverage['levenshtein_distance/v1']?.reasons).toEqual({ 'not-text': 1 });
});

test('the unit is in the signature, with the version of ICU where its tables decide', () => {
  expect(levenshteinDistance().signature).toBe('levenshtein_distance|v1|unit:character');
  expect(levenshteinSimilarity({ unit: 'grapheme', ignoreCase: true }).signature).toBe(
    `levenshtein_similarity|v1|unit:grapheme(icu=${process.versions.icu})|ignoreCase:yes`,
  );
  expect(levenshteinSimilarity().spec).toEqual({
    module: '@touchstone/metric-text',
    export: 'levenshteinSimilarity',
    options: null,
  });
  expect(() => levenshteinDistance({ unit: 'word' } as never)).toThrow(
    "levenshtein_distance: unit is 'word', and it must be 'character' or 'grapheme'.",
  );
});

function fillTable(a: readonly string[], b: readonly string[]): number {
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (const [row, symbol] of a.entries()) {
    const current = [row + 1];
    for (const [column, other] of b.entries()) {
      const changed = (above[column] ?? 0) + (symbol === other ? 0 : 1);
      current.push(Math.min(changed, (above[column + 1] ?? 0) + 1, (current[column] ?? 0) + 1));
    }
    above = current;
  }
  return above[b.length] ?? 0;
}
