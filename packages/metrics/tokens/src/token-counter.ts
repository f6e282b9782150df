import { MinHeap } from './min-heap.ts';
import type { Vocabulary } from './vocabulary.ts';

/** Number of tokens of a text, or `undefined` when a stretch of it is too long to be cut into pieces. */
export type TokenCounter = (text: string) => number | undefined;

/**
 * Counts the tokens of byte pair encoding as `encode_ordinary` of tiktoken does: what looks like a special token is text like
 * any other, and a lone surrogate is U+FFFD.
 *
 * @param pattern matches the pieces that no token crosses
 */
export function createTokenCounter(vocabulary: Vocabulary, pattern: RegExp): TokenCounter {
  const mergedLength = createMerger(vocabulary);
  const known = new Map<string, number>();
  const countPiece = (piece: string): number => {
    if (vocabulary.has(piece)) return 1;
    if (piece.length > LONGEST_REMEMBERED) return mergedLength(Buffer.from(piece));
    let count = known.get(piece);
    if (count === undefined) {
      count = mergedLength(Buffer.from(piece));
      if (known.size === MOST_REMEMBERED) known.clear();
      known.set(piece, count);
    }
    return count;
  };
  return (text) => {
    const wellFormed = text.toWellFormed();
    let count = 0;
    for (let from = 0; from < wellFormed.length; ) {
      const to = endOfStretch(wellFormed, from);
      if (to - from > LONGEST_STRETCH) return undefined;
      const stretch = to - from === wellFormed.length ? wellFormed : wellFormed.slice(from, to);
      for (const piece of stretch.match(pattern) ?? []) count += countPiece(piece);
      from = to;
    }
    return count;
  };
}

/** Few different words make up most texts. Longer ones would be slices in V8, which keep the whole text that they are of alive. */
const LONGEST_REMEMBERED = 12;
const MOST_REMEMBERED = 2 ** 17;

/**
 * V8 matches a long piece with a stack of its own, which ends at about four million letters. So a long text is cut first, where
 * no pattern has a piece that goes on: after a letter, when what follows is no letter, no mark and no apostrophe.
 */
function endOfStretch(text: string, from: number): number {
  if (text.length - from <= STRETCH) return text.length;
  afterWord.lastIndex = from + STRETCH;
  return afterWord.test(text) ? afterWord.lastIndex : text.length;
}

const afterWord = /\p{L}(?![\p{L}\p{M}'])/gu;
const STRETCH = 2 ** 20;
/** In UTF-16 units. */
export const LONGEST_STRETCH = 2 ** 21;

/**
 * Merges neighbours, always the pair that makes the token of the lowest rank, the leftmost of equal ones, until no pair makes a token.
 * Pairs wait in a heap, so that n bytes take n log n steps: a scan for the best pair, as gpt-tokenizer does it, takes minutes for a
 * million equal letters.
 *
 * @returns a function of the bytes of a piece: how many tokens are left of them
 */
function createMerger(vocabulary: Vocabulary): (bytes: Uint8Array) => number {
  const kept = createChain(LONGEST_KEPT);
  return (bytes) => merge(vocabulary, bytes, bytes.length <= LONGEST_KEPT ? kept : createChain(bytes.length));
}

const LONGEST_KEPT = 4096;

/** The tokens of a piece as a chain. Each stands at the position of its first byte. */
interface Chain {
  readonly tokens: Int32Array;
  readonly next: Int32Array;
  readonly previous: Int32Array;
  /** What a token and the next one make together; -1 for none. */
  readonly merged: Int32Array;
  /** Pairs that make a token: the token and the position of the left one. */
  readonly waiting: MinHeap;
}

function createChain(length: number): Chain {
  const numbers = () => new Int32Array(length);
  return { tokens: numbers(), next: numbers(), previous: numbers(), merged: numbers(), waiting: new MinHeap() };
}

function merge(vocabulary: Vocabulary, bytes: Uint8Array, chain: Chain): number {
  const { tokens, next, previous, merged, waiting } = chain;
  const length = bytes.length;
  const lookAt = (at: number): void => {
    const right = next[at] ?? 0;
    const token = right < length ? vocabulary.merged(tokens[at] ?? -1, tokens[right] ?? -1) : -1;
    merged[at] = token;
    if (token !== -1) waiting.push(token * POSITIONS + at);
  };

  for (let at = 0; at < length; at++) {
    tokens[at] = vocabulary.byteTokens[bytes[at] ?? 0] ?? -1;
    next[at] = at + 1;
    previous[at] = at - 1;
  }
  for (let at = 0; at < length; at++) lookAt(at);
  let count = length;
  for (let best = waiting.pop(); best !== undefined; best = waiting.pop()) {
    const at = best % POSITIONS;
    const token = (best - at) / POSITIONS;
    // The pair is gone when one of its two was merged with its other neighbour meanwhile.
    if (merged[at] !== token) continue;
    const gone = next[at] ?? 0;
    const right = next[gone] ?? 0;
    tokens[at] = token;
    next[at] = right;
    if (right < length) previous[right] = at;
    merged[gone] = -1;
    count--;
    lookAt(at);
    const left = previous[at] ?? -1;
    if (left !== -1) lookAt(left);
  }
  return count;
}

/** A token and a position in one number, which orders by token first. */
const POSITIONS = 2 ** 31;
