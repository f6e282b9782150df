import { createHash } from 'node:crypto';
import type { Answer, AskedAnswer, CallStore, Clock, Json, Service } from '../contracts/index.ts';
import { canonicalJson } from '../data/canonical-json.ts';

/** The door as the work of one run reaches it: the run's call log, then the service. */
export interface CallLog {
  ask<Q extends Json, A extends Json>(service: Service<Q, A>, request: Q, call: CallTag): Promise<AskedAnswer<A>>;
  /** Counted over the whole run. */
  readonly counts: {
    readonly calls: number;
    readonly cachedCalls: number;
    readonly inputTokens: number;
    readonly outputTokens: number;
  };
}

interface CallTag {
  readonly trial: number;
  readonly repeat: number;
  readonly signal: AbortSignal;
}

interface Recorded<A> {
  readonly answer: Answer<A>;
  readonly latencyMs: number;
}

/** Answers are durable before they are handed over, and equal questions in flight are asked once: both come from the store's claim. */
export function openCallLog(store: CallStore, clock: Clock): CallLog {
  const counts = { calls: 0, cachedCalls: 0, inputTokens: 0, outputTokens: 0 };
  return {
    counts,
    async ask<Q extends Json, A extends Json>(service: Service<Q, A>, request: Q, call: CallTag): Promise<AskedAnswer<A>> {
      const callId = createHash('sha256')
        .update(canonicalJson([service.identity, request, call.trial, call.repeat]))
        .digest('hex');
      const claim = await store.claim(callId, call.signal);
      if (claim.hit !== undefined) {
        counts.cachedCalls++;
        // What stands under the key was written below, for this service and request: its shape is the service's own.
        const recorded = claim.hit as unknown as Recorded<A>;
        return { ...recorded.answer, callId, cached: true, latencyMs: recorded.latencyMs };
      }
      const started = clock.monotonic();
      try {
        const answer = await service.send(request, { signal: call.signal, fetch: globalThis.fetch, attempt: 1 });
        const latencyMs = clock.monotonic() - started;
        counts.calls++;
        counts.inputTokens += answer.usage?.inputTokens ?? 0;
        counts.outputTokens += answer.usage?.outputTokens ?? 0;
        // Handed over as it was recorded: whoever asks again, or after a resume, gets the same.
        const text = JSON.stringify(answer);
        const recorded: Answer<A> = JSON.parse(text);
        await claim.settle({ answer: JSON.parse(text), latencyMs });
        return { ...recorded, callId, cached: false, latencyMs };
      } catch (error) {
        // Whatever went wrong, others may be waiting for this claim. After `settle` this does nothing.
        await claim.release();
        throw error;
      }
    },
  };
}
