import { checkSameLength } from './check-argument.ts';
import { type ClusterLabels, readClusters, type Sample } from './sample.ts';
import { type ScoreRange, type Scores, scoreReader } from './scores.ts';

/** Two systems' scores of the same rows. */
export interface PairedSample {
  /** The differences a − b; a pair with a missing half counts once as missing. */
  readonly differences: Sample;
  /** Rows that only a, and only b, got right; undefined unless every score is 0 or 1. */
  readonly discordant: { readonly onlyA: number; readonly onlyB: number } | undefined;
}

/** Validates two columns of scores and drops pairs as a whole. */
export function readPairs(
  a: Scores,
  b: Scores,
  options: { readonly clusters?: ClusterLabels | undefined; readonly range?: ScoreRange | undefined },
): PairedSample {
  checkSameLength(a, b, ['a', 'b']);
  if (options.clusters) checkSameLength(a, options.clusters, ['a', 'clusters']);
  const readA = scoreReader('a', options.range);
  const readB = scoreReader('b', options.range);
  const differences = new Float64Array(a.length);
  let [n, min, max, scale] = [0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  let [onlyA, onlyB] = [0, 0];
  let binary = true;
  for (let i = 0; i < a.length; i++) {
    const first = readA(a[i], i);
    const second = readB(b[i], i);
    if (first === null || second === null) continue;
    const difference = first - second;
    differences[n++] = difference;
    if (difference < min) min = difference;
    if (difference > max) max = difference;
    scale = Math.max(scale, Math.abs(first), Math.abs(second));
    binary &&= (first === 0 || first === 1) && (second === 0 || second === 1);
    if (difference > 0) onlyA++;
    if (difference < 0) onlyB++;
  }
  const sample = { values: differences.subarray(0, n), missing: a.length - n, min, max, scale };
  const isKept = (row: number) => isThere(a[row]) && isThere(b[row]);
  return {
    differences: options.clusters ? { ...sample, clusters: readClusters(options.clusters, n, isKept) } : sample,
    discordant: binary ? { onlyA, onlyB } : undefined,
  };
}

function isThere(score: number | boolean | null | undefined): boolean {
  return score !== null && score !== undefined;
}
