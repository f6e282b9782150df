import type { Usage } from './service.ts';

/**
 * Decides when a call may be sent. One governor serves a whole run (or several processes, if it is a distributed one).
 * A call passes all its scopes at once; what was reserved is corrected by what was really used.
 */
export interface Governor {
  /** Resolves when the call may be sent under every scope; rejects with the signal's reason when it aborts first. */
  enter(scopes: readonly string[], need: Usage, signal: AbortSignal): Promise<Admission>;
}

export interface Admission {
  /** Exactly once per admission. `headers` are those of the answer: limits are learned from them. */
  done(actual: Usage, outcome: 'ok' | 'limited' | 'error', headers?: Headers): void;
}
