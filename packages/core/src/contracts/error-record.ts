import type { Json } from './json.ts';

/** A failure as data: what a failed score or prediction keeps of it. Never holds a secret or a stack. */
export interface ErrorRecord {
  /** Stable, kebab-case; what `coverage.reasons` counts. */
  readonly code: string;
  /** One sentence for the person who reads the row. */
  readonly message: string;
  /** Whether the same request could succeed later. */
  readonly retryable: boolean;
  /** What belongs to the failure and is no sentence: the answer of a judge that nobody could read. */
  readonly details?: Json;
}
