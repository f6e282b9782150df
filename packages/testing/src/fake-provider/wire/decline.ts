import { type ModelTraits, traitsOf } from '../model-traits.ts';
import type { ProviderState } from '../provider-state.ts';
import type { Family } from './family.ts';
import type { Incoming } from './incoming.ts';
import { Declined } from './reply.ts';
import type { Problem } from './shape.ts';

/** @throws Declined when there is a problem, in the words of the API */
export function declineFor(family: Family, incoming: Incoming, problem: Problem | undefined): void {
  if (problem !== undefined) throw new Declined(family.failure({ kind: 'problem', problem }, incoming));
}

/** @throws Declined when the provider has no such model */
export function knownModel(family: Family, incoming: Incoming, state: ProviderState): ModelTraits {
  const traits = traitsOf(state, incoming.request.model);
  if (traits === undefined) throw new Declined(family.failure({ kind: 'unknown-model' }, incoming));
  return traits;
}
