import type { RatingColumn } from '../agreement/cohen-kappa.ts';
import { type KrippendorffAlphaOptions, krippendorffAlpha } from '../agreement/krippendorff-alpha.ts';
import { checkUnit, type Ratings } from '../agreement/ratings.ts';
import { checkSameLength } from '../check-argument.ts';
import type { Undefined } from '../undefined-result.ts';

/** Options of `raterReliability`. */
export interface RaterReliabilityOptions extends KrippendorffAlphaOptions {
  /** True labels of the units, `null` where there are none. When not given the raters are held against each other. */
  readonly reference?: RatingColumn | undefined;
}

/** How far each rater of a panel can be relied on. */
export interface RaterReliability {
  /** For each rater: agreement beyond chance with the reference, or the mean of it with each other rater; at most 1. */
  readonly reliability: readonly (number | Undefined)[];
  /**
   * For `pooledMean`, `pooledMedian` and `majorityVote`: the reliability, 0 where it is negative or not known. All 1 when
   * it is known of nobody.
   */
  readonly weights: readonly number[];
}

/**
 * Reliability of each rater as Krippendorff's alpha of two: with the true labels where there are any, else with each
 * other rater, averaged. Ours, and deliberately simple: a rater at random gets 0, one who contradicts the others gets
 * weight 0, and two raters without labels always get the same. Judges that share a mistake look reliable to each other:
 * only labels can tell.
 *
 * @throws StatsError as `krippendorffAlpha`; `length-mismatch` when `reference` has another length
 * @example
 * const { weights } = raterReliability([[1, 1, 0], [0, 0, 1], [1, 1, 1], [0, 0, 0]], { scale: 'nominal' }); // [0.56, 0.56, 0.13]
 */
export function raterReliability(units: Ratings, options: RaterReliabilityOptions): RaterReliability {
  const { reference, ...alphaOptions } = options;
  if (reference !== undefined) checkSameLength(units, reference, ['units', 'reference']);
  units.forEach((unit, u) => {
    checkUnit(unit, u);
  });
  const raters = units.reduce((most, unit) => Math.max(most, unit.length), 0);
  const column = (rater: number): RatingColumn => units.map((unit) => unit[rater]);
  const columns = Array.from({ length: raters }, (_, rater) => column(rater));
  const reliability = columns.map((own, rater) => {
    const others = reference ? [reference] : columns.filter((_, other) => other !== rater);
    return meanOf(others.map((other) => alphaOfTwo(own, other, alphaOptions)));
  });
  const known = reliability.some((value) => typeof value === 'number');
  return {
    reliability,
    weights: reliability.map((value) => (!known ? 1 : typeof value === 'number' ? Math.max(0, value) : 0)),
  };
}

function alphaOfTwo(a: RatingColumn, b: RatingColumn, options: KrippendorffAlphaOptions): number | Undefined {
  const alpha = krippendorffAlpha(
    Array.from(a, (rating, u) => [rating, b[u]]),
    options,
  );
  return alpha.undefined === undefined ? alpha.estimate : { undefined: alpha.undefined };
}

/** Mean of the values that are there; the first reason when there are none. */
function meanOf(values: readonly (number | Undefined)[]): number | Undefined {
  const known = values.filter((value) => typeof value === 'number');
  if (known.length > 0) return known.reduce((sum, value) => sum + value / known.length, 0);
  return values.find((value) => typeof value !== 'number') ?? { undefined: 'too-few' };
}
