import { type Rating, readRating } from '../agreement/ratings.ts';
import type { Undefined } from '../undefined-result.ts';
import type { UndefinedPool } from './pooled-score.ts';
import { type PoolOptions, readQuorum, readWeights, reasonAgainst } from './votes.ts';

/** The label that most of a panel gave to one unit. */
export interface MajorityVote {
  readonly undefined?: never;
  readonly label: number | string;
  /** Its part of the weight of all votes, in (0, 1]; ½ or less is a plurality, not a majority. */
  readonly share: number;
  /** Judges that gave a label. */
  readonly voters: number;
  /** Judges that gave none. */
  readonly abstained: number;
}

/** Several labels lead with equal weight: the caller decides, for example by another judge. */
export interface TiedVote extends Undefined {
  readonly undefined: 'all-ties';
  /** The leading labels, in the order in which they were first given. */
  readonly tied: readonly (number | string)[];
  /** The part of the weight that each of them has. */
  readonly share: number;
  readonly voters: number;
  readonly abstained: number;
}

/**
 * The label with the most votes, or the most weight. A tie at the top is never broken in silence: it is `all-ties`, with
 * the labels that lead. Booleans count as 1 and 0; `null` abstains.
 *
 * @throws StatsError `not-finite`, `out-of-range`, `length-mismatch`, `not-integer`
 * @example
 * majorityVote(['safe', 'unsafe', 'safe', null]); // { label: 'safe', share: 0.667, voters: 3, abstained: 1 }
 * majorityVote(['safe', 'unsafe']); // { undefined: 'all-ties', tied: ['safe', 'unsafe'], share: 0.5, … }
 */
export function majorityVote(
  labels: readonly (Rating | null | undefined)[],
  options: PoolOptions = {},
): MajorityVote | TiedVote | UndefinedPool {
  const quorum = readQuorum(options);
  const weights = readWeights(labels, options, 'labels');
  const totals = new Map<number | string, number>();
  let [voters, weight] = [0, 0];
  for (let judge = 0; judge < labels.length; judge++) {
    const label = readRating(labels[judge], { argument: 'labels', index: judge, text: `labels[${judge}]` });
    if (label === null) continue;
    const vote = weights[judge] ?? 0;
    totals.set(label, (totals.get(label) ?? 0) + vote);
    weight += vote;
    voters++;
  }
  const about = { voters, abstained: labels.length - voters };
  const reason = reasonAgainst({ voters, weight }, quorum);
  if (reason !== undefined) return { undefined: reason, ...about };
  const most = Math.max(...totals.values());
  // Weights are sums of fractions: what differs by rounding only is a tie.
  const [label = '', ...others] = [...totals].filter(([, total]) => most - total <= 1e-12 * weight).map(([name]) => name);
  const share = most / weight;
  return others.length === 0 ? { label, share, ...about } : { undefined: 'all-ties', tied: [label, ...others], share, ...about };
}
