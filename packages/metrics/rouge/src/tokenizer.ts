import { normalizedText } from '@touchstone/core';
import { asciiWordIds, asciiWords } from './ascii-words.ts';
import { stem } from './porter-stemmer.ts';
import type { TokenIds } from './token-ids.ts';

/**
 * Turns a text into the tokens that ROUGE compares. Yours can be any object of this shape.
 *
 * @example
 * const byComma: Tokenizer = { id: 'comma/1', split: (text) => text.split(',') };
 */
export interface Tokenizer {
  /** Names everything that can change a token; it goes into the metric's signature. */
  readonly id: string;
  /** Tokens in the order of the text. Pure: the same text gives the same tokens. */
  split(text: string): readonly string[];
  /** Optional and faster: the tokens that `split` gives for each of the texts, numbered without spelling them out. */
  ids?(texts: readonly string[]): TokenIds;
}

/** Options of {@link googleTokenizer}. */
export interface GoogleTokenizerOptions {
  /** Stem words of more than three characters, as `use_stemmer=True`. Default `false`. */
  readonly useStemmer?: boolean;
}

/**
 * The tokenizer of Google's `rouge_score` 0.1.2: lower-case, then every run of `a`–`z` and `0`–`9`.
 *
 * All else separates: `café` gives `caf`, `don't` gives `don`, `t`, and Hangul, Han or Cyrillic give nothing;
 * {@link googleCannotSee} finds such texts.
 */
export function googleTokenizer(options: GoogleTokenizerOptions = {}): Tokenizer {
  if (options.useStemmer !== true) return { id: 'google', split: asciiWords, ids: (texts) => asciiWordIds(texts) };
  const stemOfWord = rememberingStemmer();
  return {
    id: 'google+porter-nltk',
    split: (text) => asciiWords(text).map((word) => (word.length > 3 ? stemOfWord(word) : word)),
  };
}

/** Few different words make up most of a dataset, and a look-up is much faster than a stem. */
function rememberingStemmer(): (word: string) => string {
  const stems = new Map<string, string>();
  return (word) => {
    const known = stems.get(word);
    if (known !== undefined) return known;
    if (stems.size === mostStemsRemembered) stems.clear();
    const stemmed = stem(word);
    stems.set(word, stemmed);
    return stemmed;
  };
}

const mostStemsRemembered = 10_000;

/**
 * Words of any script: the word-like segments of `Intl.Segmenter` (Unicode Annex 29, dictionaries for Chinese, Japanese,
 * Thai and others), of the text in normal form C, each lower-cased.
 *
 * Normal form C makes a decomposed text (`é` as `e` and an accent, Hangul as Jamo) equal to its composed form.
 * The rules are those of English whatever the machine's locale is. Dictionaries change with ICU, so its version is in the id.
 */
export function wordTokenizer(): Tokenizer {
  const segmenter = new Intl.Segmenter('en', { granularity: 'word' });
  return {
    id: `unicode-words+nfc(icu=${icuVersion()})`,
    split(text) {
      const words: string[] = [];
      for (const { segment, isWordLike } of segmenter.segment(normalizedText(text, 'NFC'))) {
        if (isWordLike === true) words.push(segment.toLowerCase());
      }
      return words;
    },
  };
}

/** Options of {@link characterTokenizer}. */
export interface CharacterTokenizerOptions {
  /** Characters in a token, a whole number of at least 1. Default 2. */
  readonly n?: number;
}

/**
 * Overlapping runs of `n` characters, for languages that write no spaces or inflect at the end of the word, such as Chinese and Korean.
 *
 * Characters are the code points of the text in normal form C, lower-cased, with white space taken out; runs go across it,
 * since spacing varies. Punctuation stays. A text of fewer than `n` characters is one token, so that `네` can match `네`.
 *
 * @throws RangeError when `n` is not a whole number of at least 1
 */
export function characterTokenizer(options: CharacterTokenizerOptions = {}): Tokenizer {
  const { n = 2 } = options;
  if (!Number.isSafeInteger(n) || n < 1) {
    throw new RangeError(`The character tokenizer's n must be a whole number of at least 1, not ${n}.`);
  }
  return {
    id: `characters+nfc(n=${n})`,
    split(text) {
      const characters = Array.from(normalizedText(text, 'NFC').toLowerCase().replace(/\s+/gu, ''));
      if (n === 1) return characters;
      if (characters.length <= n) return characters.length === 0 ? [] : [characters.join('')];
      return Array.from({ length: characters.length - n + 1 }, (_, start) => characters.slice(start, start + n).join(''));
    },
  };
}

/** Only Node says which ICU it carries. */
function icuVersion(): string {
  const versions: Readonly<Record<string, string | undefined>> | undefined = globalThis.process?.versions;
  return versions?.icu ?? 'unknown';
}

/**
 * Whether Google's tokenizer misses what the text says, so that its ROUGE means nothing: either no token although the text
 * has letters, digits or emoji, or fewer of its letters and digits kept than lost.
 *
 * Punctuation alone is not missed: a text without a word has no token in any tokenizer.
 *
 * @example
 * googleCannotSee('서울입니다');  // true
 * googleCannotSee('naïve café'); // false: 7 of 9 letters are kept
 * googleCannotSee('...');        // false
 */
export function googleCannotSee(text: string): boolean {
  if (!beyondAscii.test(text)) return false;
  let kept = 0;
  let lost = 0;
  for (const character of text) {
    if (keptByGoogle.test(character)) kept++;
    else if (letterOrDigit.test(character)) lost++;
  }
  return lost > kept || (kept === 0 && emoji.test(text));
}

const beyondAscii = /[\u0080-\uffff]/;
/** With the Kelvin sign and the dotted capital I, which lower-case to ASCII. */
const keptByGoogle = /[A-Za-z0-9\u212a\u0130]/;
const letterOrDigit = /[\p{L}\p{N}]/u;
const emoji = /[\p{Extended_Pictographic}\p{Regional_Indicator}]/u;
