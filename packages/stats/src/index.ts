export type { CategoryWeights } from './agreement/category-distance.ts';
export {
  type CohenKappa,
  type CohenKappaOptions,
  cohenKappa,
  type RatingColumn,
  type UndefinedKappa,
} from './agreement/cohen-kappa.ts';
export type { Correlation, UndefinedCorrelation } from './agreement/correlation.ts';
export { type FleissKappa, type FleissKappaOptions, fleissKappa } from './agreement/fleiss-kappa.ts';
export { type GwetAgreement, type GwetAgreementOptions, gwetAgreement } from './agreement/gwet-agreement.ts';
export { kendallTauB } from './agreement/kendall-tau-b.ts';
export {
  type KrippendorffAlpha,
  type KrippendorffAlphaInterval,
  type KrippendorffAlphaIntervalOptions,
  type KrippendorffAlphaOptions,
  krippendorffAlpha,
  krippendorffAlphaInterval,
  type Scale,
  type UndefinedAlpha,
} from './agreement/krippendorff-alpha.ts';
export { pearson } from './agreement/pearson.ts';
export { type PercentAgreementOptions, percentAgreement } from './agreement/percent-agreement.ts';
export type { Rating, Ratings } from './agreement/ratings.ts';
export { spearman } from './agreement/spearman.ts';
export { type TwoWayIcc, twoWayIcc } from './agreement/two-way-icc.ts';
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
export { type MajorityVote, majorityVote, type TiedVote } from './pooling/majority-vote.ts';
export {
  type PooledScore,
  type PooledScoreOptions,
  pooledMean,
  pooledMedian,
  type UndefinedPool,
} from './pooling/pooled-score.ts';
export { type RaterReliability, type RaterReliabilityOptions, raterReliability } from './pooling/rater-reliability.ts';
export type { PoolOptions } from './pooling/votes.ts';
export type { Ability, LogOdds } from './preference/abilities.ts';
export {
  type BradleyTerry,
  type BradleyTerryOptions,
  type BradleyTerryOrderOptions,
  type BradleyTerryWithOrder,
  bradleyTerry,
  bradleyTerryWithOrder,
  type UndefinedBradleyTerry,
} from './preference/bradley-terry.ts';
export {
  type BootstrappedAbility,
  type BradleyTerryBootstrap,
  type BradleyTerryBootstrapOptions,
  bradleyTerryBootstrap,
} from './preference/bradley-terry-bootstrap.ts';
export { type Davidson, type DavidsonOptions, davidson } from './preference/davidson.ts';
export type { Judgment, JudgmentOptions } from './preference/judgments.ts';
export {
  type BothOrders,
  type PositionBias,
  positionBias,
  type UndefinedPositionBias,
  type Verdict,
} from './preference/position-bias.ts';
export {
  type Outcomes,
  type UndefinedWinRate,
  type WinCounts,
  type WinRate,
  type WinRateOptions,
  winRate,
  winRateOfCounts,
} from './preference/win-rate.ts';
export {
  agrestiCoullInterval,
  clopperPearsonInterval,
  jeffreysInterval,
  waldInterval,
  wilsonInterval,
} from './proportion-intervals.ts';
export type { ResampleOptions } from './resamples.ts';
export { bootstrapIndices, permutationFirstGroup, sampleIndices, signFlips } from './resampling.ts';
export type { ClusterLabels } from './sample.ts';
export type { ScoreRange, Scores } from './scores.ts';
export type { ClusterVarianceType } from './standard-error.ts';
export { StatsError, type StatsErrorCode } from './stats-error.ts';
export { tCdf, tQuantile, tTwoSidedP } from './student-t.ts';
export { tInterval, zInterval } from './t-interval.ts';
export { isUndefined, type Undefined, type UndefinedReason } from './undefined-result.ts';
