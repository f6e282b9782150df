import type { ErrorRecord } from './error-record.ts';
import type { Json } from './json.ts';

/** What a metric says of a row: a finite number, a yes/no, or a label. */
export type ScoreValue = number | boolean | string;

export interface Scored {
  readonly status: 'scored';
  readonly value: ScoreValue;
  /** Why, for a person; shown in the table as `<metric>/justification`. */
  readonly justification?: string;
  /** Anything more that belongs to the score: precision and recall beside an F-measure, each judge's own verdict. */
  readonly details?: Json;
  /** Short remarks that are counted over the run (kebab-case), e.g. `injection-suspected`. */
  readonly flags?: readonly string[];
  /** Set in results where a person said it in place of the metric: who. */
  readonly by?: string;
  /** Set by the run where a statistic metric gave summands and no score: the row counts, and `value` is a 0 that nobody may read. */
  readonly summandsOnly?: true;
}

/** A property of the row (a missing cell, a wrong type, not applicable): the same on every retry, outside the error budget. */
export interface Skipped {
  readonly status: 'skipped';
  readonly code: string;
  readonly reason: string;
  /** What belongs to it all the same, such as what each judge of a panel said where they are tied. */
  readonly details?: Json;
}

/** An accident (exception, timeout, provider, NaN): trying again may help; counts against the error budget. */
export interface Failed {
  readonly status: 'failed';
  readonly error: ErrorRecord;
}

export type Score = Scored | Skipped | Failed;

/**
 * The score of a row that the metric does not apply to.
 *
 * @example scoreRow: ({ context, predictions }) => (context === '' ? skipped('no context') : contains(predictions, context))
 */
export function skipped(reason: string, code = 'not-applicable'): Skipped {
  return { status: 'skipped', code, reason };
}
