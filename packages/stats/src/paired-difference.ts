import { checkLevel } from './check-argument.ts';
import type { IntervalResult } from './interval.ts';
import { type MeanIntervalOptions, meanIntervalOf } from './mean-interval.ts';
import { pairedProportionDifference } from './paired-proportion-difference.ts';
import { readPairs } from './paired-sample.ts';
import type { Scores } from './scores.ts';

/**
 * Interval of the mean difference a − b of two systems on the same rows, row i of one against row i of the other:
 * - all scores 0/1 on the range [0, 1], no cluster larger than 1: Tango's score interval (`tango`);
 * - otherwise `meanInterval` of the differences, whose range is [lo − hi, hi − lo] when the scores' range is declared.
 *   So two identical systems get a real interval, not [0, 0].
 *
 * Scores of repeated trials: give row means. Pairs with a missing half drop as a whole and count in `missing`.
 *
 * @param options.range range of the *scores*, not of the differences
 * @throws StatsError `length-mismatch`, `not-finite`, `out-of-range`, `missing-cluster`
 * @example
 * pairedDifference([1, 1, 0, 1], [0, 1, 0, 0], { range: [0, 1] }); // { estimate: 0.5, method: 'tango', … }
 */
export function pairedDifference(a: Scores, b: Scores, options: MeanIntervalOptions = {}): IntervalResult {
  const level = checkLevel(options.level);
  const { range } = options;
  const { differences, discordant } = readPairs(a, b, options);
  const n = differences.values.length;
  const independent = differences.clusters === undefined || differences.clusters.largest <= 1;
  if (range?.[0] === 0 && range[1] === 1 && independent && discordant !== undefined) {
    return {
      ...pairedProportionDifference({ n, ...discordant }, { level }),
      missing: differences.missing,
      ...(differences.clusters && { clusters: differences.clusters.count }),
    };
  }
  return meanIntervalOf(differences, range && [range[0] - range[1], range[1] - range[0]], level);
}
