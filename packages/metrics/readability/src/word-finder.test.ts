import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readText } from './read-text.ts';
import { createWordFinder, type Word } from './word-finder.ts';

test('a word is looked up once, wherever it stands and however it is punctuated', () => {
  const { words, asked } = findIn(['Email, email e-mail.', '(email) EMAIL']);
  expect(words).toEqual(['Email', 'email', 'email', 'email', 'EMAIL']);
  expect(asked).toEqual(['Email', 'email', 'EMAIL']);
});

test('very long words are not remembered', () => {
  const [longest, longer] = ['x'.repeat(32), 'x'.repeat(33)];
  expect(findIn([`${longest} ${longer} ${longest} ${longer}`]).asked).toEqual([longest, longer, longer]);
});

test('more different words than are remembered are found too', () => {
  const all = Array.from({ length: 100_000 }, (_, number) => `w${number}`);
  const { words, asked } = findIn([all.join(' '), all.join(' ')]);
  expect(words).toEqual([...all, ...all]);
  expect(asked.length).toBeGreaterThan(150_000);
});

test('words of equal hashes are not mixed up', () => {
  const word = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(fc.array(fc.tuple(word, fc.nat(2)), { maxLength: 30 }), (words) => {
      const find = createWordFinder(lengthOf);
      for (const [spelling, hash] of words) {
        expect(find(`-${spelling}-`, 1, 1 + spelling.length, hash)).toEqual(lengthOf(spelling));
      }
    }),
  );
});

function findIn(texts: readonly string[]): { readonly words: readonly string[]; readonly asked: readonly string[] } {
  const [words, asked]: [string[], string[]] = [[], []];
  const find = createWordFinder((spelling) => {
    asked.push(spelling);
    return lengthOf(spelling);
  });
  for (const text of texts) readText(text, (...place) => words.push(find(...place).spelling));
  return { words, asked };
}

function lengthOf(spelling: string): Word {
  return { spelling, syllables: spelling.length, easy: false, syllablesJudged: spelling.length };
}
