import type { Item, NamedAggregates, Score, Skipped } from '@touchstone/core';
import { type ClassSetting, type LabelledRow, severalKinds, unknownLabel } from './confusion.ts';
import { kindOf, type Label, type LabelKind } from './label.ts';
import { type LabelScore, onlyOneOccurs, scoreOfLabel } from './label-scores.ts';
import type { BinaryLabels } from './label-set.ts';
import { cannotWeigh, type Weighing } from './weighing.ts';

/**
 * What a row adds to accuracy, and to precision, recall and F1 where both labels are known beforehand. Sums need no look at other
 * rows, so they are kept with the run, and can be added anywhere.
 * Order: weight of right rows, weight, rows with a weight, rows with a label of each kind, then what `more` adds.
 */
export function classSums(
  row: LabelledRow,
  item: Pick<Item, 'work'>,
  { weighing }: ClassSetting,
  pair: readonly Label[] | undefined,
  more: (weight: number) => readonly number[] = () => [],
): readonly number[] | Score {
  if (pair?.includes(row.targets) === false) return unknownLabel(row.targets, pair);
  const given = weighing.of(row, item);
  const weight = given ?? 1;
  const [target, prediction] = [kindOf(row.targets), kindOf(row.predictions)];
  const kinds = KINDS.map((kind) => Number(target === kind || prediction === kind));
  return [row.targets === row.predictions ? weight : 0, weight, given === undefined ? 0 : 1, ...kinds, ...more(weight)];
}

export function accuracyOf(sums: readonly number[], rows: number, { weighing }: ClassSetting): number | Skipped {
  const [right = 0, weight = 0] = sums;
  return problemOf(sums, rows, weighing) ?? right / weight;
}

/** The further sums of {@link classSums} for the scores of a binary classifier: weight of targets, predictions and hits of the positive label, rows of each label. */
export function pairSums({ targets, predictions }: LabelledRow, { labels: [first, last], positive }: BinaryLabels) {
  return (weight: number): readonly number[] => {
    const [isTarget, isPrediction] = [targets === positive, predictions === positive];
    return [
      isTarget ? weight : 0,
      isPrediction ? weight : 0,
      isTarget && isPrediction ? weight : 0,
      Number(targets === first || predictions === first),
      Number(targets === last || predictions === last),
    ];
  };
}

export function pairScoreOf(
  score: LabelScore,
  sums: readonly number[],
  rows: number,
  { labels }: BinaryLabels,
  { weighing }: ClassSetting,
): number | Skipped {
  const [support = 0, predicted = 0, hits = 0, ...occurrences] = sums.slice(3 + KINDS.length);
  const occurring = labels.filter((_, index) => (occurrences[index] ?? 0) > 0);
  const problem = problemOf(sums, rows, weighing) ?? (occurring.length < 2 ? onlyOneOccurs(occurring) : undefined);
  if (problem !== undefined) return problem;
  const amount = (weight: number) => ({ rows: 0, weight });
  return scoreOfLabel(score, { support: amount(support), predicted: amount(predicted), hits: amount(hits) });
}

function problemOf(sums: readonly number[], rows: number, weighing: Weighing): Skipped | undefined {
  const [, weight = 0, weighted = 0, ...kinds] = sums;
  return severalKinds(KINDS.filter((_, index) => (kinds[index] ?? 0) > 0)) ?? cannotWeigh(weighing, weighted, rows, weight);
}

const KINDS: readonly LabelKind[] = ['texts', 'numbers', 'true or false'];

/** A number under the metric's own name, or why there is none. */
export function named(name: string, value: number | Skipped): NamedAggregates {
  return typeof value === 'number' ? { [name]: value } : value;
}
