import { suggestion, TouchstoneError } from '@touchstone/core';
import { mtevalTokens } from './mteval-tokens.ts';
import { trimPythonEnd, trimPythonStart } from './python-text.ts';
import { characterSpans, type TextSpans, wordSpans } from './text-spans.ts';

/**
 * sacrebleu's tokenizers, by its names.
 *
 * - `13a` (default): western languages, as the WMT evaluations; splits ASCII punctuation only.
 * - `intl`: splits the punctuation and symbols of all scripts, as `mteval-v14.pl`.
 * - `zh`: Chinese; each Chinese character is a token, the rest as `13a`.
 * - `char`: each character that is no white space is a token: any script without spaces.
 * - `none`: splits at white space only, for text that is tokenized already.
 */
export type BleuTokenizer = '13a' | 'intl' | 'zh' | 'char' | 'none';

/** @throws TouchstoneError `bad-option` when there is no such tokenizer here */
export function bleuTokenizer(name: string): (text: string) => TextSpans {
  if (isTokenizer(name)) return TOKENIZERS[name];
  const why = NOT_HERE.get(name);
  const hint =
    why === undefined ? suggestion(name, Object.keys(TOKENIZERS), { list: 'There are' }) : ` It needs ${why}. ${INSTEAD}`;
  throw new TouchstoneError('bad-option', `There is no BLEU tokenizer '${name}' here.${hint}`);
}

const TOKENIZERS: Readonly<Record<BleuTokenizer, (text: string) => TextSpans>> = {
  '13a': tokens13a,
  intl: tokensIntl,
  zh: tokensZh,
  char: characterSpans,
  none: wordSpans,
};

function isTokenizer(name: string): name is BleuTokenizer {
  return Object.hasOwn(TOKENIZERS, name);
}

/** Those of sacrebleu that ask a morphological analyser or a model of subwords. */
const NOT_HERE: ReadonlyMap<string, string> = new Map([
  ['ja-mecab', 'the analyser MeCab with a Japanese dictionary'],
  ['ko-mecab', 'the analyser MeCab with a Korean dictionary'],
  ...['spm', 'flores101', 'flores200', 'spBLEU-1K'].map((name): [string, string] => [name, 'a SentencePiece model']),
]);

const INSTEAD = "Use 'char', which needs none, or chrF.";

/** Languages whose words are not divided by blanks, or change their ends so much that characters say more. */
const BY_CHARACTERS = new Set(['ko', 'ja', 'th', 'lo', 'km', 'my']);

/** The tokenizer that suits a language, a primary subtag; sacrebleu's own choice where it is here. */
export function tokenizerFor(language: string): BleuTokenizer {
  if (language === 'zh' || language === 'yue') return 'zh';
  return BY_CHARACTERS.has(language) ? 'char' : '13a';
}

/** Part of a signature: the one tokenizer that asks what Unicode calls punctuation changes with the version of Unicode. */
export function unicodeOf(tokenizer: BleuTokenizer): { readonly unicode?: string } {
  return tokenizer === 'intl' && process.versions.unicode !== undefined ? { unicode: process.versions.unicode } : {};
}

/** As `mteval-v13a.pl`: markup first, then {@link mtevalTokens}. */
function tokens13a(text: string): TextSpans {
  let line = text.includes('<skipped>') ? text.replaceAll('<skipped>', '') : text;
  if (line.includes('-\n')) line = line.replaceAll('-\n', '');
  if (line.includes('&')) line = unescapeEntities(line);
  return mtevalTokens(line, { around: 'space' });
}

/** In this order, so `&amp;lt;` becomes `<`, and `&amp;quot;` stays `&quot;`. */
export function unescapeEntities(text: string): string {
  return text.replaceAll('&quot;', '"').replaceAll('&amp;', '&').replaceAll('&lt;', '<').replaceAll('&gt;', '>');
}

/**
 * As `mteval-v14.pl`: a mark of punctuation is split off unless it stands between numbers, and each symbol is.
 * At the end of a text, too, a full stop after a number stays: nothing follows it.
 */
function tokensIntl(text: string): TextSpans {
  return wordSpans(
    text
      .replace(/(\P{N})(\p{P})/gu, '$1 $2 ')
      .replace(/(\p{P})(\P{N})/gu, ' $1 $2')
      .replace(/\p{S}/gu, ' $& '),
  );
}

function tokensZh(text: string): TextSpans {
  return mtevalTokens(trimPythonStart(trimPythonEnd(text)), { around: 'nothing', isAlone: isChinese });
}

/**
 * What sacrebleu's `zh` takes for Chinese. Two of its ranges are meant for ideographs beyond U+FFFF, but begin at U+2000 and U+2F80 with
 * a character more (`'\u20000'`): so U+2001 to U+2A6D are in, quotation marks and arrows among them, and those ideographs are not.
 */
function isChinese(code: number): boolean {
  return CHINESE.some(([first, last]) => code >= first && code <= last);
}

const CHINESE: readonly (readonly [first: number, last: number])[] = [
  [0x4e00, 0x9fbb],
  [0x3400, 0x4db5],
  [0x2001, 0x2a6d],
  [0x2e80, 0x2fdf],
  [0x2ff0, 0x303f],
  [0x3100, 0x312f],
  [0x31a0, 0x31bf],
  [0x31c0, 0x31ef],
  [0x3200, 0x33ff],
  [0xf900, 0xfa2d],
  [0xfa30, 0xfa6a],
  [0xfa70, 0xfad9],
  [0xfe10, 0xfe1f],
  [0xfe30, 0xfe4f],
  [0xff00, 0xffef],
];
