import { defineMetric, suggestion, TouchstoneError } from '@touchstone/core';
import { type BleuScore, type BleuSums, bleuSums, type SmoothMethod, sacrebleuScore } from './bleu-score.ts';
import { type BleuTokenizer, bleuTokenizer, tokenizerFor, unicodeOf } from './bleu-tokenizers.ts';
import { checkNumber, checkWholeNumber } from './number-option.ts';
import { trimPythonEnd } from './python-text.ts';
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
import type { TextSpans } from './text-spans.ts';

/** sacrebleu's options of BLEU, and its defaults. */
export interface SacrebleuOptions {
  /** Default: false. */
  readonly lowercase: boolean;
  /** How texts are split; see {@link BleuTokenizer}. Default: `13a`. */
  readonly tokenizer: BleuTokenizer;
  /** What an order without a match counts; see {@link SmoothMethod}. Default: `exp`. */
  readonly smoothMethod: SmoothMethod;
  /** For `floor` (default 0.1) and `add-k` (default 1). */
  readonly smoothValue: number | undefined;
  /** The longest n-grams that count. Default: 4. */
  readonly maxNgramOrder: number;
  /**
   * Whether orders of which the prediction has no n-gram are left out instead of making the score 0.
   * Default: as sacrebleu's functions, yes for the score of a row and no for that of the corpus.
   */
  readonly effectiveOrder: boolean | undefined;
}

const defaults: SacrebleuOptions = {
  lowercase: false,
  tokenizer: '13a',
  smoothMethod: 'exp',
  smoothValue: undefined,
  maxNgramOrder: 4,
  effectiveOrder: undefined,
};

/**
 * BLEU as sacrebleu 2.6.0 has it, 0 to 100: of each row (`sentence_bleu`), and under `sacrebleu/v1/corpus` of all rows
 * (`corpus_bleu`), which is no mean: n-grams and lengths are summed first.
 *
 * `targets` may be a list of references: n-grams of any of them count, and the one of the closest length gives the length.
 * The score's details have the precisions by order, the brevity penalty and both lengths in tokens.
 *
 * @example
 * const results = await evaluate({ data, predictions: 'answer', targets: 'reference', extraMetrics: [sacrebleu({ lowercase: true })] });
 * results.metrics['sacrebleu/v1/corpus'];
 */
export const sacrebleu = defineMetric({
  name: 'sacrebleu',
  version: 'v1',
  description: 'N-grams in common with the reference, 0 to 100, of rows and of the corpus (BLEU as sacrebleu)',
  greaterIsBetter: true,
  range: [0, 100],
  options: defaults,
  needs: { predictions: 'text', targets: oneOrMoreTexts },
  forLanguage: (language) => ({ tokenizer: tokenizerFor(language) }),
  signature: (options) => {
    checkOptions(options);
    const { maxNgramOrder, effectiveOrder, smoothValue, tokenizer } = options;
    return {
      ...signatureParts(options, { nrefs: 'var', effectiveOrder: effectiveOrder ?? true }),
      // What sacrebleu's own signature does not tell.
      ...(effectiveOrder === undefined ? { 'corpus-eff': 'no' } : {}),
      ...(maxNgramOrder === defaults.maxNgramOrder ? {} : { order: maxNgramOrder }),
      ...(smoothValue === undefined || Number(twoDecimals(smoothValue)) === smoothValue ? {} : { smoothValue }),
      ...unicodeOf(tokenizer),
    };
  },
  from: { module: '@touchstone/metric-text', export: 'sacrebleu', url: import.meta.url },
  statistics({ predictions, targets }, { options }) {
    const references = referencesOf(targets);
    const reason = tooLong('sacrebleu', predictions, references);
    if (reason !== undefined) return reason;
    const statistics = sumsOf(predictions, references, options);
    const { score, precisions, brevityPenalty, length, referenceLength } = scoreOf(statistics, options, { effectiveOrder: true });
    return { value: score, statistics, details: { precisions, brevityPenalty, length, referenceLength } };
  },
  combine: (total, _rows, { options }) => ({ corpus: scoreOf(total, options, { effectiveOrder: false }).score }),
});

/** A corpus score with what it is made of, and sacrebleu's signature of it. */
export interface CorpusBleu extends BleuScore {
  readonly signature: string;
}

