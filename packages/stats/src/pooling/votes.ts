import { checkInteger, checkSameLength, shown } from '../check-argument.ts';
import { StatsError } from '../stats-error.ts';

/** Options of everything that pools a panel's opinions of one unit. */
export interface PoolOptions {
  /** One weight a judge, from 0 up, for example of `raterReliability`; equal when not given. */
  readonly weights?: ArrayLike<number> | undefined;
  /** Fewest judges that must have an opinion; 1 when not given. */
  readonly quorum?: number | undefined;
}

/** The weight of each judge; all 1 when none are given. */
export function readWeights(opinions: ArrayLike<unknown>, { weights }: PoolOptions, argument: string): Float64Array {
  if (weights === undefined) return new Float64Array(opinions.length).fill(1);
  checkSameLength(opinions, weights, [argument, 'weights']);
  return Float64Array.from(weights, (weight, index) => {
    if (Number.isFinite(weight) && weight >= 0 && weight <= 1e100) return weight;
    throw new StatsError('out-of-range', `weights[${index}] is ${shown(weight)}: a weight is a number from 0 to 1e100.`, {
      argument: 'weights',
      index,
    });
  });
}

/** Checks the quorum, filling in 1. */
export function readQuorum({ quorum }: PoolOptions): number {
  return checkInteger(quorum ?? 1, 'quorum', 1, Number.MAX_SAFE_INTEGER);
}

/** Why there is no pooled opinion; undefined when there can be one. */
export function reasonAgainst(votes: { readonly voters: number; readonly weight: number }, quorum: number) {
  if (votes.voters === 0) return 'no-data';
  if (votes.voters < quorum) return 'too-few';
  return votes.weight === 0 ? 'zero-denominator' : undefined;
}
