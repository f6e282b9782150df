import { moments } from './moments.ts';
import { type ClusterLabels, readSample, type Sample } from './sample.ts';
import { type Scores, TIE } from './scores.ts';
import { clusterSums } from './standard-error.ts';
import type { Undefined } from './undefined-result.ts';

/** One-way analysis of variance of clustered rows. */
export interface OneWayIcc {
  /** Intraclass correlation; may be negative, and is reported as it is. */
  readonly icc: number;
  readonly betweenMeanSquare: number;
  readonly withinMeanSquare: number;
  /** Effective cluster size (N − Σn_g²/N)/(G − 1). */
  readonly n0: number;
}

/**
 * Intraclass correlation by analysis of variance: (MSB − MSW)/(MSB + (n₀ − 1)·MSW). How alike the rows of one cluster
 * are: 0 as if independent, 1 as if each cluster were one row. `too-few` when every cluster has one row.
 *
 * @throws StatsError `not-finite`, `length-mismatch`, `missing-cluster`, `out-of-range`
 */
export function oneWayIcc(values: Scores, clusters: ClusterLabels): OneWayIcc | Undefined {
  return oneWayIccOf(readSample(values, { clusters }));
}

/** The same for a validated sample with clusters. */
export function oneWayIccOf(sample: Sample): OneWayIcc | Undefined {
  const { values, clusters } = sample;
  const n = values.length;
  if (n === 0 || clusters === undefined) return { undefined: 'no-data' };
  if (clusters.count === 1) return { undefined: 'single-cluster' };
  if (clusters.count === n) return { undefined: 'too-few' };
  if (sample.max - sample.min <= TIE * sample.scale) return { undefined: 'zero-variance' };

  const { mean } = moments(values);
  const { sizes } = clusters;
  const sums = clusterSums(values, clusters, mean);
  const deviations = sums.map((sum, cluster) => sum / (sizes[cluster] ?? 1));
  let between = 0;
  let squaredSizes = 0;
  sizes.forEach((size, cluster) => {
    between += (sums[cluster] ?? 0) * (deviations[cluster] ?? 0);
    squaredSizes += size * size;
  });
  let within = 0;
  for (let i = 0; i < n; i++) {
    const residual = (values[i] ?? 0) - mean - (deviations[clusters.of[i] ?? 0] ?? 0);
    within += residual * residual;
  }
  const betweenMeanSquare = between / (clusters.count - 1);
  const withinMeanSquare = within / (n - clusters.count);
  const n0 = (n - squaredSizes / n) / (clusters.count - 1);
  const total = betweenMeanSquare + (n0 - 1) * withinMeanSquare;
  if (!(total > 0)) return { undefined: 'zero-variance' };
  return { icc: (betweenMeanSquare - withinMeanSquare) / total, betweenMeanSquare, withinMeanSquare, n0 };
}
