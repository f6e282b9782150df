import type { Usage } from './service.ts';

/**
 * Decides when a call may be sent. One governor serves a whole run (or several processes, if it is a distributed one).
 * A call passes all its scopes at once; what was reserved is corrected by what was really used.
 */
export interface Governor {
  /** Resolves when the call may be sent under every scope; rejects with the signal's reason when it aborts first. */
  enter(scopes: readonly string[], need: Usage, signal: AbortSignal): Promise<Admission>;
  /** What was learned when, for people: oldest first, bounded. */
  history?(): readonly LimitChange[];
}

export interface Admission {
  /** Exactly once per admission. */
  done(outcome: CallOutcome): void;
}

/** How a call ended, as far as limits are concerned. */
export interface CallOutcome {
  /**
   * `ok`: answered. `limited`: refused because of a limit (429). `overloaded`: the provider could not (5xx, 529): that says nothing
   * of our limits. `error`: anything else, also a call that was given up.
   */
  readonly kind: 'ok' | 'limited' | 'overloaded' | 'error';
  /** What was really used; absent: what was reserved counts. */
  readonly usage?: Usage;
  /** Those of the answer: limits are learned from them. */
  readonly headers?: Headers;
  /** How long the provider asks to wait. */
  readonly waitMs?: number;
}

/** A limit that was learned, raised or cut. */
export interface LimitChange {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly scope: string;
  /** What is limited, by whom it was said, and to what: `concurrency`, `requests a minute`, `tokens a minute`, `pause`. */
  readonly what: 'concurrency' | 'requests-per-minute' | 'tokens-per-minute' | 'pause';
  /** The new value; for a pause its milliseconds. */
  readonly value: number;
  /** `429`, `header`, `probe`, `5xx`. */
  readonly why: string;
}
