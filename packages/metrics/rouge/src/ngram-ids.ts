import { createPairNumbers, numberOfPair, type PairNumbers } from './pair-numbers.ts';
import { createScratchMemory } from './scratch-memory.ts';
import type { RowIds } from './tokenized-row.ts';

/**
 * The n-grams of each text, numbered as its tokens are: equal n-grams have equal ids. A text of fewer than n tokens has none.
 *
 * An n-gram is the pair of its first n − 1 tokens' number and its last token, so no n-gram is ever spelled out. Time grows with
 * n times the tokens.
 *
 * @param n a whole number of at least 1
 */
export function ngramIds(tokens: RowIds<readonly number[]>, n: number): RowIds<readonly number[]> {
  const expected = tokens.references.reduce((most, { length }) => Math.max(most, length), tokens.prediction.length);
  let grams = tokens;
  for (let length = 2; length <= n; length++) {
    const pairs = createPairNumbers(expected, tableMemory);
    const prediction = lengthen(grams.prediction, tokens.prediction, length, pairs);
    const references = grams.references.map((ids, i) => lengthen(ids, tokens.references[i] ?? [], length, pairs));
    grams = { prediction, references, vocabularySize: pairs.size };
  }
  return grams;
}

const tableMemory = createScratchMemory();

function lengthen(grams: readonly number[], tokens: readonly number[], length: number, pairs: PairNumbers): readonly number[] {
  const longer: number[] = [];
  for (let last = length - 1; last < tokens.length; last++) {
    longer.push(numberOfPair(pairs, grams[last - length + 1] ?? 0, tokens[last] ?? 0));
  }
  return longer;
}
