import { type Skipped, skipped } from '@touchstone/core';
import type { Amount, Confusion, LabelTotal } from './confusion.ts';
import { type Label, listed, quoted } from './label.ts';

/** How the scores of several labels become one. */
export type Average = 'macro' | 'micro' | 'weighted';

export type LabelScore = 'precision' | 'recall' | 'f1';

/** Of one label against all others, each from 0 to 1; 0 where the denominator is, as `zero_division=0` of scikit-learn. */
export function scoreOfLabel(score: LabelScore, { support, predicted, hits }: Omit<LabelTotal, 'label'>): number {
  switch (score) {
    case 'precision':
      return ratio(hits.weight, predicted.weight);
    case 'recall':
      return ratio(hits.weight, support.weight);
    case 'f1':
      return ratio(2 * hits.weight, support.weight + predicted.weight);
  }
}

/** Over all labels that occur as a target or a prediction. Values of scikit-learn 1.9. */
export function averagedScore(score: LabelScore, confusion: Confusion, average: Average): number {
  const totals = [...confusion.totals.values()];
  if (average === 'micro') {
    const sum = (of: (total: LabelTotal) => Amount): Amount => ({ rows: 0, weight: sumOf(totals, (total) => of(total).weight) });
    return scoreOfLabel(score, {
      support: sum((one) => one.support),
      predicted: sum((one) => one.predicted),
      hits: sum((one) => one.hits),
    });
  }
  if (average === 'macro') return sumOf(totals, (total) => scoreOfLabel(score, total)) / totals.length;
  return (
    sumOf(totals, (total) => scoreOfLabel(score, total) * total.support.weight) / sumOf(totals, ({ support }) => support.weight)
  );
}

/** Counts of a binary classifier, in rows: weights and the choice of a positive label do not count, `last` is the positive one. As MLflow has it. */
export function binaryCounts(
  confusion: Confusion,
  [first, last]: readonly [Label, Label],
): Readonly<Record<string, number>> | Skipped {
  const occurring = [first, last].filter((label) => confusion.totals.has(label));
  if (occurring.length < 2) return onlyOneOccurs(occurring);
  const truePositives = confusion.cell(last, last).rows;
  return {
    true_negatives: confusion.cell(first, first).rows,
    false_positives: confusion.cell(first, last).rows,
    // Also those that were answered with no label at all.
    false_negatives: confusion.total(last).support.rows - truePositives,
    true_positives: truePositives,
  };
}

export function onlyOneOccurs(occurring: readonly Label[]): Skipped {
  return skipped(`targets and predictions are all ${listed(occurring)}, and this compares two labels`);
}

/** The mean recall of the labels that occur among the targets. Values of scikit-learn's balanced_accuracy_score. */
export function balancedAccuracy(confusion: Confusion): number {
  const present = [...confusion.totals.values()].filter(({ support }) => support.weight > 0);
  return sumOf(present, ({ hits, support }) => hits.weight / support.weight) / present.length;
}

/** The correlation of targets and predictions, −1 to 1; 0 where one of them is constant. J. Gorodkin, Computational Biology and Chemistry 28, 2004; values of scikit-learn's matthews_corrcoef. */
export function matthewsCorrelation(confusion: Confusion): number {
  const totals = [...confusion.totals.values()];
  const all = confusion.weight;
  const hits = sumOf(totals, (total) => total.hits.weight);
  const both = sumOf(totals, ({ support, predicted }) => support.weight * predicted.weight);
  const targets = all ** 2 - sumOf(totals, ({ support }) => support.weight ** 2);
  const predictions = all ** 2 - sumOf(totals, ({ predicted }) => predicted.weight ** 2);
  return targets * predictions === 0 ? 0 : (hits * all - both) / Math.sqrt(targets * predictions);
}

/** Agreement beyond chance, at most 1. J. Cohen, Educational and Psychological Measurement 20(1), 1960; values of scikit-learn's cohen_kappa_score. */
export function cohenKappa(confusion: Confusion): number | Skipped {
  const totals = [...confusion.totals.values()];
  const all = confusion.weight;
  const byChance = sumOf(totals, ({ support, predicted }) => (support.weight * predicted.weight) / all);
  const hits = sumOf(totals, (total) => total.hits.weight);
  if (totals.length < 2) return onlyOneOccurs(totals.map(({ label }) => label));
  return 1 - (all - hits) / (all - byChance);
}

/** A label against all others, as a line of MLflow's per_class_metrics.csv. */
export function perClassLine(confusion: Confusion, label: Label): Readonly<Record<string, Label | number>> | Skipped {
  if (!confusion.totals.has(label)) return skipped(`${quoted(label)} of labelList occurs nowhere`);
  const total = confusion.total(label);
  const { support, predicted, hits } = total;
  return {
    positive_class: label,
    true_negatives: confusion.rows - support.rows - predicted.rows + hits.rows,
    false_positives: predicted.rows - hits.rows,
    false_negatives: support.rows - hits.rows,
    true_positives: hits.rows,
    example_count: confusion.rows,
    accuracy_score: (confusion.weight - support.weight - predicted.weight + 2 * hits.weight) / confusion.weight,
    recall_score: scoreOfLabel('recall', total),
    precision_score: scoreOfLabel('precision', total),
    f1_score: scoreOfLabel('f1', total),
  };
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

function sumOf<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((sum, item) => sum + of(item), 0);
}
