import { definePlugin, versionOf } from '@touchstone/core';
import {
  accuracyScore,
  balancedAccuracy,
  cohenKappa,
  falseNegatives,
  falsePositives,
  logLoss,
  matthewsCorrcoef,
  precisionRecallAuc,
  rocAuc,
  trueNegatives,
  truePositives,
} from './classification-metrics.ts';
import { classifier } from './classifier.ts';
import { exampleCount } from './example-count.ts';
import { f1Score, precisionScore, recallScore } from './label-metrics.ts';
import { mae, mape, maxError, meanOnTarget, mse, r2Score, rmse, sumOnTarget } from './regression-metrics.ts';
import { regressor } from './regressor.ts';

/** The evaluators of `modelType: 'classifier'` and `'regressor'`, and their metrics by name. @example createTouchstone({ plugins: [classic()] }) */
export default function classic() {
  return definePlugin({
    name: '@touchstone/evaluator-classic',
    version: versionOf(import.meta.url),
    evaluators: [classifier(), regressor()],
    metrics: [
      trueNegatives,
      falsePositives,
      falseNegatives,
      truePositives,
      exampleCount,
      accuracyScore,
      recallScore,
      precisionScore,
      f1Score,
      logLoss,
      rocAuc,
      precisionRecallAuc,
      balancedAccuracy,
      matthewsCorrcoef,
      cohenKappa,
      mae,
      mse,
      rmse,
      sumOnTarget,
      meanOnTarget,
      r2Score,
      maxError,
      mape,
    ],
  });
}
