import { BandedDistance } from './banded-distance.ts';
import { editCount } from './edit-rate.ts';
import { spanCount, type TextSpans } from './text-spans.ts';
import { tokenNumbers } from './token-numbers.ts';

/** All that TER needs of a row, and, summed over rows, of a corpus. */
export type TerSums = readonly [edits: number, referenceLength: number];

/** Of several references the one with the fewest edits counts, with the mean length of all of them. */
export function terSums(prediction: TextSpans, references: readonly TextSpans[]): TerSums {
  const texts = tokenNumbers(prediction, references);
  const edits = texts.references.map((reference) => editCount(texts.prediction, reference));
  const words = references.reduce((sum, reference) => sum + spanCount(reference), 0);
  return [Math.min(...edits), words / references.length];
}

/** Cells of the tables that {@link terSums} makes. */
export function terCells(prediction: TextSpans, references: readonly TextSpans[]): number {
  return references.reduce((sum, reference) => sum + BandedDistance.cells(spanCount(prediction), spanCount(reference)), 0);
}

/** Edits for 100 words of the reference: 0 and up. Where the reference has no word 100, and 0 where the prediction has none either. */
export function terScore([edits = 0, referenceLength = 0]: readonly number[]): number {
  if (referenceLength > 0) return 100 * (edits / referenceLength);
  return edits > 0 ? 100 : 0;
}
