import { PairNumbers } from './pair-numbers.ts';

/** A prediction and its references as numbers: equal tokens (or characters) have equal numbers, in whichever text they are. */
export interface NumberedTexts {
  readonly prediction: Int32Array;
  readonly references: readonly Int32Array[];
  /** All numbers are from 0 to below this. */
  readonly vocabularySize: number;
}

/**
 * For each order 1 … `maxOrder`: how many n-grams of the prediction are in the references, each at most as often as it is in that
 * reference that has it most often ("modified precision" of K. Papineni et al., "BLEU", ACL 2002, §2.1).
 *
 * Order by order: an n-gram is the pair of its first n − 1 tokens' number and its last token, so none is ever spelled out, and what has
 * no match in one order is left out of the next. Time grows with `maxOrder` times the tokens.
 */
export function matchedNgrams({ prediction, references, vocabularySize }: NumberedTexts, maxOrder: number): number[] {
  const matches: number[] = Array(maxOrder).fill(0);
  // By where they begin, the n-grams of an order as numbers; −1 where nothing can match any more.
  const predicted = prediction.slice();
  const referred = references.map((tokens) => tokens.slice());
  let longest = prediction.length;
  for (const { length } of references) longest = Math.max(longest, length);
  let numbers = vocabularySize;
  for (let order = 1; order <= Math.min(maxOrder, longest); order++) {
    if (order > 1) {
      pairs.clear(longest);
      for (let index = 0; index < referred.length; index++) {
        lengthenReference(referred[index] ?? predicted, references[index] ?? prediction, order);
      }
      lengthenPrediction(predicted, prediction, order);
      numbers = pairs.size;
    }
    const matched = countMatches(predicted, referred, order, numbers);
    if (matched === 0) break;
    matches[order - 1] = matched;
  }
  return matches;
}

const pairs = new PairNumbers();

/** Makes n-grams of the next order. One that the prediction has not, as was just seen, begins none that it has. */
function lengthenReference(grams: Int32Array, tokens: Int32Array, order: number): void {
  for (let last = order - 1; last < tokens.length; last++) {
    const gram = grams[last - order + 1] ?? -1;
    grams[last - order + 1] = gram >= 0 && isPredicted[gram] === 1 ? pairs.add(gram, tokens[last] ?? 0) : -1;
  }
}

function lengthenPrediction(grams: Int32Array, tokens: Int32Array, order: number): void {
  for (let last = order - 1; last < tokens.length; last++) {
    const gram = grams[last - order + 1] ?? -1;
    grams[last - order + 1] = gram >= 0 ? pairs.find(gram, tokens[last] ?? 0) : -1;
  }
}

/** Memory by n-gram, used again at each call: how many matches are left, counts of one reference, 1 if the prediction has it. */
let left = new Int32Array(0);
let inOne = new Int32Array(0);
let isPredicted = new Uint8Array(0);
/** What a very long text needed is not kept. */
const MOST_KEPT = 2 ** 18;

function countMatches(predicted: Int32Array, references: readonly Int32Array[], order: number, numbers: number): number {
  if (left.length < numbers || left.length > MOST_KEPT) {
    const size = Math.max(numbers, 1024);
    left = new Int32Array(size);
    inOne = new Int32Array(size);
    isPredicted = new Uint8Array(size);
  } else {
    left.fill(0, 0, numbers);
    isPredicted.fill(0, 0, numbers);
  }
  for (let index = 0; index < references.length; index++) {
    if (index > 0) inOne.fill(0, 0, numbers);
    const counts = index === 0 ? left : inOne;
    const grams = references[index] ?? predicted;
    for (let at = 0; at <= grams.length - order; at++) {
      const gram = grams[at] ?? -1;
      if (gram < 0) continue;
      const count = (counts[gram] ?? 0) + 1;
      counts[gram] = count;
      if (count > (left[gram] ?? 0)) left[gram] = count;
    }
  }
  let matched = 0;
  for (let at = 0; at <= predicted.length - order; at++) {
    const gram = predicted[at] ?? -1;
    if (gram < 0) continue;
    isPredicted[gram] = 1;
    const remaining = left[gram] ?? 0;
    if (remaining === 0) continue;
    left[gram] = remaining - 1;
    matched++;
  }
  return matched;
}
