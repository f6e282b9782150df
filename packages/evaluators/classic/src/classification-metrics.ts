import { defineMetric, type NamedAggregates, type Skipped, type StandardSchemaV1 } from '@touchstone/core';
import { accuracyOf, classSums, named, pairScoreOf, pairSums } from './class-sums.ts';
import { type ClassSetting, Confusion } from './confusion.ts';
import { type Label, label } from './label.ts';
import {
  type Average,
  averagedScore,
  balancedAccuracy as balancedAccuracyOf,
  binaryCounts,
  cohenKappa as cohenKappaOf,
  type LabelScore,
  matthewsCorrelation,
  onlyOneOccurs,
  scoreOfLabel,
} from './label-scores.ts';
import { knownPair, type LabelSet, labelSetOf } from './label-set.ts';
import type { LabelledProbabilities } from './labelled-probabilities.ts';
import { type ClassicName, type MetricOrigin, metricHead, originAt } from './metric-head.ts';
import { weight } from './number-cell.ts';
import { probabilities } from './probability-cell.ts';
import { ProbabilityTable } from './probability-table.ts';
import { columnWeights } from './weighing.ts';

/** The metrics of a classifier, which share what is known of its labels and weights, and two readings of the rows. */
export interface ClassificationSetting extends ClassSetting {
  /** How the scores of more than two labels become one. */
  readonly average: Average;
  /** Called for an empty tally; the evaluator keeps the tallies for its tables and pictures. */
  readonly onTally?: (tally: Confusion | ProbabilityTable) => void;
  /** Where these very metrics are exports. */
  readonly origin?: MetricOrigin;
}

export function classificationMetrics(setting: ClassificationSetting) {
  const confusion = (): Confusion => told(new Confusion(setting), setting);
  const table = (): ProbabilityTable => told(new ProbabilityTable(setting), setting);
  const onLabels = { needs: LABELS, signature: () => signatureOf(setting) } as const;
  const onProbabilities = { needs: PROBABILITIES, signature: () => signatureOf(setting) } as const;

  const count = <const Name extends ClassicName>(name: Name, exported: string, description: string, greaterIsBetter: boolean) =>
    defineMetric({
      ...onLabels,
      ...metricHead(name, exported, description, setting.origin),
      greaterIsBetter,
      tally: confusion,
      conclude: (tally) =>
        concludeOn(tally, setting, (set) => {
          if (set.kind !== 'binary') return {};
          const counts = binaryCounts(tally, set.labels);
          return isSkipped(counts) ? counts : named(name, counts[name] ?? 0);
        }),
    });

  const ofMatrix = <const Name extends ClassicName>(
    name: Name,
    exported: string,
    description: string,
    range: readonly [number, number],
    compute: (tally: Confusion) => number | Skipped,
  ) =>
    defineMetric({
      ...onLabels,
      ...metricHead(name, exported, description, setting.origin),
      version: 'v1',
      greaterIsBetter: true,
      range,
      tally: confusion,
      conclude: (tally) => tally.problem ?? named(name, compute(tally)),
    });

  const ofRanking = <const Name extends ClassicName>(
    name: Name,
    exported: string,
    description: string,
    better: { readonly greaterIsBetter: boolean; readonly range?: readonly [number, number] },
    compute: (read: LabelledProbabilities) => number | Skipped | undefined,
  ) =>
    defineMetric({
      ...onProbabilities,
      ...metricHead(name, exported, description, setting.origin),
      ...better,
      tally: table,
      conclude: (tally) => {
        const read = tally.read();
        if (isSkipped(read)) return read;
        const value = compute(read);
        return value === undefined ? {} : named(name, value);
      },
    });

  return {
    trueNegatives: count('true_negatives', 'trueNegatives', 'Rows of the first of two labels that were called so', true),
    falsePositives: count(
      'false_positives',
      'falsePositives',
      'Rows of the first of two labels that were called the last',
      false,
    ),
    falseNegatives: count('false_negatives', 'falseNegatives', 'Rows of the last of two labels that were not called so', false),
    truePositives: count('true_positives', 'truePositives', 'Rows of the last of two labels that were called so', true),
    exampleCount: defineMetric({
      ...onLabels,
      ...metricHead('example_count', 'exampleCount', 'Rows that have a target and a prediction'),
      greaterIsBetter: true,
      tally: confusion,
      conclude: ({ rows }) => ({ example_count: rows }),
    }),
    accuracyScore: defineMetric({
      ...onLabels,
      ...metricHead('accuracy_score', 'accuracyScore', 'Share of rows whose label was predicted', setting.origin),
      greaterIsBetter: true,
      range: [0, 1],
      statistics: (row, item) => classSums(row, item, setting, knownPair(setting)),
      combine: (sums, rows) => named('accuracy_score', accuracyOf(sums, rows, setting)),
    }),
    recallScore: labelScore('recall', setting, confusion),
    precisionScore: labelScore('precision', setting, confusion),
    f1Score: labelScore('f1', setting, confusion),
    logLoss: ofRanking(
      'log_loss',
      'logLoss',
      'How surprised the probabilities were by the targets',
      { greaterIsBetter: false },
      (read) => read.logLoss(),
    ),
    rocAuc: ofRanking(
      'roc_auc',
      'rocAuc',
      'How often a positive row has a higher probability than a negative one',
      { greaterIsBetter: true, range: [0, 1] },
      (read) =>
        read.labels.kind === 'multiclass' && setting.average === 'micro'
          ? undefined
          : read.rocAuc(setting.average === 'macro' ? 'macro' : 'weighted'),
    ),
    precisionRecallAuc: ofRanking(
      'precision_recall_auc',
      'precisionRecallAuc',
      'Average precision of two labels over all thresholds',
      { greaterIsBetter: true, range: [0, 1] },
      (read) => read.precisionRecallAuc(),
    ),
    balancedAccuracy: ofMatrix('balanced_accuracy', 'balancedAccuracy', 'Mean recall of the labels', [0, 1], balancedAccuracyOf),
    matthewsCorrcoef: ofMatrix(
      'matthews_corrcoef',
      'matthewsCorrcoef',
      'Correlation of targets and predictions',
      [-1, 1],
      matthewsCorrelation,
    ),
    cohenKappa: ofMatrix(
      'cohen_kappa',
      'cohenKappa',
      'Agreement of targets and predictions beyond chance',
      [-1, 1],
      cohenKappaOf,
    ),
  } as const;
}

