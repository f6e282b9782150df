import { checkSameLength, shown } from './check-argument.ts';
import { readScores, type ScoreRange, type Scores } from './scores.ts';
import { StatsError } from './stats-error.ts';

/** One label a row. Compared as strings: 2 and "2" are the same cluster. Required even where the score is missing. */
export type ClusterLabels = ArrayLike<string | number>;

/** Rows grouped by label, groups numbered in order of first appearance among the rows that have a score. */
export interface Clusters {
  readonly count: number;
  /** Cluster number of each kept row. */
  readonly of: Uint32Array;
  /** Rows in each cluster. */
  readonly sizes: Uint32Array;
  readonly largest: number;
}

/** Validated scores of one sample, with what every interval needs to know about them. */
export interface Sample {
  readonly values: Float64Array;
  readonly missing: number;
  readonly min: number;
  readonly max: number;
  /** Largest absolute input: what "equal up to rounding" is measured against. */
  readonly scale: number;
  readonly clusters?: Clusters;
}

/** Validates scores and cluster labels and drops rows without a score. */
export function readSample(
  scores: Scores,
  options: { readonly clusters?: ClusterLabels | undefined; readonly range?: ScoreRange | undefined },
): Sample {
  if (options.clusters !== undefined) checkSameLength(scores, options.clusters, ['values', 'clusters']);
  const { values, missing, min, max } = readScores(scores, 'values', options.range);
  const sample = { values, missing, min, max, scale: Math.max(Math.abs(min), Math.abs(max)) };
  if (options.clusters === undefined) return sample;
  const clusters = readClusters(options.clusters, values.length, (i) => scores[i] !== null && scores[i] !== undefined);
  return { ...sample, clusters };
}

/** Numbers the clusters of the rows that are kept. */
export function readClusters(labels: ClusterLabels, kept: number, isKept: (row: number) => boolean): Clusters {
  const of = new Uint32Array(kept);
  const numbers = new Map<string, number>();
  let next = 0;
  for (let i = 0; i < labels.length; i++) {
    const label = checkLabel(labels[i], i);
    if (!isKept(i)) continue;
    let number = numbers.get(label);
    if (number === undefined) {
      number = numbers.size;
      numbers.set(label, number);
    }
    of[next++] = number;
  }
  const sizes = new Uint32Array(numbers.size);
  let largest = 0;
  for (const number of of) {
    const size = (sizes[number] ?? 0) + 1;
    sizes[number] = size;
    if (size > largest) largest = size;
  }
  return { count: numbers.size, of, sizes, largest };
}

function checkLabel(label: string | number | null | undefined, index: number): string {
  if (label === null || label === undefined || Number.isNaN(label)) {
    throw new StatsError(
      'missing-cluster',
      `clusters[${index}] is ${shown(label)}: every row needs a cluster label; give a row that stands alone a label of its own.`,
      { argument: 'clusters', index },
    );
  }
  return String(label);
}
