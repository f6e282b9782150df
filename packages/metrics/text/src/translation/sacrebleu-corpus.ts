import { TouchstoneError } from '@touchstone/core';
import { referencesOf } from './references.ts';

/** A prediction and its reference, or its references, named as the columns of a row. */
export interface PredictedText {
  readonly predictions: string;
  readonly targets: string | readonly string[];
}

/** The version whose numbers these are. */
export const SACREBLEU_VERSION = '2.6.0';

/** Parts of a signature in sacrebleu's order and words. */
export type SignatureParts = Readonly<Record<string, string | number>>;

/** As sacrebleu prints it: `nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp|version:2.6.0`. */
export function sacrebleuSignature(parts: SignatureParts): string {
  return Object.entries(parts)
    .map(([name, value]) => `${name}:${value}`)
    .join('|');
}

export const yesOrNo = (value: boolean): 'yes' | 'no' => (value ? 'yes' : 'no');

/** The sums of all texts, and how many references each has: `var` when not all have as many. */
export interface CorpusSums {
  readonly sums: readonly number[];
  readonly nrefs: number | 'var';
}

/** @throws TouchstoneError `no-texts` when there is nothing to score, or a text has no reference */
export function sumOverTexts(
  texts: Iterable<PredictedText>,
  sumsOf: (prediction: string, references: readonly string[]) => readonly number[],
): CorpusSums {
  let sums: number[] | undefined;
  const counts = new Set<number>();
  for (const { predictions, targets } of texts) {
    const references = referencesOf(targets);
    if (references.length === 0)
      throw new TouchstoneError('no-texts', 'A text without a reference cannot be scored: targets is an empty list.');
    counts.add(references.length);
    const summands = sumsOf(predictions, references);
    sums = sums === undefined ? [...summands] : sums.map((sum, index) => sum + (summands[index] ?? 0));
  }
  if (sums === undefined)
    throw new TouchstoneError('no-texts', 'There are no texts to score: give at least one { predictions, targets }.');
  const [only = 0] = counts;
  return { sums, nrefs: counts.size === 1 ? only : 'var' };
}
