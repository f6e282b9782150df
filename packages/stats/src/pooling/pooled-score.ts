import { type ScoreRange, type Scores, scoreReader } from '../scores.ts';
import type { Undefined } from '../undefined-result.ts';
import { type PoolOptions, readQuorum, readWeights, reasonAgainst } from './votes.ts';

/** Options of `pooledMean` and `pooledMedian`. */
export interface PooledScoreOptions extends PoolOptions {
  /** The score's possible range; a score outside is an error. */
  readonly range?: ScoreRange | undefined;
}

/** One score of a panel. */
export interface PooledScore {
  readonly undefined?: never;
  readonly estimate: number;
  /** Lowest and highest score that any judge with weight gave: the spread of the panel, not an interval. */
  readonly min: number;
  readonly max: number;
  /** Judges that gave a score. */
  readonly voters: number;
  /** Judges that gave none. */
  readonly abstained: number;
}

/** No pooled score: `no-data` nobody voted, `too-few` fewer than the quorum, `zero-denominator` all weights of voters are 0. */
export interface UndefinedPool extends Undefined {
  readonly voters: number;
  readonly abstained: number;
}

/**
 * Mean of a panel's scores of one unit, weighted by the judges' weights. A judge that gave no score (`null`) abstains:
 * the weights of the others share its part.
 *
 * @throws StatsError `not-finite`, `out-of-range`, `length-mismatch`, `not-integer`
 * @example
 * pooledMean([4, null, 5], { weights: [1, 1, 0.5] }); // { estimate: 4.333, min: 4, max: 5, voters: 2, abstained: 1 }
 */
export function pooledMean(scores: Scores, options: PooledScoreOptions = {}): PooledScore | UndefinedPool {
  return pool(scores, options, (votes) => {
    // By the largest weight, so that nothing overflows, and equal weights are 1: the mean of 5, 4 and 3 is 4.
    const most = Math.max(...votes.map(({ weight }) => weight));
    const [sum, total] = votes.reduce(
      ([sum, total], { score, weight }) => [sum + score * (weight / most), total + weight / most] as readonly [number, number],
      [0, 0] as readonly [number, number],
    );
    return sum / total;
  });
}

/**
 * Median of a panel's scores of one unit: half of the weight lies on either side. Between two scores with exactly half
 * on each side it is their mean, so that with equal weights it is the common median. One wild judge does not move it.
 *
 * @throws StatsError as `pooledMean`
 * @example
 * pooledMedian([1, 4, 5, 5]).estimate; // 4.5
 */
export function pooledMedian(scores: Scores, options: PooledScoreOptions = {}): PooledScore | UndefinedPool {
  return pool(scores, options, (votes, total) => {
    let below = 0;
    for (const [i, { score, weight }] of votes.entries()) {
      below += weight / total;
      if (Math.abs(below - 0.5) <= 1e-12) return (score + (votes[i + 1]?.score ?? score)) / 2;
      if (below > 0.5) return score;
    }
    return votes.at(-1)?.score ?? 0;
  });
}

interface Vote {
  readonly score: number;
  readonly weight: number;
}

function pool(
  scores: Scores,
  options: PooledScoreOptions,
  centre: (sorted: readonly Vote[], total: number) => number,
): PooledScore | UndefinedPool {
  const quorum = readQuorum(options);
  const weights = readWeights(scores, options, 'scores');
  const readOne = scoreReader('scores', options.range);
  const votes: Vote[] = [];
  for (let judge = 0; judge < scores.length; judge++) {
    const score = readOne(scores[judge], judge);
    if (score !== null) votes.push({ score, weight: weights[judge] ?? 0 });
  }
  const about = { voters: votes.length, abstained: scores.length - votes.length };
  const weight = votes.reduce((sum, vote) => sum + vote.weight, 0);
  const reason = reasonAgainst({ voters: votes.length, weight }, quorum);
  if (reason !== undefined) return { undefined: reason, ...about };
  const counted = votes.filter((vote) => vote.weight > 0).sort((a, b) => a.score - b.score);
  const [min, max] = [counted[0]?.score ?? 0, counted.at(-1)?.score ?? 0];
  // Rounding of the weights must not lead out of what was said.
  return { estimate: Math.min(max, Math.max(min, centre(counted, weight))), min, max, ...about };
}
