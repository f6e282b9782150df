/**
 * Why a number does not exist.
 * - `no-data`: nothing is left after dropping missing values
 * - `too-few`: a variance needs at least two
 * - `zero-variance`: all values (or all cluster means) are equal, so the formula has nothing to measure
 * - `single-cluster`: the spread between clusters cannot be seen in one cluster
 * - the others belong to methods of their own: ranks, agreement, ratios, models, order statistics, iterations
 */
export type UndefinedReason =
  | 'no-data'
  | 'too-few'
  | 'zero-variance'
  | 'single-cluster'
  | 'all-ties'
  | 'no-variation'
  | 'zero-denominator'
  | 'not-identified'
  | 'unattainable'
  | 'did-not-converge';

/** Stands where a number or a result would stand. This package never returns NaN. */
export interface Undefined {
  readonly undefined: UndefinedReason;
}

/**
 * Tells an undefined result (or field) from a defined one, and narrows the type.
 *
 * @example
 * const spread = describe([3.5]).variance;
 * const text = isUndefined(spread) ? `no variance: ${spread.undefined}` : spread.toFixed(2);
 */
export function isUndefined<T>(result: T): result is Extract<T, Undefined> {
  return typeof result === 'object' && result !== null && 'undefined' in result && result.undefined !== undefined;
}
