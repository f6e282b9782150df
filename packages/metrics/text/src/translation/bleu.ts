import { defineMetric } from '@touchstone/core';
import { bleuSums, huggingFaceBleu } from './bleu-score.ts';
import { type BleuTokenizer, bleuTokenizer, tokenizerFor, unicodeOf } from './bleu-tokenizers.ts';
import { checkWholeNumber } from './number-option.ts';
import { oneOrMoreTexts, referencesOf } from './references.ts';
import { tooLong } from './text-limits.ts';

export interface BleuOptions {
  /** How texts are split; see {@link BleuTokenizer}. Default: `13a`. */
  readonly tokenizer: BleuTokenizer;
  /** The longest n-grams that count. Default: 4. */
  readonly maxNgramOrder: number;
  /** Adds one to the matches and n-grams of every order, so that a short text is not always 0. Default: false, as MLflow. */
  readonly smooth: boolean;
}

const defaults: BleuOptions = { tokenizer: '13a', maxNgramOrder: 4, smooth: false };

/**
 * BLEU of each row, 0 to 1, as Hugging Face's `bleu` and `mlflow.metrics.bleu` have it: not smoothed, so a text of fewer than four tokens
 * scores 0 even when it is equal. For a corpus, or single sentences, {@link sacrebleu} is the better measure.
 *
 * `targets` may be a list of references: n-grams of any of them count, and the shortest gives the length.
 * The score's details have the precisions by order, the brevity penalty and both lengths in tokens.
 *
 * @example
 * await bleu().score({ predictions: 'the cat sat on the mat', targets: 'the cat sat on a mat' });
 * // { status: 'scored', value: 0.537…, details: { precisions: [5/6, 3/5, 2/4, 1/3], … } }
 */
export const bleu = defineMetric({
  name: 'bleu',
  version: 'v1',
  description: 'N-grams in common with the reference, 0 to 1 (BLEU as MLflow and Hugging Face)',
  greaterIsBetter: true,
  range: [0, 1],
  options: defaults,
  needs: { predictions: 'text', targets: oneOrMoreTexts },
  forLanguage: (language) => ({ tokenizer: tokenizerFor(language) }),
  signature: ({ tokenizer, maxNgramOrder, smooth }) => {
    bleuTokenizer(tokenizer);
    checkWholeNumber('bleu', 'maxNgramOrder', maxNgramOrder, [1, 20]);
    return { tok: tokenizer, order: maxNgramOrder, smooth, ...unicodeOf(tokenizer) };
  },
  from: { module: '@touchstone/metric-text', export: 'bleu', url: import.meta.url },
  scoreRow({ predictions, targets }, { options }) {
    const references = referencesOf(targets);
    const reason = tooLong('bleu', predictions, references);
    if (reason !== undefined) return reason;
    const tokensOf = bleuTokenizer(options.tokenizer);
    const sums = bleuSums(tokensOf(predictions), references.map(tokensOf), {
      maxOrder: options.maxNgramOrder,
      referenceLength: 'shortest',
    });
    const { score, precisions, brevityPenalty, length, referenceLength } = huggingFaceBleu(sums, options);
    return { value: score, details: { precisions, brevityPenalty, length, referenceLength } };
  },
});
