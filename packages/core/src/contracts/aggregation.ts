import type { ScoreValue } from './score.ts';

/**
 * One number over the rows of a metric. Values are row means in data order (trials are averaged first).
 * The kind decides which interval can be given: `mean`, `proportion` and `share` have one.
 */
export interface Aggregation {
  /** Last part of the result key: `mean` in `rougeL/v1/mean`. Equal to the metric's name, the key is the metric's own (`exact_match/v1`), as in MLflow. */
  readonly name: string;
  readonly kind: 'mean' | 'proportion' | 'share' | 'variance' | 'quantile' | 'extreme' | 'custom';
  /** Turns a score into the number that is aggregated: `1` for the label of a share, `0` for the others. Default: numbers as they are, true 1, false 0, labels left out. */
  readonly of?: (value: ScoreValue) => number | undefined;
  /** `undefined` when there is nothing to say. Never NaN. */
  compute(values: Float64Array): number | undefined;
}
