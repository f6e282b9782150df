import type { Score } from '../contracts/index.ts';
import { checkScore, failed } from './check-score.ts';

/** What a statistic metric said of a row, as it may be stored: its score and, if it has one, its summands. */
export interface CheckedStatistics {
  readonly score: Score;
  readonly statistics?: readonly number[];
}

/** Like {@link checkScore}: summands that are no finite numbers, and a score without summands, are failures. */
export function checkStatistics(result: unknown, name: string, range: readonly [number, number] | undefined): CheckedStatistics {
  if (Array.isArray(result)) {
    const wrong = wrongSummand(result, name);
    return wrong === undefined ? { score: SUMMANDS_ONLY, statistics: result } : { score: wrong };
  }
  if (!hasStatistics(result)) {
    const score = checkScore(result, name, undefined);
    if (score.status !== 'scored') return { score };
    return { score: failed('bad-score', `${name} returned a score without its statistics`, false) };
  }
  const { statistics, ...given } = result;
  if (!Array.isArray(statistics)) {
    return { score: failed('bad-score', `${name} returned statistics that are no list of numbers`, false) };
  }
  const wrong = wrongSummand(statistics, name);
  if (wrong !== undefined) return { score: wrong };
  const score = checkScore({ ...given, status: 'scored' }, name, range);
  return score.status === 'scored' ? { score, statistics } : { score };
}

const SUMMANDS_ONLY: Score = { status: 'scored', value: 0, summandsOnly: true };

function wrongSummand(statistics: readonly unknown[], name: string): Score | undefined {
  if (statistics.every(Number.isFinite)) return undefined;
  const wrong = statistics.find((summand) => !Number.isFinite(summand));
  return failed('not-finite', `${name} returned ${String(wrong)} among its statistics`);
}

function hasStatistics(result: unknown): result is { readonly statistics: unknown } {
  return typeof result === 'object' && result !== null && 'statistics' in result;
}
