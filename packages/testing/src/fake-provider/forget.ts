import type { ProviderState } from './provider-state.ts';

/** As after the start: no calls, limits unused, every request for the first time. Answers, faults and limits that were set stay. */
export function forget(state: ProviderState): void {
  state.log.reset();
  state.limits.reset();
  state.attempts.clear();
  state.responses.clear();
  state.cachedPrefixes.clear();
}
