import { matchedNgrams } from './ngram-matches.ts';
import { spanCount, type TextSpans } from './text-spans.ts';
import { tokenNumbers } from './token-numbers.ts';

/**
 * All that BLEU needs of a row, and, summed over rows, of a corpus: tokens of the prediction, tokens of the reference, then for each
 * order 1 … n the n-grams in common, then for each order the n-grams of the prediction.
 */
export type BleuSums = readonly number[];

/**
 * @param options.referenceLength which of several references gives the length: the one `closest` to the prediction's, of two equally close
 *   ones the shorter (sacrebleu, after Papineni), or the `shortest` (Hugging Face). The shortest passes over references without tokens.
 */
export function bleuSums(
  prediction: TextSpans,
  references: readonly TextSpans[],
  options: { readonly maxOrder: number; readonly referenceLength: 'closest' | 'shortest' },
): BleuSums {
  const length = spanCount(prediction);
  const lengths = references.map(spanCount);
  const referenceLength = options.referenceLength === 'closest' ? closest(lengths, length) : shortest(lengths);
  const matches = matchedNgrams(tokenNumbers(prediction, references), options.maxOrder);
  const totals = matches.map((_, index) => Math.max(0, length - index));
  return [length, referenceLength, ...matches, ...totals];
}

function closest(lengths: readonly number[], wanted: number): number {
  const distance = (length: number): number => Math.abs(length - wanted);
  return lengths.reduce((best, length) =>
    distance(length) < distance(best) || (distance(length) === distance(best) && length < best) ? length : best,
  );
}

function shortest(lengths: readonly number[]): number {
  return lengths.reduce((best, length) => (length > 0 && (best === 0 || length < best) ? length : best), 0);
}

export interface BleuScore {
  readonly score: number;
  /** N-grams in common by order, after smoothing. */
  readonly counts: readonly number[];
  /** N-grams of the prediction by order, after smoothing. */
  readonly totals: readonly number[];
  /** On the scale of the score. */
  readonly precisions: readonly number[];
  /** Below 1 where the prediction is shorter than the reference. */
  readonly brevityPenalty: number;
  /** Tokens of the prediction. */
  readonly length: number;
  readonly referenceLength: number;
}

/**
 * What an order without a match counts (B. Chen and C. Cherry, "A systematic comparison of smoothing techniques for sentence-level
 * BLEU", WMT 2014):
 *
 * - `exp`: 1/2 of an n-gram the first time, 1/4 the second time, …
 * - `floor`: `smoothValue` of an n-gram
 * - `add-k`: from order 2 on, `smoothValue` is added to matches and n-grams of every order
 * - `none`: nothing, and the score is 0
 */
export type SmoothMethod = 'exp' | 'floor' | 'add-k' | 'none';

/** BLEU from 0 to 100 as sacrebleu 2.6.0 computes it. Its rounding errors above 100 are cut: of equal texts it says 100.00000000000004. */
export function sacrebleuScore(
  sums: BleuSums,
  options: { readonly smoothMethod: SmoothMethod; readonly smoothValue: number; readonly effectiveOrder: boolean },
): BleuScore {
  const { length, referenceLength, matches, totals } = parts(sums);
  const counts = [...matches];
  const precisions: number[] = counts.map(() => 0);
  const brevityPenalty = length >= referenceLength ? 1 : length === 0 ? 0 : Math.exp(1 - referenceLength / length);
  const unscored = { score: 0, counts, totals, precisions, brevityPenalty, length, referenceLength };
  if (counts.every((count) => count === 0)) return unscored;

  let unmatched = 1;
  let orders = counts.length;
  for (let index = 0; index < counts.length; index++) {
    if (options.smoothMethod === 'add-k' && index > 0) {
      counts[index] = (counts[index] ?? 0) + options.smoothValue;
      totals[index] = (totals[index] ?? 0) + options.smoothValue;
    }
    const [count, total] = [counts[index] ?? 0, totals[index] ?? 0];
    if (total === 0) break;
    if (options.effectiveOrder) orders = index + 1;
    if (count > 0) precisions[index] = (100 * count) / total;
    else if (options.smoothMethod === 'exp') {
      unmatched *= 2;
      precisions[index] = 100 / (unmatched * total);
    } else if (options.smoothMethod === 'floor') precisions[index] = (100 * options.smoothValue) / total;
  }
  const used = precisions.slice(0, orders);
  if (used.includes(0)) return unscored;
  const logarithms = used.reduce((sum, precision) => sum + Math.log(precision), 0);
  return { ...unscored, score: Math.min(100, brevityPenalty * Math.exp(logarithms / orders)) };
}

/**
 * BLEU from 0 to 1 as Hugging Face's `bleu` and MLflow compute it. 0 where a side has no token: Hugging Face divides by zero there, of
 * which MLflow makes 0.
 *
 * @param options.smooth adds one to the matches and n-grams of every order (C.-Y. Lin and F. J. Och, "ORANGE", COLING 2004)
 */
export function huggingFaceBleu(sums: BleuSums, options: { readonly smooth: boolean }): BleuScore {
  const { length, referenceLength, matches, totals } = parts(sums);
  const added = options.smooth ? 1 : 0;
  const precisions = matches.map((count, index) => {
    const total = (totals[index] ?? 0) + added;
    return total === 0 ? 0 : (count + added) / total;
  });
  const computable = length > 0 && referenceLength > 0;
  const brevityPenalty = !computable ? 0 : length > referenceLength ? 1 : Math.exp(1 - 1 / (length / referenceLength));
  const logarithms = precisions.reduce((sum, precision) => sum + Math.log(precision) / precisions.length, 0);
  const score = computable && precisions.every((precision) => precision > 0) ? Math.exp(logarithms) * brevityPenalty : 0;
  return { score, counts: matches, totals, precisions, brevityPenalty, length, referenceLength };
}

function parts(sums: BleuSums) {
  const [length = 0, referenceLength = 0, ...byOrder] = sums;
  const orders = byOrder.length / 2;
  return { length, referenceLength, matches: byOrder.slice(0, orders), totals: byOrder.slice(orders) };
}
