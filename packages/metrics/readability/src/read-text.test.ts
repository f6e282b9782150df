import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readText } from './read-text.ts';

function wordsOf(text: string, mostWords?: number): readonly string[] {
  const words: string[] = [];
  readText(text, (from, start, end) => words.push(from.slice(start, end)), mostWords);
  return words;
}

describe('words', () => {
  test.each([
    ["don't DON'T I'm o'clock 'table' 'tis don’t", ["don't", 'DONT', 'Im', 'oclock', "'table", "'tis", 'dont']],
    ["we've we'll we're we'vé we'l dogs' 'sea", ["we've", "we'll", "we're", 'wevé', 'wel', 'dogs', "'sea"]],
    ['state-of-the-art e-mail 1,000,000 a\u200bb co\u00adop', ['stateoftheart', 'email', '1000000', 'ab', 'coop']],
    ['नमस्ते cafe\u0301 caf\u00e9', ['नमसत', 'cafe', 'café']],
    ['½ x² ① Ⅷ a_b 😀 — 𝒜', ['½', 'x²', '①', 'Ⅷ', 'a_b', '𝒜']],
    ['서울은 수도이다。 東京', ['서울은', '수도이다', '東京']],
    ['a\u001fb\u0085c\ufeffd\u3000e\u180ef', ['a', 'b', 'cd', 'ef']],
  ])('%j', (text, words) => {
    expect(wordsOf(text)).toEqual(words);
  });
});

describe('sentences', () => {
  test.each([
    ['', 0],
    [' ', 1],
    ['Yes. No. Fine.', 1],
    ['It works well now. Yes.', 1],
    ['One two three! Four five six? Seven eight nine', 3],
    ['It costs about 3.14 of our dollars', 2],
    ['하나 둘 셋。 넷 다섯 여섯', 1],
    ['One - two, three: four\nfive six', 1],
    ['One two "three". "Four five" six...', 2],
  ])('%j: %i', (text, sentences) => {
    expect(readText(text).sentences).toBe(sentences);
  });
});

test('no more words than asked for, and nothing behind the last one', () => {
  const text = 'One two - three. Four, five six. Seven eight';
  expect(readText(text, undefined, 5)).toEqual(readText('One two - three. Four, five'));
  expect(wordsOf(text, 3)).toEqual(['One', 'two', 'three']);
  expect(wordsOf(text, 99)).toEqual(wordsOf(text));
});

test('equal words have equal hashes, wherever they stand and whatever punctuation is in them', () => {
  const hashes: number[] = [];
  readText('email (e-mail), emai. l E𝒜 "E-𝒜"', (_, __, ___, hash) => hashes.push(hash));
  const [email, joined, shorter, letter, other, otherJoined] = hashes;
  expect(joined).toBe(email);
  expect(otherJoined).toBe(other);
  expect(new Set([email, shorter, letter, other]).size).toBe(4);
});

// With `codePointAt` beside `charCodeAt`, Maglev, the second compiler of Node 24, split what is beyond the BMP.
test.skipIf(process.features.typescript === false)('every compiler of the engine reads the same', () => {
  const program = `
    import { readText } from ${JSON.stringify(new URL('./read-text.ts', import.meta.url).href)};
    for (let round = 0; round < 20_000; round++) {
      readText('plain text only here');
      const { characters, letters } = readText('a𝒜b 😀 한 c \\ud800');
      if (characters === 7 && letters === 5) continue;
      console.log(round, characters, letters);
      break;
    }`;
  for (const flag of ['--no-opt', '--no-maglev']) {
    const { status, stdout } = spawnSync(process.execPath, [flag, '--input-type=module', '--eval', program], {
      encoding: 'utf8',
    });
    expect({ flag, status, stdout }).toEqual({ flag, status: 0, stdout: '' });
  }
});

test('every count is that of textstat’s regular expressions, whatever the text is', () => {
  const unit = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(..."atsdvelrZ09_.!? -'\n’é한") },
    {
      weight: 1,
      arbitrary: fc.constantFrom('\u0301', '\u200b', '\x1c', '\x85', '\ufeff', '\u3000', '😀', '𝒜', '\ud800', 'İ', '½'),
    },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }) },
  );
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 60 }), (text) => {
      expect(readText(text)).toEqual(countByExpressions(text));
      expect(wordsOf(text)).toEqual(wordsByExpressions(text));
    }),
    { numRuns: 3000 },
  );
});

/** The regular expressions of textstat 0.7.13, said in JavaScript. */
function countByExpressions(text: string) {
  const sentences =
    text.match(/(?:(?<=[\p{L}\p{N}_])(?![\p{L}\p{N}_])|(?<![\p{L}\p{N}_])(?=[\p{L}\p{N}_]))[^.!?]+[.!?]*/gu) ?? [];
  return {
    characters: [...text.replaceAll(SPACES, '')].length,
    letters: text.match(/[\p{L}\p{N}_]/gu)?.length ?? 0,
    tokens: splitBySpace(text).length,
    words: wordsByExpressions(text).length,
    sentences: text === '' ? 0 : Math.max(1, sentences.filter((one) => wordsByExpressions(one).length > 2).length),
  };
}

function wordsByExpressions(text: string): readonly string[] {
  const bare = text.replace(/'(?!(?:[tsd]|ve|ll|re))/gu, '');
  return splitBySpace(
    [...bare].filter((character) => character.match(SPACES) !== null || /[\p{L}\p{N}_']/u.test(character)).join(''),
  );
}

function splitBySpace(text: string): readonly string[] {
  return text.split(SPACES).filter((piece) => piece !== '');
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: Python's white space has control characters.
const SPACES = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/gu;
