import { defineMetric } from '@touchstone/core';
import { oneOrMoreTexts, referencesOf } from './references.ts';
import {
  type PredictedText,
  SACREBLEU_VERSION,
  type SignatureParts,
  sacrebleuSignature,
  sumOverTexts,
  yesOrNo,
} from './sacrebleu-corpus.ts';
import { terCells, terScore, terSums } from './ter-score.ts';
import { type TerTokenOptions, terReferenceTokens, terTokens } from './ter-tokens.ts';
import { tooLong, tooMany } from './text-limits.ts';

/** sacrebleu's options of TER, and its defaults: all false, and text is lower-cased. */
export interface TerOptions extends TerTokenOptions {}

const defaults: TerOptions = { normalized: false, noPunct: false, asianSupport: false, caseSensitive: false };

/** Of the table of edits: two texts of some 80,000 words are within it. */
const MOST_CELLS = 2 ** 22;

/**
 * Translation edit rate as sacrebleu 2.6.0 has it: edits (words inserted, deleted, replaced, and runs of words moved) for 100 words of
 * the reference, of each row and, summed, under `ter/v1/corpus` of all rows. Less is better; it can exceed 100.
 *
 * `targets` may be a list of references: the fewest edits count, against their mean length.
 * The score's details have the edits and the reference's length in words.
 *
 * Edits are found by a greedy search with sacrebleu's limits (shifts of up to 10 words over up to 50 words, 1,000 trials, an edit
 * distance that only looks along the diagonal), so they may be more than the fewest, and time grows with the number of words and not
 * with its square. Texts of more than some 80,000 words are skipped.
 *
 * @example
 * await ter().score({ predictions: 'a b c d', targets: 'c d a b' }); // one shift for four words: 25
 */
export const ter = defineMetric({
  name: 'ter',
  version: 'v1',
  description: 'Edits for 100 words of the reference, of rows and of the corpus (translation edit rate)',
  greaterIsBetter: false,
  options: defaults,
  needs: { predictions: 'text', targets: oneOrMoreTexts },
  forLanguage: (language) => (['zh', 'yue', 'ja'].includes(language) ? { normalized: true, asianSupport: true } : {}),
  signature: (options) => ({ ...signatureParts(options, 'var') }),
  from: { module: '@touchstone/metric-text', export: 'ter', url: import.meta.url },
  statistics({ predictions, targets }, { options }) {
    const references = referencesOf(targets);
    const reason = tooLong('ter', predictions, references);
    if (reason !== undefined) return reason;
    const said = terTokens(predictions, options);
    const wanted = references.map((reference) => terReferenceTokens(reference, options));
    const cells = terCells(said, wanted);
    if (cells > MOST_CELLS) return tooMany('ter', cells, MOST_CELLS, 'steps');
    const [edits, referenceLength] = terSums(said, wanted);
    return {
      value: terScore([edits, referenceLength]),
      statistics: [edits, referenceLength],
      details: { edits, referenceLength },
    };
  },
  combine: (total) => ({ corpus: terScore(total) }),
});

/** A corpus score with what it is made of, and sacrebleu's signature of it. */
export interface CorpusTer {
  readonly score: number;
  readonly edits: number;
  /** Words of the references; of several references of a text their mean. */
  readonly referenceLength: number;
  readonly signature: string;
}

/**
 * TER of a corpus without a run: what `sacrebleu.corpus_ter` gives, with its signature. There is no limit to the lengths here.
 *
 * @throws TouchstoneError `no-texts` when there is nothing to score
 * @example
 * corpusTer([{ predictions: 'the cat sat', targets: 'the cat sat down' }]).score; // 25
 */
export function corpusTer(texts: Iterable<PredictedText>, given: Partial<TerOptions> = {}): CorpusTer {
  const options = { ...defaults, ...given };
  const { sums, nrefs } = sumOverTexts(texts, (prediction, references) =>
    terSums(
      terTokens(prediction, options),
      references.map((reference) => terReferenceTokens(reference, options)),
    ),
  );
  const [edits = 0, referenceLength = 0] = sums;
  return { score: terScore(sums), edits, referenceLength, signature: sacrebleuSignature(signatureParts(options, nrefs)) };
}

function signatureParts(options: TerOptions, nrefs: number | 'var'): SignatureParts {
  return {
    nrefs,
    case: options.caseSensitive ? 'mixed' : 'lc',
    tok: 'tercom',
    norm: yesOrNo(options.normalized),
    punct: yesOrNo(!options.noPunct),
    asian: yesOrNo(options.asianSupport),
    version: SACREBLEU_VERSION,
  };
}
