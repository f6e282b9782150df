import type { MetricAbout } from '@touchstone/core';

const SKLEARN = 'values of scikit-learn 1.9';
const MLFLOW = 'values of MLflow 2.22';

/** Formula, source and caution of each metric, for `touchstone metrics NAME`. */
export const about = {
  true_negatives: {
    formula: 'rows whose target and prediction are the first of the two labels',
    source: `${MLFLOW}: rows, not weights; the labels are in order, whatever posLabel says`,
    caution: 'posLabel does not change which label counts as negative here',
  },
  false_positives: {
    formula: 'rows whose target is the first of the two labels, and whose prediction is the last',
    source: `${MLFLOW}: rows, not weights; the labels are in order, whatever posLabel says`,
    caution: 'posLabel does not change which label counts as positive here',
  },
  false_negatives: {
    formula: 'rows whose target is the last of the two labels, and whose prediction is not',
    source: `${MLFLOW}: rows, not weights; the labels are in order, whatever posLabel says`,
    caution: 'posLabel does not change which label counts as positive here',
  },
  true_positives: {
    formula: 'rows whose target and prediction are the last of the two labels',
    source: `${MLFLOW}: rows, not weights; the labels are in order, whatever posLabel says`,
    caution: 'posLabel does not change which label counts as positive here',
  },
  example_count: {
    formula: 'rows that have a target and a prediction',
    source: MLFLOW,
    caution: 'counts rows that other metrics may have to leave out: coverage says how many each could use',
  },
  accuracy_score: {
    formula: 'weight of the rows whose prediction equals the target / weight of all rows',
    source: `${SKLEARN}, accuracy_score`,
    caution: 'where one label is common, always saying it scores high: read it beside balanced_accuracy or f1_score',
  },
  precision_score: {
    formula:
      'TP / (TP + FP) of the positive label; of several labels the mean, weighted by their rows (weighted), plain (macro), or of the sums (micro)',
    source: `${SKLEARN}, precision_score with zero_division=0`,
    caution: 'a classifier that rarely says a label can have a precision of 1 for it: read it beside recall_score',
  },
  recall_score: {
    formula:
      'TP / (TP + FN) of the positive label; of several labels the mean, weighted by their rows (weighted), plain (macro), or of the sums (micro)',
    source: `${SKLEARN}, recall_score with zero_division=0`,
    caution:
      'a classifier that always says a label has a recall of 1 for it: read it beside precision_score. Weighted, it is the accuracy',
  },
  f1_score: {
    formula:
      '2·TP / (2·TP + FP + FN) of the positive label; of several labels the mean, weighted by their rows (weighted), plain (macro), or of the sums (micro)',
    source: `${SKLEARN}, f1_score with zero_division=0`,
    caution:
      'takes a false alarm to be as bad as a miss; of two labels it ignores the true negatives, so it changes when the labels change places',
  },
  log_loss: {
    formula:
      'mean of −ln(probability of the target), with probabilities kept at least 2⁻⁵² from 0 and 1; the probabilities are in the order of labels',
    source: `${SKLEARN}, log_loss`,
    caution:
      'one row that was surely wrong outweighs many that were nearly right; text that a model wrote about its confidence is no probability',
  },
  roc_auc: {
    formula:
      'share of the pairs of a positive and a negative row in which the positive has the higher probability, ties half; more labels: each against the others, averaged',
    source: `${SKLEARN}, roc_auc_score as MLflow calls it: of two labels the last is positive, whatever posLabel says`,
    caution: 'says nothing of any one threshold, and looks good where positives are rare: use precision_recall_auc there',
  },
  precision_recall_auc: {
    formula: 'sum over thresholds of the recall that is gained times the precision there (average precision)',
    source: `${SKLEARN}, average_precision_score as MLflow calls it: with the probabilities of the last label, whatever posLabel says`,
    caution:
      'its value for a guesser is the share of positives, so it cannot be compared across data. With posLabel the first label it means nothing',
  },
  balanced_accuracy: {
    formula: 'mean over labels of the share of their rows that was found',
    source: `${SKLEARN}, balanced_accuracy_score`,
    caution: 'a label with three rows counts as much as one with three thousand, and moves it as much',
  },
  matthews_corrcoef: {
    formula: '(c·s − Σ t·p) / √((s² − Σ p²)(s² − Σ t²)); s rows, c right ones, t rows and p predictions of each label',
    source: `J. Gorodkin, Computational Biology and Chemistry 28, 2004; ${SKLEARN}`,
    caution:
      '0 where targets or predictions are all one label, which says that there is nothing to correlate, and not that they disagree',
  },
  cohen_kappa: {
    formula: '(share of equal labels − share expected by chance) / (1 − share expected by chance)',
    source: `J. Cohen, Educational and Psychological Measurement 20(1), 1960; ${SKLEARN}`,
    caution: 'low where one label is very common, however good the agreement; takes every disagreement to be as bad as any other',
  },
  mean_absolute_error: {
    formula: 'weighted mean of |prediction − target|',
    source: `${SKLEARN}, mean_absolute_error`,
    caution: 'in the unit of the target, so it cannot be compared across targets',
  },
  mean_squared_error: {
    formula: 'weighted mean of (prediction − target)²',
    source: `${SKLEARN}, mean_squared_error`,
    caution: 'a few large errors decide it; in the square of the target’s unit',
  },
  root_mean_squared_error: {
    formula: 'square root of the weighted mean of (prediction − target)²',
    source: `${SKLEARN}, root_mean_squared_error`,
    caution: 'a few large errors decide it: read it beside mean_absolute_error',
  },
  mean_absolute_percentage_error: {
    formula: 'weighted mean of |prediction − target| / max(|target|, 2⁻⁵²): a share, not per cent',
    source: `${SKLEARN}, mean_absolute_percentage_error`,
    caution: 'one target of 0 makes it astronomical; it forgives guesses that are too low more than those that are too high',
  },
  r2_score: {
    formula: '1 − Σ w·(target − prediction)² / Σ w·(target − mean)²',
    source: `${SKLEARN}, r2_score, added in the same order`,
    caution:
      'depends on how much the targets vary, so it cannot be compared across data. Where all targets are equal it is 0 or 1, and with weights what rounding leaves',
  },
  max_error: {
    formula: 'largest |prediction − target|; weights do not count',
    source: `${SKLEARN}, max_error`,
    caution: 'one row decides it, and more rows can only make it larger',
  },
  sum_on_target: {
    formula: 'Σ w·target',
    source: MLFLOW,
    caution: 'describes the data and not the model',
  },
  mean_on_target: {
    formula: 'Σ w·target / rows',
    source: MLFLOW,
    caution:
      'describes the data and not the model; with weights it is no mean, because it divides by the rows and not by their weight',
  },
} as const satisfies Readonly<Record<string, MetricAbout>>;
