import type { Json } from './json.ts';
import type { Answer, Service } from './service.ts';

/**
 * The only way to a {@link Service}. One place for everything that must hold for every paid call:
 * the run's call log is consulted first, equal requests in flight are sent once, and an answer is durable before it is handed over.
 */
export interface Door {
  /**
   * Asks once per (service identity, request, trial, repeat): the same question in the same run, also after a crash, gets the recorded answer.
   *
   * @param tag.repeat which of several independent answers to the same request is wanted (0, the first, by default)
   * @throws what the service throws; nothing is recorded then
   */
  ask<Q extends Json, A extends Json>(
    service: Service<Q, A>,
    request: Q,
    tag?: { readonly repeat?: number },
  ): Promise<AskedAnswer<A>>;
}

export interface AskedAnswer<A> extends Answer<A> {
  /** Key of the call in the call log. */
  readonly callId: string;
  /** True when the answer was recorded earlier and nothing was sent. */
  readonly cached: boolean;
  /** The successful attempt's own time, without waiting; an answer from the log keeps its original latency. */
  readonly latencyMs: number;
}
