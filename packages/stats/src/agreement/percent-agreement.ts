import { checkSameLength } from '../check-argument.ts';
import type { IntervalResult, LevelOption } from '../interval.ts';
import { meanInterval } from '../mean-interval.ts';
import type { ClusterLabels } from '../sample.ts';
import { codeByValue, type Ratings } from './ratings.ts';

/** Options of `percentAgreement`. */
export interface PercentAgreementOptions extends LevelOption {
  /** One label a unit, when units come in clusters that are alike inside. */
  readonly clusters?: ClusterLabels | undefined;
}

/**
 * Share of the pairs of raters that agree, averaged over the units; in [0, 1] in spite of its name. Not corrected for
 * chance: two judges that say "good" nine times in ten agree in 82 % of the units without looking. Show a
 * chance-corrected coefficient beside it. Its interval is that of `meanInterval` over the units. Units with fewer than
 * two ratings count in `missing`.
 *
 * @throws StatsError `not-finite`, `length-mismatch`, `missing-cluster`, `out-of-range`
 * @example
 * percentAgreement([['yes', 'yes'], ['no', 'yes'], ['no', 'no'], ['yes', null]]);
 * // { estimate: 0.667, low: 0.208, high: 0.939, method: 'wilson', n: 3, missing: 1, … }
 */
export function percentAgreement(units: Ratings, options: PercentAgreementOptions = {}): IntervalResult {
  if (options.clusters !== undefined) checkSameLength(units, options.clusters, ['units', 'clusters']);
  const shares = codeByValue(units).units.map(agreeingShare);
  return meanInterval(shares, { ...options, range: [0, 1] });
}

function agreeingShare(codes: readonly number[]): number | null {
  const raters = codes.length;
  if (raters < 2) return null;
  const votes = new Map<number, number>();
  for (const code of codes) votes.set(code, (votes.get(code) ?? 0) + 1);
  let agreeing = 0;
  for (const count of votes.values()) agreeing += count * (count - 1);
  return agreeing / (raters * (raters - 1));
}
