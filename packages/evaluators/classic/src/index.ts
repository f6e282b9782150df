export type { ClassifierOptions, RegressorOptions, SampleWeights } from './classic-config.ts';
export {
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
export { classifier } from './classifier.ts';
export { exampleCount } from './example-count.ts';
export type { Label } from './label.ts';
export { f1Score, type LabelScoreOptions, precisionScore, recallScore } from './label-metrics.ts';
export type { Average } from './label-scores.ts';
export { default } from './plugin.ts';
export type { ProbabilityCell } from './probability-cell.ts';
export { mae, mape, maxError, meanOnTarget, mse, r2Score, rmse, sumOnTarget } from './regression-metrics.ts';
export { regressor } from './regressor.ts';
