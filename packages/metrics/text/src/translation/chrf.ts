import { defineMetric, TouchstoneError } from '@touchstone/core';
import { type ChrfScore, type ChrfSums, chrfScore, chrfSums } from './chrf-score.ts';
import { checkNumber, checkWholeNumber } from './number-option.ts';
import { oneOrMoreTexts, referencesOf } from './references.ts';
import {
  type PredictedText,
  SACREBLEU_VERSION,
  type SignatureParts,
  sacrebleuSignature,
  sumOverTexts,
  yesOrNo,
} from './sacrebleu-corpus.ts';
import { tooLong } from './text-limits.ts';

/** sacrebleu's options of chrF, and its defaults. */
export interface ChrfOptions {
  /** The longest n-grams of characters that count. Default: 6. */
  readonly charOrder: number;
  /** The longest n-grams of words that count. Default: 0 for `chrf`, 2 for `chrfpp`. */
  readonly wordOrder: number;
  /** How many times as much recall counts as precision. Default: 2. */
  readonly beta: number;
  /** Default: false. */
  readonly lowercase: boolean;
  /** Whether white space counts as a character. Default: false. */
  readonly whitespace: boolean;
  /** The mean over all orders' F, as chrF++.py, NLTK and Moses have it, instead of the F of the means. Default: false. */
  readonly epsSmoothing: boolean;
}

const defaults: ChrfOptions = {
  charOrder: 6,
  wordOrder: 0,
  beta: 2,
  lowercase: false,
  whitespace: false,
  epsSmoothing: false,
};

/**
 * chrF as sacrebleu 2.6.0 has it, 0 to 100: n-grams of characters in common, of each row and, summed, under `chrf/v1/corpus` of all rows.
 * It needs no tokenizer, and so suits Korean, Chinese and Japanese as well.
 *
 * `targets` may be a list of references: the one with the highest score counts.
 * The score's details have mean precision and recall over the orders that both sides have.
 *
 * @example
 * await chrf().score({ predictions: '서울은 한국의 수도다', targets: '서울은 대한민국의 수도입니다' });
 */
export const chrf = define(
  'chrf',
  defaults,
  'N-grams of characters in common with the reference, 0 to 100, of rows and of the corpus',
);

/** {@link chrf} with single words and pairs of words besides: chrF++. */
export const chrfpp = define(
  'chrfpp',
  { ...defaults, wordOrder: 2 },
  'N-grams of characters and words in common with the reference, 0 to 100, of rows and of the corpus (chrF++)',
);

/** A corpus score with sacrebleu's signature of it. */
export interface CorpusChrf extends ChrfScore {
  readonly signature: string;
}

/**
 * chrF of a corpus without a run: what `sacrebleu.corpus_chrf` gives, with its signature. `{ wordOrder: 2 }` makes it chrF++.
 *
 * @throws TouchstoneError `bad-option`; `no-texts` when there is nothing to score
 * @example
 * corpusChrf([{ predictions: 'the cat sat', targets: 'the cat sat down' }], { wordOrder: 2 }).score;
 */
export function corpusChrf(texts: Iterable<PredictedText>, given: Partial<ChrfOptions> = {}): CorpusChrf {
  const options = { ...defaults, ...given };
  checkOptions('corpusChrf', options);
  const { sums, nrefs } = sumOverTexts(texts, (prediction, references) => sumsOf(prediction, references, options));
  return { ...chrfScore(sums, options), signature: sacrebleuSignature(signatureParts(options, nrefs)) };
}

function define<const Name extends 'chrf' | 'chrfpp'>(name: Name, options: ChrfOptions, description: string) {
  return defineMetric({
    name,
    version: 'v1',
    description,
    greaterIsBetter: true,
    range: [0, 100],
    options,
    needs: { predictions: 'text', targets: oneOrMoreTexts },
    signature: (options) => {
      checkOptions(name, options);
      // sacrebleu has beta in the name, chrF2, and not in the signature.
      return { ...signatureParts(options, 'var'), ...(options.beta === defaults.beta ? {} : { beta: options.beta }) };
    },
    from: { module: '@touchstone/metric-text', export: name, url: import.meta.url },
    statistics({ predictions, targets }, { options }) {
      const references = referencesOf(targets);
      const reason = tooLong(name, predictions, references);
      if (reason !== undefined) return reason;
      const statistics = sumsOf(predictions, references, options);
      const { score, precision, recall } = chrfScore(statistics, options);
      return { value: score, statistics, details: { precision, recall } };
    },
    combine: (total, _rows, { options }) => ({ corpus: chrfScore(total, options).score }),
  });
}

function sumsOf(prediction: string, references: readonly string[], options: ChrfOptions): ChrfSums {
  if (!options.lowercase) return chrfSums(prediction, references, options);
  return chrfSums(
    prediction.toLowerCase(),
    references.map((reference) => reference.toLowerCase()),
    options,
  );
}

function signatureParts(options: ChrfOptions, nrefs: number | 'var'): SignatureParts {
  return {
    nrefs,
    case: options.lowercase ? 'lc' : 'mixed',
    eff: yesOrNo(!options.epsSmoothing),
    nc: options.charOrder,
    nw: options.wordOrder,
    space: yesOrNo(options.whitespace),
    version: SACREBLEU_VERSION,
  };
}

function checkOptions(name: string, { charOrder, wordOrder, beta }: ChrfOptions): void {
  checkWholeNumber(name, 'charOrder', charOrder, [0, 20]);
  checkWholeNumber(name, 'wordOrder', wordOrder, [0, 20]);
  checkNumber(name, 'beta', beta, [0, 1000]);
  if (charOrder + wordOrder === 0) {
    throw new TouchstoneError('bad-option', `${name}: charOrder and wordOrder are both 0, so there is nothing to count.`);
  }
}
