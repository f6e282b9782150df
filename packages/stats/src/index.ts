export { binomialCdf } from './binomial.ts';
export { type BoundedOptions, boundedLogitInterval, boundedWilsonInterval } from './bounded-intervals.ts';
export { type ClusteredMean, type ClusteredMeanOptions, clusteredMean } from './clustered-mean.ts';
export { constantSampleInterval } from './constant-sample-interval.ts';
export { type Description, describe, mean, populationVariance } from './describe.ts';
export { betaCdf, betaQuantile } from './incomplete-beta.ts';
export { chiSquareCdf } from './incomplete-gamma.ts';
export type {
  Interval,
  IntervalMethod,
  IntervalResult,
  IntervalWarning,
  LevelOption,
  UndefinedInterval,
} from './interval.ts';
export { logGamma } from './log-gamma.ts';
export { type MeanIntervalOptions, meanInterval } from './mean-interval.ts';
export { noncentralTCdf } from './noncentral-t.ts';
export { normalCdf, normalQuantile } from './normal.ts';
export { type OneWayIcc, oneWayIcc } from './one-way-icc.ts';
export { pairedDifference } from './paired-difference.ts';
export {
  type PairedCounts,
  type PairedProportionOptions,
  pairedProportionDifference,
} from './paired-proportion-difference.ts';
export { type PairedTest, pairedClustered, pairedT } from './paired-t.ts';
export { percentile, percentiles } from './percentiles.ts';
export { philox, STREAM, uniform, uniforms, word, words } from './philox.ts';
export {
  agrestiCoullInterval,
  clopperPearsonInterval,
  jeffreysInterval,
  waldInterval,
  wilsonInterval,
} from './proportion-intervals.ts';
export { bootstrapIndices, permutationFirstGroup, sampleIndices, signFlips } from './resampling.ts';
export type { ClusterLabels } from './sample.ts';
export type { ScoreRange, Scores } from './scores.ts';
export type { ClusterVarianceType } from './standard-error.ts';
export { StatsError, type StatsErrorCode } from './stats-error.ts';
export { tCdf, tQuantile, tTwoSidedP } from './student-t.ts';
export { tInterval, zInterval } from './t-interval.ts';
export { isUndefined, type Undefined, type UndefinedReason } from './undefined-result.ts';
