import { APOSTROPHE, kindOf, SENTENCE_END, SPACE, WORD } from './character-kind.ts';

/** What can be counted without knowing a word, as textstat 0.7.13 counts it; the name of its function stands behind. */
export interface TextShape {
  /** Code points that are no white space, `char_count`. */
  readonly characters: number;
  /** Code points that are letters, numbers or `_`, `letter_count`. */
  readonly letters: number;
  /** What stands between white space, also punctuation alone, `lexicon_count(removepunct=False)`. */
  readonly tokens: number;
  /** Tokens that have a letter, a number or `_`, `lexicon_count`. */
  readonly words: number;
  /**
   * `sentence_count`. A sentence goes from its first letter or number to the next `.`, `!` or `?`: `3.14` ends one, a line does not.
   * Those of one or two words are left out, but a text that is not empty has at least one.
   */
  readonly sentences: number;
}

/**
 * Told of each word, in order: it stands in `text` from `start` to before `end`.
 *
 * @param text the text that is read, or a word that had to be put together
 * @param hash the same for the same word (FNV-1a of its code points)
 */
export type VisitWord = (text: string, start: number, end: number, hash: number) => void;

/**
 * Reads a text from its beginning to its end, once. Never throws, whatever the text is.
 *
 * A word is a token without its punctuation, and what that separates is joined (`e-mail`: `email`). An apostrophe stays before
 * `t`, `s`, `d`, `ve`, `ll` and `re`, in lower case, whatever stands before it.
 *
 * @param mostWords how many words to read; what stands behind the last one's token is no part of the text
 */
export function readText(text: string, visit: VisitWord = () => undefined, mostWords = Number.POSITIVE_INFINITY): TextShape {
  let [letters, others, tokens, words, sentences] = [0, 0, 0, 0, 0];
  let inToken = false;
  // Of the sentence: its words so far, and whether the last one still goes on.
  let sentenceWords = 0;
  let inSentenceWord = false;
  // Of the word: what of it was joined, and its last run in the text, which has no end while it goes on.
  let joined = '';
  let start = NONE;
  let end = NONE;
  let hash = EMPTY_HASH;

  for (let at = 0, next = 0; at <= text.length; at = next) {
    // The end of the text ends what a space ends.
    const unit = at < text.length ? text.charCodeAt(at) : 0x20;
    const code = (unit & 0xfc00) === 0xd800 ? codePointFrom(unit, text, at + 1) : unit;
    next = at + (code > 0xffff ? 2 : 1);
    const kind = kindOf(code);

    if (kind === SPACE) {
      if (start !== NONE) {
        words++;
        if (end === NONE) end = at;
        if (joined === '') {
          visit(text, start, end, hash);
        } else {
          joined += text.slice(start, end);
          visit(joined, 0, joined.length, hash);
          joined = '';
        }
        start = NONE;
        end = NONE;
        hash = EMPTY_HASH;
      }
      if (inToken) tokens++;
      inToken = false;
      inSentenceWord = false;
      if (words >= mostWords) break;
      continue;
    }

    inToken = true;
    if (kind === WORD) {
      letters++;
      if (!inSentenceWord) sentenceWords++;
      inSentenceWord = true;
    } else {
      others++;
    }
    if (kind === WORD || (kind === APOSTROPHE && contracts(text, next))) {
      if (end !== NONE) joined += text.slice(start, end);
      if (end !== NONE || start === NONE) start = at;
      end = NONE;
      hash = hashWith(hash, code);
      // Most characters are letters after a letter, which change nothing else.
      for (; kind === WORD && next < text.length; next++) {
        const letter = text.charCodeAt(next);
        if (kindOf(letter) !== WORD) break;
        letters++;
        hash = hashWith(hash, letter);
      }
      continue;
    }
    if (start !== NONE && end === NONE) end = at;
    if (kind === SENTENCE_END) {
      if (sentenceWords >= LEAST_WORDS) sentences++;
      sentenceWords = 0;
      inSentenceWord = false;
    }
  }
  if (sentenceWords >= LEAST_WORDS) sentences++;
  return { characters: letters + others, letters, tokens, words, sentences: text === '' ? 0 : Math.max(1, sentences) };
}

const NONE = -1;
const LEAST_WORDS = 3;
const EMPTY_HASH = 0x811c9dc5 | 0;

function hashWith(hash: number, codePoint: number): number {
  return Math.imul(hash ^ codePoint, 0x01000193);
}

/** By hand: it is faster than `codePointAt`, which beside a `charCodeAt` the Maglev compiler of Node 24 gets wrong (see the test). */
function codePointFrom(high: number, text: string, next: number): number {
  const low = text.charCodeAt(next);
  return (low & 0xfc00) === 0xdc00 ? 0x10000 + ((high & 0x3ff) << 10) + (low & 0x3ff) : high;
}

function contracts(text: string, at: number): boolean {
  const next = text[at];
  if (next === 't' || next === 's' || next === 'd') return true;
  const two = text.slice(at, at + 2);
  return two === 've' || two === 'll' || two === 're';
}
