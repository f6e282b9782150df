import { evaluate } from '@touchstone/core';
import { expect, test } from 'vitest';
import { characterCount, graphemeCount, wordCount } from './index.ts';

test.each<[string, number, number, number]>([
  // text, words, code points, graphemes
  ['', 0, 0, 0],
  ['Don’t panic: 3.14!', 3, 18, 18],
  ['서울은 한국의 수도입니다.', 3, 14, 14],
  ['한국'.normalize('NFD'), 1, 6, 2],
  ['東京は日本の首都です', 6, 10, 10],
  ['naïve cafe\u0301', 2, 11, 10],
  ['😀👍🏽', 0, 3, 2],
  ['👩\u200d👩\u200d👧 🇰🇷', 0, 8, 3],
  ['a\r\nb', 2, 4, 3],
  ['\ud83d', 0, 1, 1],
  ['   ...', 0, 6, 6],
])('%j has %d words, %d characters and %d graphemes', async (predictions, words, characters, graphemes) => {
  expect(await wordCount().score({ predictions })).toEqual({ status: 'scored', value: words });
  expect(await characterCount().score({ predictions })).toEqual({ status: 'scored', value: characters });
  expect(await graphemeCount().score({ predictions })).toEqual({ status: 'scored', value: graphemes });
});

test('a million letters or marks', async () => {
  const [letters, marks] = ['a'.repeat(1_000_000), `e${'\u0301'.repeat(999_999)}`];
  expect(await wordCount().score({ predictions: letters })).toMatchObject({ value: 1 });
  expect(await graphemeCount().score({ predictions: letters })).toMatchObject({ value: 1_000_000 });
  expect(await wordCount().score({ predictions: marks })).toMatchObject({ value: 1 });
  expect(await graphemeCount().score({ predictions: marks })).toMatchObject({ value: 1 });
  expect(await characterCount().score({ predictions: marks })).toMatchObject({ value: 1_000_000 });
});

test('the version of ICU is in the signature where its tables decide', () => {
  expect(wordCount().signature).toBe(`word_count|v1|icu:${process.versions.icu}`);
  expect(graphemeCount().signature).toBe(`grapheme_count|v1|icu:${process.versions.icu}`);
  expect(characterCount().signature).toBe('character_count|v1');
});

test('the result has mean, variance and p90', async () => {
  const data = [{ answer: 'one two' }, { answer: 'three' }, { answer: null }];
  const results = await evaluate({ data, predictions: 'answer', extraMetrics: [wordCount(), characterCount()] });
  expect(results.metrics).toMatchObject({
    'word_count/v1/mean': 1.5,
    'word_count/v1/variance': 0.25,
    'character_count/v1/mean': 6,
  });
  expect(results.coverage['word_count/v1']?.reasons).toEqual({ 'missing-cell': 1 });
});
