import type { TokenIds } from './tokenized-row.ts';

/**
 * The n-grams of each text, numbered as its tokens are: equal n-grams have equal ids. A text of fewer than n tokens has none.
 *
 * An n-gram is numbered by the pair of its first n − 1 tokens' number and its last token, so time and memory grow with n times the tokens
 * and no n-gram is ever spelled out.
 *
 * @param n a whole number of at least 1
 */
export function ngramIds(tokens: TokenIds<Int32Array>, n: number): TokenIds<Int32Array> {
  let grams = tokens;
  for (let length = 2; length <= n; length++) grams = lengthen(grams, tokens, length - 1);
  return grams;
}

/** From n-grams to (n + 1)-grams: the n-gram at i and the token at i + n. */
function lengthen(grams: TokenIds<Int32Array>, tokens: TokenIds<Int32Array>, n: number): TokenIds<Int32Array> {
  const count = grams.references.reduce((sum, { length }) => sum + length, grams.prediction.length);
  const pairs = createPairNumbers(count);
  const extend = (gramsOfText: Int32Array, tokensOfText: Int32Array): Int32Array => {
    const longer = new Int32Array(Math.max(0, gramsOfText.length - 1));
    for (let i = 0; i < longer.length; i++) longer[i] = pairs.numberOf(gramsOfText[i] ?? 0, tokensOfText[i + n] ?? 0);
    return longer;
  };
  const prediction = extend(grams.prediction, tokens.prediction);
  const references = grams.references.map((ids, i) => extend(ids, tokens.references[i] ?? ids));
  return { prediction, references, vocabularySize: pairs.size() };
}

/** Numbers pairs of whole numbers in the order of their first appearance: a hash table with open addressing, at most half full. */
function createPairNumbers(capacity: number) {
  const slots = 2 ** Math.ceil(Math.log2(Math.max(2, 2 * capacity)));
  const numbers = new Int32Array(slots);
  const firsts = new Int32Array(slots);
  const seconds = new Int32Array(slots);
  let size = 0;

  return {
    size: () => size,
    numberOf(first: number, second: number): number {
      let hash = Math.imul(first, 0x9e3779b1) ^ Math.imul(second, 0x85ebca6b);
      hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
      let slot = (hash ^ (hash >>> 13)) & (slots - 1);
      for (;;) {
        const number = numbers[slot] ?? 0;
        if (number === 0) break;
        if (firsts[slot] === first && seconds[slot] === second) return number - 1;
        slot = (slot + 1) & (slots - 1);
      }
      firsts[slot] = first;
      seconds[slot] = second;
      numbers[slot] = ++size;
      return size - 1;
    },
  };
}
