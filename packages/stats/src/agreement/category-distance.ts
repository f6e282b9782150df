import { checkOneOf } from '../check-argument.ts';

/**
 * How far apart two categories are, by their position on the declared scale:
 * - `none`: 1 for any two that differ
 * - `linear`: |i − j|/(q − 1)
 * - `quadratic`: the square of that
 *
 * Positions count, so a category that nobody used still keeps its neighbours apart.
 */
export type CategoryWeights = 'none' | 'linear' | 'quadratic';

/** Distance in [0, 1] of the categories numbered i and j of a scale of q. */
export function categoryDistance(weights: CategoryWeights, q: number): (i: number, j: number) => number {
  checkOneOf(weights, 'weights', ['none', 'linear', 'quadratic']);
  if (weights === 'none') return (i, j) => (i === j ? 0 : 1);
  const power = weights === 'linear' ? 1 : 2;
  return (i, j) => (Math.abs(i - j) / (q - 1)) ** power;
}