export const LABEL_SCORES = {
  precision: {
    name: 'precision_score',
    exported: 'precisionScore',
    description: 'Share of the predictions of a label that are right',
  },
  recall: { name: 'recall_score', exported: 'recallScore', description: 'Share of the rows of a label that were found' },
  f1: { name: 'f1_score', exported: 'f1Score', description: 'Harmonic mean of precision and recall' },
} as const;

/** Written out, so that the declarations name core's type and not the package that core has it from. */
export const LABELS: {
  readonly predictions: StandardSchemaV1<Label, Label>;
  readonly targets: StandardSchemaV1<Label, Label>;
  readonly 'sample_weights?': StandardSchemaV1<number | string, number>;
} = { predictions: label, targets: label, 'sample_weights?': weight };
const PROBABILITIES = { ...LABELS, probabilities } as const;

/** Without a setting: labels are found in the data, weights in the column `sample_weights`. */
export const columnSetting: ClassificationSetting = {
  weighing: columnWeights,
  average: 'weighted',
  origin: originAt(import.meta.url),
};

/** Labels are found in the data: two are binary, with the last one positive. */
export const {
  trueNegatives,
  falsePositives,
  falseNegatives,
  truePositives,
  accuracyScore,
  logLoss,
  rocAuc,
  precisionRecallAuc,
  balancedAccuracy,
  matthewsCorrcoef,
  cohenKappa,
} = classificationMetrics(columnSetting);

function told<T extends Confusion | ProbabilityTable>(tally: T, { onTally }: ClassificationSetting): T {
  onTally?.(tally);
  return tally;
}

/** Precision, recall or F1: of the positive one of two labels, or averaged. By sums where both labels are known, else from all rows. */
function labelScore(score: LabelScore, setting: ClassificationSetting, tally: () => Confusion) {
  const { name, exported, description } = LABEL_SCORES[score];
  const common = {
    ...metricHead(name, exported, description),
    needs: LABELS,
    signature: () => signatureOf(setting),
    greaterIsBetter: true,
    range: [0, 1],
  } as const;
  const pair = knownPair(setting);
  const known = pair === undefined ? undefined : labelSetOf(pair, setting);
  if (known !== undefined && !isSkipped(known) && known.kind === 'binary') {
    return defineMetric({
      ...common,
      statistics: (row, item) => classSums(row, item, setting, known.labels, pairSums(row, known)),
      combine: (sums, rows) => named(name, pairScoreOf(score, sums, rows, known, setting)),
    });
  }
  return defineMetric({
    ...common,
    tally,
    conclude: (confusion) =>
      concludeOn(confusion, setting, (set) => {
        if (set.kind === 'multiclass') return named(name, averagedScore(score, confusion, setting.average));
        const occurring = set.labels.filter((one) => confusion.totals.has(one));
        return occurring.length < 2 ? onlyOneOccurs(occurring) : named(name, scoreOfLabel(score, confusion.total(set.positive)));
      }),
  });
}

function concludeOn(confusion: Confusion, setting: ClassSetting, conclude: (set: LabelSet) => NamedAggregates): NamedAggregates {
  const set = confusion.problem ?? labelSetOf([...confusion.totals.keys()], setting);
  return isSkipped(set) ? set : conclude(set);
}

export function isSkipped(value: object): value is Skipped {
  return 'status' in value && value.status === 'skipped';
}

/** What else belongs to the number: all that was said of labels and weights. */
function signatureOf({ labelList, posLabel, average, weighing }: ClassificationSetting) {
  return {
    labels: labelList === undefined ? undefined : JSON.stringify(labelList),
    positive: posLabel === undefined ? undefined : JSON.stringify(posLabel),
    average: average === 'weighted' ? undefined : average,
    weights: weighing.id,
  };
}
