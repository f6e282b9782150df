import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dictionary } from 'cmu-pronouncing-dictionary';
import { daleChall } from 'dale-chall';
import { describe, expect, test } from 'vitest';
import { loadEnglish, loadedEnglish } from './english.ts';
import hyphenationCorrections from './hyphenation-corrections.json' with { type: 'json' };
import type { Word, WordFinder } from './word-finder.ts';

describe('the packages are those that the tables correct', () => {
  test('their versions are pinned exactly', () => {
    const { dependencies } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
    expect(dependencies).toMatchObject({
      'cmu-pronouncing-dictionary': '3.0.0',
      'dale-chall': '2.0.1',
      'hyphenated-en-us': '1.2.0',
    });
  });

  test('the dictionary has 126,046 words besides second pronunciations', () => {
    expect(Object.keys(dictionary).filter((word) => !/\(\d+\)$/u.test(word))).toHaveLength(126_046);
  });

  test('there are 4,938 patterns of hyphenation, and all that are to be dropped are among them', () => {
    const { patterns }: { patterns: string[] } = createRequire(import.meta.url)('hyphenated-en-us');
    expect(patterns).toHaveLength(4938);
    const letters = new Set(patterns.map((pattern) => pattern.replace(/\d/gu, '')));
    const dropped = hyphenationCorrections.drop.split(' ');
    expect(dropped).toHaveLength(490);
    expect(dropped.filter((pattern) => !letters.has(pattern))).toEqual([]);
  });

  test('the list of easy words has one more than textstat’s', () => {
    expect(new Set(daleChall).size).toBe(2942);
    expect(daleChall).toContain('ma');
  });
});

describe('words as textstat 0.7.13 has them', () => {
  /** The counts that `textstat.syllable_count(word)` gives. */
  const syllables = {
    'with the dictionary of NLTK, not of newer versions': {
      dataset: 1,
      jagged: 1,
      realize: 2,
      extraordinary: 5,
      est: 2,
      "x's": 2,
    },
    'with its first pronunciation': { the: 1, a: 1, or: 1, hello: 2, read: 1 },
    'with none': { shh: 0, mmmm: 0 },
    'by hyphenation, where the dictionary has no such word': {
      oclock: 1,
      stateoftheart: 4,
      constructor: 3,
      __proto__: 2,
      hasownproperty: 5,
      '1000000': 1,
      서울: 1,
      ﬁnds: 1,
    },
    'whatever the case is': { Dataset: 1, DATASET: 1 },
  };

  test.each(Object.entries(syllables))('syllables %s', async (_, words) => {
    const { find } = await loadEnglish();
    expect(Object.fromEntries(Object.keys(words).map((word) => [word, whole(find, word).syllables]))).toEqual(words);
  });

  test('the list of easy words is read in lower case, and lacks one word of the package', async () => {
    const { find } = await loadEnglish();
    const easy = (words: string) => words.split(' ').filter((word) => whole(find, word).easy);
    expect(easy("able AREN'T American zigzag ma toString")).toEqual(['able', "AREN'T", 'American']);
  });

  test('a combining dot that lower-casing makes is kept where syllables are counted, and taken out where words are judged', async () => {
    const { find } = await loadEnglish();
    expect(whole(find, 'İdea')).toEqual({ spelling: 'İdea', syllables: 1, easy: false, syllablesJudged: 3 });
  });

  test('they are loaded once', async () => {
    const [first, second] = await Promise.all([loadEnglish(), loadEnglish()]);
    expect(second).toBe(first);
    expect(loadedEnglish()).toBe(first);
  });
});

function whole(find: WordFinder, word: string): Word {
  return find(word, 0, word.length, 0);
}
