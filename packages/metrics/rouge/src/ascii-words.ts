import { createPairNumbers, numberOfPair, type PairNumbers } from './pair-numbers.ts';
import { createScratchMemory } from './scratch-memory.ts';
import type { TokenIds } from './token-ids.ts';

/**
 * The words of Google's tokenizer: lower-case, then every run of `a`–`z` and `0`–`9`.
 *
 * `toLowerCase` agrees with Python's `lower()` in all that reaches a word: beyond ASCII only U+212A gives a letter (`k`), and
 * U+0130 a letter and a combining dot (`i`).
 */
export function asciiWords(text: string): readonly string[] {
  return text.toLowerCase().match(/[a-z0-9]+/g) ?? [];
}

/** Ids of the {@link asciiWords} of some texts, found without making a string of each word; some numbers stay unused. */
export function asciiWordIds(texts: readonly string[]): TokenIds {
  const characters = texts.reduce((sum, { length }) => sum + length, 0);
  const pairs = createPairNumbers(characters >>> 4, tableMemory);
  const ids = texts.map((text) => idsOf(text.toLowerCase(), pairs));
  return { texts: ids, vocabularySize: pairs.size };
}

const tableMemory = createScratchMemory();

function idsOf(lower: string, pairs: PairNumbers): readonly number[] {
  const ids: number[] = [];
  let start = 0;
  let high = 0;
  let low = 0;
  for (let at = 0; at < lower.length; at++) {
    const bits = sixBits(lower.charCodeAt(at));
    if (bits !== 0) {
      high = (high << 6) | (low >>> 24);
      low = ((low << 6) | bits) & thirtyBits;
      continue;
    }
    if (low !== 0) {
      ids.push(wordId(lower, start, at, high, low, pairs));
      high = 0;
      low = 0;
    }
    start = at + 1;
  }
  if (low !== 0) ids.push(wordId(lower, start, lower.length, high, low, pairs));
  return ids;
}

/** The last ten characters of six bits each are in `high` and `low`; when that is all of the word, the number of this pair is its id. */
function wordId(lower: string, start: number, end: number, high: number, low: number, pairs: PairNumbers): number {
  return end - start <= 10 ? numberOfPair(pairs, high, low) : longWordId(lower, start, end, pairs);
}

/** A longer word: the number of its first ten characters, made negative so that it is no text, with the next five, and so on. */
function longWordId(lower: string, start: number, end: number, pairs: PairNumbers): number {
  let id = numberOfPair(pairs, packed(lower, start, start + 5), packed(lower, start + 5, start + 10));
  for (let at = start + 10; at < end; at += 5) id = numberOfPair(pairs, -1 - id, packed(lower, at, Math.min(end, at + 5)));
  return id;
}

function packed(lower: string, start: number, end: number): number {
  let word = 0;
  for (let at = start; at < end; at++) word = (word << 6) | sixBits(lower.charCodeAt(at));
  return word;
}

const thirtyBits = 2 ** 30 - 1;

/** 1 to 26 for a letter, 27 to 36 for a digit, 0 for what separates words. */
function sixBits(code: number): number {
  return code < 128 ? (sixBitsOfAscii[code] ?? 0) : 0;
}

const sixBitsOfAscii = Uint8Array.from({ length: 128 }, (_, code) => {
  const letterOrDigit = String.fromCharCode(code);
  if (/[a-z]/.test(letterOrDigit)) return code - 0x60;
  return /[0-9]/.test(letterOrDigit) ? code - 0x15 : 0;
});
