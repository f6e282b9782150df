import { characterNumbers } from './character-numbers.ts';
import { matchedNgrams, type NumberedTexts } from './ngram-matches.ts';
import { type TextSpans, wordSpans } from './text-spans.ts';
import { tokenNumbers } from './token-numbers.ts';

/**
 * All that chrF needs of a row, and, summed over rows, of a corpus: for each order of characters, then for each order of words, the
 * n-grams of the prediction, those of the reference, and those in common.
 */
export type ChrfSums = readonly number[];

export interface ChrfCounting {
  readonly charOrder: number;
  readonly wordOrder: number;
  readonly whitespace: boolean;
}

export interface ChrfWeighing {
  readonly beta: number;
  readonly epsSmoothing: boolean;
}

export interface ChrfScore {
  /** 0 to 100. */
  readonly score: number;
  /** 0 to 100, the mean over the orders that both sides have. */
  readonly precision: number;
  /** 0 to 100, the mean over the orders that both sides have. */
  readonly recall: number;
}

/** Of several references the one with the highest score counts, the first of equals. */
export function chrfSums(
  prediction: string,
  references: readonly string[],
  { charOrder, wordOrder, whitespace, ...weighing }: ChrfCounting & ChrfWeighing,
): ChrfSums {
  const words = wordOrder === 0 ? undefined : wordsOf(prediction);
  let best: ChrfSums = [];
  let bestScore = Number.NEGATIVE_INFINITY;
  for (const reference of references) {
    const characters = characterNumbers(prediction, [reference], { whitespace: whitespace ? 'kept' : 'removed' });
    const sums = [
      ...countsByOrder(characters, charOrder),
      ...(words === undefined ? [] : countsByOrder(tokenNumbers(words, [wordsOf(reference)]), wordOrder)),
    ];
    if (references.length === 1) return sums;
    const { score } = chrfScore(sums, weighing);
    if (score <= bestScore) continue;
    best = sums;
    bestScore = score;
  }
  return best;
}

function countsByOrder(texts: NumberedTexts, maxOrder: number): number[] {
  const [reference] = texts.references;
  return matchedNgrams(texts, maxOrder).flatMap((matches, index) => {
    const ofReference = Math.max(0, (reference?.length ?? 0) - index);
    // An order that the reference has not is no order: sacrebleu then counts none of the prediction's n-grams.
    const ofPrediction = ofReference === 0 ? 0 : Math.max(0, texts.prediction.length - index);
    return [ofPrediction, ofReference, matches];
  });
}

/** chrF's words: one mark of ASCII punctuation is split from the end of a word, or else from its start: `(hi)` gives `(hi` and `)`. */
function wordsOf(text: string): TextSpans {
  const { bounds } = wordSpans(text);
  const split: number[] = [];
  for (let at = 0; at < bounds.length; at += 2) {
    const start = bounds[at] ?? 0;
    const end = bounds[at + 1] ?? 0;
    if (end - start > 1 && isPunctuation(text.charCodeAt(end - 1))) split.push(start, end - 1, end - 1, end);
    else if (end - start > 1 && isPunctuation(text.charCodeAt(start))) split.push(start, start + 1, start + 1, end);
    else split.push(start, end);
  }
  return { text, bounds: split };
}

/** ASCII's, `_` and `$` among them. */
function isPunctuation(code: number): boolean {
  return (
    (code > 0x20 && code < 0x30) || (code > 0x39 && code < 0x41) || (code > 0x5a && code < 0x61) || (code > 0x7a && code < 0x7f)
  );
}

/**
 * chrF as sacrebleu 2.6.0 computes it (M. Popović, "chrF", WMT 2015, and with words "chrF++", WMT 2017): precision and recall are averaged
 * over the orders that both sides have, and the F of these means is the score. With `epsSmoothing` the score is the mean of every
 * order's F instead, as in chrF++.py, NLTK and Moses, where an order that a side has not counts next to nothing.
 */
export function chrfScore(sums: ChrfSums, { beta, epsSmoothing }: ChrfWeighing): ChrfScore {
  const orders = sums.length / 3;
  let [precisions, recalls, effective, fs] = [0, 0, 0, 0];
  for (let index = 0; index < orders; index++) {
    const [ofPrediction = 0, ofReference = 0, matches = 0] = sums.slice(3 * index, 3 * index + 3);
    const precision = ofPrediction > 0 ? matches / ofPrediction : EPSILON;
    const recall = ofReference > 0 ? matches / ofReference : EPSILON;
    fs += fOf(precision, recall, beta) ?? EPSILON;
    if (ofPrediction === 0 || ofReference === 0) continue;
    precisions += precision;
    recalls += recall;
    effective++;
  }
  const [precision, recall] = effective === 0 ? [0, 0] : [precisions / effective, recalls / effective];
  const score = epsSmoothing ? fs / orders : (fOf(precision, recall, beta) ?? 0);
  return { score: 100 * score, precision: 100 * precision, recall: 100 * recall };
}

const EPSILON = 1e-16;

/** The F-measure in which recall counts `beta` times as much as precision; `undefined` where both are 0. */
function fOf(precision: number, recall: number, beta: number): number | undefined {
  const factor = beta ** 2;
  const denominator = factor * precision + recall;
  return denominator > 0 ? ((1 + factor) * precision * recall) / denominator : undefined;
}
