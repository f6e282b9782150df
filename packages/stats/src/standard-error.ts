import { moments } from './moments.ts';
import type { Clusters, Sample } from './sample.ts';
import { TIE } from './scores.ts';
import type { UndefinedReason } from './undefined-result.ts';

/**
 * How the variance of a mean of clustered rows is estimated. `CR2` with Bell–McCaffrey degrees of freedom is the only
 * one that survives few or unequal clusters.
 */
export type ClusterVarianceType = 'CR0' | 'CR1' | 'CR2' | 'CR3';

/** A mean with its standard error. */
export interface MeanWithError {
  readonly reason?: never;
  readonly estimate: number;
  /** May be 0. */
  readonly se: number;
  readonly df: number;
  /** Independent units: clusters, or rows without clusters. */
  readonly units: number;
  /** True when nothing varies between the units, up to rounding. */
  readonly constant: boolean;
  /** Σ(x − mean)² over the rows. */
  readonly squares: number;
}

/** No standard error; the mean may still exist. */
export interface MeanWithoutError {
  readonly reason: UndefinedReason;
  readonly estimate?: number;
}

/** Rows when independent, else clusters: the mean of the rows and the standard error of that mean. */
export function meanWithError(sample: Sample, type: ClusterVarianceType = 'CR2'): MeanWithError | MeanWithoutError {
  const n = sample.values.length;
  if (n === 0) return { reason: 'no-data' };
  const { mean, squares } = moments(sample.values);
  const estimate = Math.min(sample.max, Math.max(sample.min, mean));
  if (n === 1) return { reason: 'too-few', estimate };
  if (sample.clusters !== undefined) {
    if (sample.clusters.count === 1) return { reason: 'single-cluster', estimate };
    const error = clusteredError(sample, sample.clusters, estimate, type);
    return { ...error, constant: error.constant || squares === 0, squares };
  }
  const se = Math.sqrt(squares / (n - 1) / n);
  const constant = se === 0 || sample.max - sample.min <= TIE * sample.scale;
  return { estimate, se, df: n - 1, units: n, constant, squares };
}

/** For each cluster, the sum of its rows' deviations from `centre`. */
export function clusterSums(values: Float64Array, clusters: Clusters, centre: number): Float64Array {
  const sums = new Float64Array(clusters.count);
  for (let i = 0; i < values.length; i++) {
    const cluster = clusters.of[i] ?? 0;
    sums[cluster] = (sums[cluster] ?? 0) + ((values[i] ?? 0) - centre);
  }
  return sums;
}

/**
 * With w = n_g/N and S_g the sum of a cluster's residuals (Liang & Zeger 1986; Bell & McCaffrey 2002; closed form of
 * Pustejovsky & Tipton 2018 for a mean): CR0 ΣS²/N², CR1 G/(G − 1)·CR0, CR2 ΣS²/(1 − w)/N², CR3 ΣS²/(1 − w)²/N².
 */
function clusteredError(
  sample: Sample,
  clusters: Clusters,
  estimate: number,
  type: ClusterVarianceType,
): Omit<MeanWithError, 'squares'> {
  const n = sample.values.length;
  const groups = clusters.count;
  const sums = clusterSums(sample.values, clusters, estimate);
  let squaredSums = 0;
  let constant = true;
  sums.forEach((sum, cluster) => {
    const size = clusters.sizes[cluster] ?? 0;
    if (Math.abs(sum) > TIE * size * sample.scale) constant = false;
    const rest = 1 - size / n;
    squaredSums += (sum * sum) / (type === 'CR2' ? rest : type === 'CR3' ? rest * rest : 1);
  });
  const correction = type === 'CR1' ? groups / (groups - 1) : 1;
  const se = Math.sqrt(correction * squaredSums) / n;
  const df = type === 'CR2' ? bellMcCaffreyDf(clusters.sizes, n) : groups - 1;
  return { estimate, se, df, units: groups, constant: constant || se === 0 };
}

/**
 * Satterthwaite degrees of freedom of the CR2 variance of a mean under a working independence model (Bell & McCaffrey
 * 2002): 1/[Σw² + (Σq)² − Σq²] with q = w²/(1 − w). G − 1 when all clusters are equally large, less otherwise.
 */
function bellMcCaffreyDf(sizes: Uint32Array, n: number): number {
  let squares = 0;
  let sum = 0;
  let sumOfSquares = 0;
  for (const size of sizes) {
    const weight = size / n;
    const q = (weight * weight) / (1 - weight);
    squares += weight * weight;
    sum += q;
    sumOfSquares += q * q;
  }
  return 1 / (squares + sum * sum - sumOfSquares);
}
