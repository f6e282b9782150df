/** What can be wrong with an argument. The codes are stable; the sentences may become better. */
export type StatsErrorCode =
  | 'not-finite'
  | 'length-mismatch'
  | 'out-of-range'
  | 'not-integer'
  | 'missing-cluster'
  | 'missing-value'
  | 'unequal-raters';

const BRAND = Symbol.for('touchstone.StatsError');

/**
 * Thrown for an argument that no result can be computed from. The message is a sentence that names the argument and,
 * where there is one, the index. Data that are fine but too poor for a result are never an error: they give an
 * `Undefined` result.
 */
export class StatsError extends Error {
  override readonly name = 'StatsError';
  readonly code: StatsErrorCode;
  /** The argument as written in the signature, for example `values` or `options.level`. */
  readonly argument: string;
  /** Position in that argument, from 0. */
  readonly index: number | undefined;
  readonly [BRAND] = true;

  constructor(code: StatsErrorCode, message: string, place: { readonly argument: string; readonly index?: number }) {
    super(message);
    this.code = code;
    this.argument = place.argument;
    this.index = place.index;
  }

  /** Like `instanceof`, but true across two installed copies of the package. */
  static isInstance(value: unknown): value is StatsError {
    return value instanceof Error && BRAND in value;
  }
}