/**
 * BLEU of a corpus without a run: what `sacrebleu.corpus_bleu` gives, with its signature.
 *
 * @throws TouchstoneError `bad-option`; `no-texts` when there is nothing to score
 * @example
 * corpusBleu([{ predictions: 'the cat sat', targets: ['the cat sat down', 'a cat sat'] }]).signature;
 * // 'nrefs:2|case:mixed|eff:no|tok:13a|smooth:exp|version:2.6.0'
 */
export function corpusBleu(texts: Iterable<PredictedText>, given: Partial<SacrebleuOptions> = {}): CorpusBleu {
  const options = { ...defaults, ...given };
  checkOptions(options);
  const { sums, nrefs } = sumOverTexts(texts, (prediction, references) => sumsOf(prediction, references, options));
  const effectiveOrder = options.effectiveOrder ?? false;
  return {
    ...scoreOf(sums, options, { effectiveOrder }),
    signature: sacrebleuSignature(signatureParts(options, { nrefs, effectiveOrder })),
  };
}

function sumsOf(prediction: string, references: readonly string[], options: SacrebleuOptions): BleuSums {
  const tokenize = bleuTokenizer(options.tokenizer);
  const tokensOf = (text: string): TextSpans => tokenize(trimPythonEnd(options.lowercase ? text.toLowerCase() : text));
  return bleuSums(tokensOf(prediction), references.map(tokensOf), {
    maxOrder: options.maxNgramOrder,
    referenceLength: 'closest',
  });
}

function scoreOf(sums: BleuSums, options: SacrebleuOptions, unlessSaid: { readonly effectiveOrder: boolean }): BleuScore {
  return sacrebleuScore(sums, {
    smoothMethod: options.smoothMethod,
    smoothValue: options.smoothValue ?? SMOOTH_VALUES[options.smoothMethod] ?? 0,
    effectiveOrder: options.effectiveOrder ?? unlessSaid.effectiveOrder,
  });
}

/** Methods, and the default of `smoothValue` for those that have one. */
const SMOOTH_VALUES: Readonly<Record<SmoothMethod, number | undefined>> = {
  exp: undefined,
  floor: 0.1,
  'add-k': 1,
  none: undefined,
};

function signatureParts(
  { lowercase, tokenizer, smoothMethod, smoothValue }: SacrebleuOptions,
  { nrefs, effectiveOrder }: { readonly nrefs: number | 'var'; readonly effectiveOrder: boolean },
): SignatureParts {
  const value = smoothValue ?? SMOOTH_VALUES[smoothMethod];
  return {
    nrefs,
    case: lowercase ? 'lc' : 'mixed',
    eff: yesOrNo(effectiveOrder),
    tok: tokenizer,
    smooth: value === undefined ? smoothMethod : `${smoothMethod}[${twoDecimals(value)}]`,
    version: SACREBLEU_VERSION,
  };
}

/** As Python's `f'{value:.2f}'`: `toFixed` but that a tie, an odd number of eighths, goes to the even digit. */
function twoDecimals(value: number): string {
  const floor = Math.floor(100 * value);
  return Math.abs((8 * value) % 2) === 1 && floor % 2 === 0 ? (floor / 100).toFixed(2) : value.toFixed(2);
}

function checkOptions({ tokenizer, smoothMethod, smoothValue, maxNgramOrder }: SacrebleuOptions): void {
  bleuTokenizer(tokenizer);
  checkWholeNumber('sacrebleu', 'maxNgramOrder', maxNgramOrder, [1, 20]);
  if (!Object.hasOwn(SMOOTH_VALUES, smoothMethod)) {
    const hint = suggestion(String(smoothMethod), Object.keys(SMOOTH_VALUES), { list: 'There are' });
    throw new TouchstoneError('bad-option', `There is no smoothing method '${smoothMethod}'.${hint}`);
  }
  if (smoothValue === undefined) return;
  if (SMOOTH_VALUES[smoothMethod] === undefined) {
    throw new TouchstoneError(
      'bad-option',
      `smoothValue goes with the smoothing methods floor and add-k, not with ${smoothMethod}: leave it out.`,
    );
  }
  // A floor above 1 would count an order without a match for more than one with matches.
  checkNumber('sacrebleu', 'smoothValue', smoothValue, smoothMethod === 'floor' ? [0, 1] : [0, 1_000_000]);
}
