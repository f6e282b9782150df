import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { tokenIds } from './token-ids.ts';
import { characterTokenizer, googleCannotSee, googleTokenizer, type Tokenizer, wordTokenizer } from './tokenizer.ts';

describe("Google's tokenizer", () => {
  test.each([
    ['café', ['caf']],
    ['naïve', ['na', 've']],
    ["don't", ['don', 't']],
    ['3.14', ['3', '14']],
    ['10 \u212a', ['10', 'k']],
    ['İstanbul', ['i', 'stanbul']],
    ['안녕하세요', []],
    ['snake_case', ['snake', 'case']],
    ['ＡＢＣ １２', []],
    ['', []],
  ])('splits %j as rouge_score does', (text, tokens) => {
    expect(googleTokenizer().split(text)).toEqual(tokens);
  });

  test('stems words of more than three characters only', () => {
    const { split } = googleTokenizer({ useStemmer: true });
    expect(split('Skies dying innings news DIES flies, was his')).toEqual([
      'sky',
      'die',
      'inning',
      'news',
      'die',
      'fli',
      'was',
      'his',
    ]);
  });

  test('numbers exactly the words that it splits off', () => {
    const word = fc.oneof(
      fc.stringMatching(/^[a-cA-C0-1]{1,3}$/),
      fc.stringMatching(/^[a-b]{9,23}$/),
      fc.constantFrom('\u212a', 'İ', 'é', '한글', '\ud800', '😀', '_', 'z9'),
    );
    const text = fc.array(fc.tuple(word, fc.constantFrom(' ', '', '-', '\n', '\u0307')), { maxLength: 40 });
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 3 }), (texts) => {
        const spelled = texts.map((parts) => parts.flat().join(''));
        const google = googleTokenizer();
        const { texts: ids, vocabularySize } = tokenIds(google, spelled);
        expect(firstAppearances(ids)).toEqual(firstAppearances(spelled.map(google.split)));
        expect(ids.flat().every((id) => id >= 0 && id < vocabularySize)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test('keeps apart thousands of different words', () => {
    const words = Array.from({ length: 20_000 }, (_, i) => `w${i.toString(36)}x${i % 7}`);
    const { texts } = tokenIds(googleTokenizer(), [words.join(' '), words.toReversed().join(' ')]);
    expect(new Set(texts[0]).size).toBe(20_000);
    expect(texts[1]).toEqual(texts[0]?.toReversed());
  });
});

describe('the word tokenizer', () => {
  test.each([
    ['Don’t panic: naïve CAFÉ, 3.14!', ['don’t', 'panic', 'naïve', 'café', '3.14']],
    ['서울은 한국의 수도입니다.', ['서울은', '한국의', '수도입니다']],
    ['ΟΔΟΣ ΣΟΦΟΣ', ['οδος', 'σοφος'].map((word) => word.replace(/σ$/, 'ς'))],
    [' \n', []],
  ])('splits %j', (text, tokens) => {
    expect(wordTokenizer().split(text)).toEqual(tokens);
  });

  test('gives composed and decomposed text the same tokens', () => {
    const text = '한국어 café';
    expect(wordTokenizer().split(text.normalize('NFD'))).toEqual(['한국어', 'café']);
  });

  test('names the version of ICU, whose dictionaries decide on Chinese, Japanese and Thai', () => {
    expect(wordTokenizer().id).toBe(`unicode-words+nfc(icu=${process.versions.icu})`);
  });
});

describe('the character tokenizer', () => {
  test.each([
    [2, '서울 시청', ['서울', '울시', '시청']],
    [2, 'Ab c', ['ab', 'bc']],
    [3, '北京烤鸭', ['北京烤', '京烤鸭']],
    [1, 'a\u3000b😀', ['a', 'b', '😀']],
    [2, '😀😀a', ['😀😀', '😀a']],
    [2, '네', ['네']],
    [5, '한국 말', ['한국말']],
    [2, ' \n', []],
  ])('with n = %i splits %j', (n, text, tokens) => {
    expect(characterTokenizer({ n }).split(text)).toEqual(tokens);
  });

  test('takes two characters by default and says so in its id', () => {
    expect(characterTokenizer().id).toBe('characters+nfc(n=2)');
  });

  test.each([0, 1.5, Number.NaN])('refuses n = %d', (n) => {
    expect(() => characterTokenizer({ n })).toThrow(
      new RangeError(`The character tokenizer's n must be a whole number of at least 1, not ${n}.`),
    );
  });
});

describe('a tokenizer of the user', () => {
  test('is numbered by the spelling of its tokens', () => {
    const comma: Tokenizer = { id: 'comma', split: (text) => text.split(',') };
    expect(tokenIds(comma, ['a,b,a', 'b,,c'])).toEqual({
      texts: [
        [0, 1, 0],
        [1, 2, 3],
      ],
      vocabularySize: 4,
    });
  });

  test.each([
    ['a b', 'a string'],
    [undefined, 'undefined'],
    [{ length: 1 }, 'an object'],
    [['a', 7], 'an array with a number in it'],
    [[null], 'an array with null in it'],
  ])('that returns %j is named in the error', (returned, found) => {
    const broken: Tokenizer = { id: 'mine', split: () => JSON.parse(JSON.stringify({ returned })).returned };
    expect(() => tokenIds(broken, ['text'])).toThrow(
      new TypeError(`The tokenizer "mine" must return an array of strings from split(), but it returned ${found}.`),
    );
  });
});

describe("what Google's tokenizer cannot see", () => {
  test.each(['서울입니다', 'Москва', '北京 2', 'مرحبا', '½', '😀👍', '🇰🇷', 'GPT는 언어 모델입니다'])('%j is missed', (text) => {
    expect(googleCannotSee(text)).toBe(true);
  });

  test.each(['', '   ', '...', '“—”', 'plain text', 'naïve café', 'Tiếng Việt', 'great 👍👍👍', '\u212a', 'İ', 'Seoul (서울)'])(
    '%j is seen, or has nothing to see',
    (text) => {
      expect(googleCannotSee(text)).toBe(false);
    },
  );
});

/** Tokens as positions of the first equal token, whichever kind they are. */
function firstAppearances(texts: readonly (readonly unknown[])[]): readonly (readonly number[])[] {
  const order = [...new Set(texts.flat())];
  return texts.map((tokens) => tokens.map((token) => order.indexOf(token)));
}
