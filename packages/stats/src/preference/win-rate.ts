import { boundedIntervalOf } from '../bounded-intervals.ts';
import { checkInteger, checkLevel } from '../check-argument.ts';
import type { Interval, LevelOption, UndefinedInterval } from '../interval.ts';
import { type ClusterLabels, readSample, type Sample } from '../sample.ts';
import { scoreReader } from '../scores.ts';
import { StatsError } from '../stats-error.ts';
import { signTestP } from './sign-test.ts';

/** What a comparison of two systems came to, seen from the first: 1 won, ½ a tie, 0 lost; `null` is missing. */
export type Outcomes = ArrayLike<number | null | undefined>;

/** Outcomes, counted. */
export interface WinCounts {
  readonly wins: number;
  readonly ties: number;
  readonly losses: number;
}

/** Options of `winRate`. */
export interface WinRateOptions extends LevelOption {
  /** One label an outcome, when a prompt was judged more than once: judgments of one prompt are not independent. */
  readonly clusters?: ClusterLabels | undefined;
}

/** Share of wins, ties as half, in [0, 1]. */
export interface WinRate extends Interval, WinCounts {
  /** Exact two-sided p value of "wins and losses are equally likely", ties left out. Absent where clusters are larger than 1. */
  readonly signTestP?: number;
}

/** No interval of the win rate; what still exists stands beside the reason. */
export interface UndefinedWinRate extends UndefinedInterval, WinCounts {
  readonly signTestP?: number;
}

/**
 * Win rate (wins + ties/2)/n of the first system, with the interval of a bounded mean of 1, ½ and 0: `bounded-logit`, or
 * `bounded-wilson` when all outcomes are equal. Counting ties as half successes of a binomial would be too wide. One
 * outcome is `too-few`, none `no-data`.
 *
 * @throws StatsError `not-finite`, `out-of-range` (an outcome that is not 1, ½ or 0), `length-mismatch`, `missing-cluster`
 * @example
 * winRate([1, 1, 0.5, 0, null, 1]); // { estimate: 0.7, wins: 3, ties: 1, losses: 1, n: 5, missing: 1, signTestP: 0.625, … }
 */
export function winRate(outcomes: Outcomes, options: WinRateOptions = {}): WinRate | UndefinedWinRate {
  const level = checkLevel(options.level);
  const counts = countOutcomes(outcomes);
  return winRateOf(readSample(outcomes, { clusters: options.clusters, range: [0, 1] }), counts, level);
}

/**
 * The same from counts of independent comparisons.
 *
 * @throws StatsError `not-integer`, `out-of-range`
 * @example
 * winRateOfCounts({ wins: 40, ties: 30, losses: 30 }); // { estimate: 0.55, low: 0.467, high: 0.631, n: 100, … }
 */
export function winRateOfCounts(counts: WinCounts, options: LevelOption = {}): WinRate | UndefinedWinRate {
  const level = checkLevel(options.level);
  const { wins, ties, losses } = counts;
  for (const [name, count] of Object.entries({ wins, ties, losses })) checkInteger(count, name, 0, 1e8);
  const values = new Float64Array(wins + ties + losses).fill(1, 0, wins).fill(0.5, wins, wins + ties);
  return winRateOf(readSample(values, { range: [0, 1] }), { wins, ties, losses }, level);
}

function winRateOf(sample: Sample, counts: WinCounts, level: number): WinRate | UndefinedWinRate {
  const independent = sample.clusters === undefined || sample.clusters.largest <= 1;
  return {
    ...boundedIntervalOf(sample, [0, 1], level),
    ...counts,
    ...(independent && sample.values.length > 0 && { signTestP: signTestP(counts.wins, counts.losses) }),
  };
}

function countOutcomes(outcomes: Outcomes): WinCounts {
  const readOne = scoreReader('outcomes', [0, 1]);
  const counts = { wins: 0, ties: 0, losses: 0 };
  for (let i = 0; i < outcomes.length; i++) {
    const outcome = readOne(outcomes[i], i);
    if (outcome === null) continue;
    if (outcome === 1) counts.wins++;
    else if (outcome === 0.5) counts.ties++;
    else if (outcome === 0) counts.losses++;
    else {
      throw new StatsError('out-of-range', `outcomes[${i}] is ${outcome}: it must be 1 (won), 0.5 (tie) or 0 (lost).`, {
        argument: 'outcomes',
        index: i,
      });
    }
  }
  return counts;
}
