import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CopyIndex } from '../index.ts';
import { triplesOf, wordsOf } from './words.ts';

function indexOf(texts: readonly string[]): CopyIndex {
  const index = new CopyIndex();
  for (const [position, text] of texts.entries()) index.add(text, 10 * (position + 1));
  return index;
}

const river = 'Which river flows through the old town before it reaches the northern sea?';

test('the same words are found whatever their case, punctuation and blanks; the first original counts', () => {
  const index = indexOf(['Something else', 'What is 2+2?', 'what is 2+2']);
  expect(index.find(' WHAT is,  2+2 !')).toEqual({ of: 20, kind: 'same words', overlap: 1 });
  expect(index.find('What is 2-2?')).toBeUndefined();
  expect(index.find('What is')).toBeUndefined();
});

test('Korean and Japanese texts are compared too', () => {
  const index = indexOf(['대한민국의 수도는 어디인가요?', '日本の首都はどこですか。']);
  expect(index.find('대한민국의 수도는 어디인가요')).toMatchObject({ of: 10, kind: 'same words' });
  // 11 characters have 9 runs of three, and all of them stand in the longer text.
  expect(index.find('では日本の首都はどこですか、教えて')).toEqual({ of: 20, kind: 'near', overlap: 1 });
});

describe('near copies', () => {
  test('the overlap is the shared part of the triples of the shorter text', () => {
    // 13 words have 11 triples. Another last word changes one of them.
    expect(indexOf([river]).find(river.replace('sea', 'ocean'))).toEqual({ of: 10, kind: 'near', overlap: 10 / 11 });
    // A word in the middle changes three: 8 of 11 are too few.
    expect(indexOf([river]).find(river.replace('town', 'city'))).toBeUndefined();
  });

  test('an original within a longer text is found, and the other way round', () => {
    const long = `Please answer briefly and say where you found it. ${river} Thank you very much in advance.`;
    expect(indexOf([river]).find(long)).toEqual({ of: 10, kind: 'near', overlap: 1 });
    expect(indexOf([long]).find(river)).toEqual({ of: 10, kind: 'near', overlap: 1 });
  });

  test('the closest one is told', () => {
    const others = Array.from({ length: 4 }, (_, n) => `Another question, number ${n}, that has nothing to do with it`);
    const index = indexOf([river.replace('sea', 'ocean'), `${river} Yes.`, river.replace('Which', 'What'), ...others]);
    expect(index.find(river)).toEqual({ of: 20, kind: 'near', overlap: 1 });
  });

  test('fewer than six words have too few triples for a coincidence to be told', () => {
    expect(indexOf(['one two three four five']).find('one two three four five six seven')).toBeUndefined();
    expect(indexOf(['one two three four five six']).find('zero one two three four five six')).toMatchObject({ kind: 'near' });
  });

  test('what most originals begin with is a template, and makes nothing a copy', () => {
    const template = 'Answer the following question with a single word and nothing else please:';
    const originals = ['red fox', 'tall tree', 'deep lake', 'old song'].map((end) => `${template} describe the ${end} now`);
    expect(indexOf(originals).find(`${template} describe the new moon now`)).toBeUndefined();
    expect(indexOf(originals.slice(0, 1)).find(`${template} describe the new moon now`)).toMatchObject({ kind: 'near' });
    // A real copy is still found by what is its own.
    const own = 'the small harbour where ferries wait for the morning mail';
    expect(indexOf([...originals, `${template} ${own}`]).find(`${template} ${own} today`)).toEqual({
      of: 50,
      kind: 'near',
      overlap: 1,
    });
  });

  test('originals may be added after texts were looked up', () => {
    const index = indexOf([]);
    expect(index.find(river)).toBeUndefined();
    index.add(`${river} Yes.`, 1);
    expect(index.find(river)).toMatchObject({ of: 1 });
    index.add(river, 2);
    expect(index.find(river)).toMatchObject({ of: 2, kind: 'same words' });
  });
});

test('of more triples than are held a sample is looked at, which long texts do not need more than', () => {
  const index = new CopyIndex({ mostTriples: 2000 });
  const textOf = (n: number): string => Array.from({ length: 200 }, (_, word) => `w${(n * 7919 + word * 31) % 9973}`).join(' ');
  for (let n = 0; n < 40; n++) index.add(textOf(n), n);
  // 40 · 198 triples, of which one in 4 is about 2,000.
  expect(index.sampled).toBeGreaterThanOrEqual(4);
  expect(index.sampled).toBeLessThanOrEqual(8);
  for (let n = 0; n < 40; n++)
    expect(index.find(`${textOf(n)} and a few words more`)).toEqual({ of: n, kind: 'near', overlap: 1 });
  expect(index.find(textOf(40))).toBeUndefined();
});

test('finds what a comparison of all pairs finds', () => {
  // Few different words, so that texts share triples.
  const text = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1, maxLength: 14 }).map((words) => words.join(' '));
  fc.assert(
    fc.property(fc.array(text, { maxLength: 12 }), text, (originals, looked) => {
      expect(indexOf(originals).find(looked)).toEqual(slowFind(originals, looked));
    }),
    { numRuns: 1000 },
  );
});

/** Straight from the rule. */
function slowFind(originals: readonly string[], looked: string) {
  const same = originals.findIndex((original) => wordsOf(original).join(' ') === wordsOf(looked).join(' '));
  if (same !== -1) return { of: 10 * (same + 1), kind: 'same words', overlap: 1 };
  const sets = originals.map((original) => triplesOf(wordsOf(original)));
  const counts = (triple: number): boolean =>
    sets.filter((set) => set.has(triple)).length <= Math.max(2, Math.floor(originals.length / 2));
  const mine = [...triplesOf(wordsOf(looked))].filter(counts);
  const near = sets.flatMap((set, position) => {
    const theirs = [...set].filter(counts);
    const shorter = Math.min(mine.length, theirs.length);
    const overlap = mine.filter((triple) => set.has(triple)).length / shorter;
    return shorter >= 4 && overlap >= 0.8 ? [{ of: 10 * (position + 1), kind: 'near', overlap }] : [];
  });
  return near.sort((a, b) => b.overlap - a.overlap || a.of - b.of)[0];
}
