// What an evaluation must reach, alone and against a baseline.
import { evaluate, TouchstoneError, validateEvaluationResults } from '@touchstone/core';
import { exactMatch } from '@touchstone/metric-text';
import { answered } from './questions.ts';

const candidate = await evaluate({
  data: answered,
  targets: 'ground_truth',
  predictions: 'predictions',
  extraMetrics: [exactMatch()],
});
const baseline = await evaluate({
  data: answered.map((row) => ({ ...row, predictions: row.predictions.toLowerCase() })),
  targets: 'ground_truth',
  predictions: 'predictions',
  extraMetrics: [exactMatch()],
});

// mlflow.validate_evaluation_results(
//     {"exact_match/v1": MetricThreshold(min_absolute_change=0.1, greater_is_better=True)}, candidate, baseline)
validateEvaluationResults({ 'exact_match/v1': { minAbsoluteChange: 0.1, greaterIsBetter: true } }, candidate, baseline);
console.log('At least 0.1 better than the baseline.');

try {
  // MetricThreshold(threshold=0.8, greater_is_better=True)
  validateEvaluationResults({ 'exact_match/v1': { threshold: 0.8, greaterIsBetter: true } }, candidate);
} catch (error) {
  if (!TouchstoneError.isInstance(error)) throw error;
  console.log(error.message);
}
