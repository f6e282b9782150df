import type { ProviderState } from '../provider-state.ts';
import type { Family } from './family.ts';
import type { Incoming } from './incoming.ts';
import type { Reply } from './reply.ts';

/** One path of an API. */
export interface Endpoint {
  readonly family: Family;
  readonly method: 'GET' | 'POST' | 'any';
  /** The model, before the request is known to be well-formed; `''` when it names none. */
  model(body: unknown): string;
  /**
   * Looks the request over.
   *
   * @throws Declined when its API would refuse it
   */
  open(incoming: Incoming, state: ProviderState): Task;
}

/** A well-formed request, ready to be answered. */
export interface Task {
  /** What is reserved of the token limits: input and the most output asked for. */
  readonly tokens: number;
  /** @param instead the answer of a fault, in place of what the script says */
  answer(instead?: Instead): Promise<Reply> | Reply;
}

/** How answers go wrong that each API says in its own way. */
export type Instead = 'empty' | 'refusal' | 'filtered' | 'length';
