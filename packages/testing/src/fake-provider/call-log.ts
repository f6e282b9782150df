import type { FakeApi } from './fake-request.ts';
import type { FaultName } from './faults.ts';

/** One request, and what became of it. Held in memory only; with the credentials that came. */
export interface FakeCall {
  /** From 1, in the order of arrival since the start or the last `reset()`. */
  readonly number: number;
  /** How many times this very request had come by then. */
  readonly attempt: number;
  readonly api: FakeApi;
  readonly model: string;
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  /** The credential that came, whatever header it was in. */
  readonly key: string | undefined;
  /** Parsed when it is JSON, else its text; `undefined` when there is none. */
  readonly body: unknown;
  /** Milliseconds since the epoch, with fractions. */
  readonly arrivedAt: number;
  /** When the last byte of the answer was handed over, or the connection ended. */
  readonly endedAt: number | undefined;
  /** Requests in work when it arrived, itself among them. */
  readonly inFlight: number;
  /** `undefined` while there is no answer, and when there was none. */
  readonly status: number | undefined;
  /** JSON, text, or the events of a stream. Bodies of oversized answers are not kept. */
  readonly answer: unknown;
  /** Input and output tokens that the answer reported. */
  readonly tokens: number | undefined;
  readonly fault: FaultName | undefined;
  /** What a limit refused it. */
  readonly limitedBy: 'requests' | 'tokens' | 'concurrency' | undefined;
  /** `gone`: the client ended the connection first; `cut`: the provider did, on purpose; `open`: still in work. */
  readonly outcome: 'open' | 'answered' | 'gone' | 'cut';
}

export interface FakeCounts {
  /** Requests that arrived. */
  readonly total: number;
  readonly inFlight: number;
  /** The most at a time. */
  readonly peakInFlight: number;
  /** `0` counts those that got no status. */
  readonly byStatus: Readonly<Record<number, number>>;
  readonly byModel: Readonly<Record<string, number>>;
  readonly byKey: Readonly<Record<string, number>>;
  readonly byFault: Readonly<Record<string, number>>;
}

/** A call while it is written. */
export type OpenCall = { -readonly [K in keyof FakeCall]: FakeCall[K] };

export interface CallLog {
  arrive(
    call: Omit<
      FakeCall,
      'number' | 'inFlight' | 'arrivedAt' | 'endedAt' | 'status' | 'answer' | 'tokens' | 'fault' | 'limitedBy' | 'outcome'
    >,
    arrival: Arrival,
  ): OpenCall;
  end(call: OpenCall, arrival: Arrival, outcome: 'answered' | 'gone' | 'cut'): void;
  /** The next number, and the moment; taken before the body is read. */
  begin(): Arrival;
  /** The client left before its request was complete. */
  abandon(arrival: Arrival): void;
  calls(): readonly FakeCall[];
  counts(): FakeCounts;
  /** How many were in work from each moment on at which that changed; oldest first. */
  concurrency(): readonly { readonly at: number; readonly inFlight: number }[];
  reset(): void;
}

export interface Arrival {
  readonly number: number;
  readonly at: number;
  readonly inFlight: number;
}

/** @param keep the newest so many calls are kept; all are counted */
export function callLog(keep: number): CallLog {
  let total = 0;
  let inFlight = 0;
  let peakInFlight = 0;
  let kept: OpenCall[] = [];
  let counted = counters();
  /** In work, and arrived since the last reset: what arrived before does not count any more. */
  const current = new Set<Arrival>();

  return {
    begin() {
      inFlight++;
      peakInFlight = Math.max(peakInFlight, inFlight);
      const arrival = { number: ++total, at: now(), inFlight };
      current.add(arrival);
      return arrival;
    },

    arrive(what, arrival) {
      const call: OpenCall = {
        ...what,
        number: arrival.number,
        arrivedAt: arrival.at,
        inFlight: arrival.inFlight,
        endedAt: undefined,
        status: undefined,
        answer: undefined,
        tokens: undefined,
        fault: undefined,
        limitedBy: undefined,
        outcome: 'open',
      };
      if (!current.has(arrival)) return call;
      kept.push(call);
      if (kept.length > 2 * keep) kept = kept.slice(-keep);
      count(counted.byModel, call.model);
      count(counted.byKey, call.key ?? '');
      return call;
    },

    end(call, arrival, outcome) {
      call.endedAt = now();
      call.outcome = outcome;
      inFlight--;
      if (!current.delete(arrival)) return;
      count(counted.byStatus, call.status ?? 0);
      if (call.fault !== undefined) count(counted.byFault, call.fault);
    },

    abandon(arrival) {
      inFlight--;
      current.delete(arrival);
    },

    calls: () => kept.slice(-keep),

    counts: () => ({
      total,
      inFlight,
      peakInFlight,
      byStatus: Object.fromEntries(counted.byStatus),
      byModel: Object.fromEntries(counted.byModel),
      byKey: Object.fromEntries(counted.byKey),
      byFault: Object.fromEntries(counted.byFault),
    }),

    concurrency: () => concurrencyOf(kept.slice(-keep)),

    reset() {
      current.clear();
      total = 0;
      peakInFlight = inFlight;
      kept = [];
      counted = counters();
    },
  };
}

/** Milliseconds since the epoch that never go back, with fractions. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}

function counters() {
  return {
    byStatus: new Map<number, number>(),
    byModel: new Map<string, number>(),
    byKey: new Map<string, number>(),
    byFault: new Map<string, number>(),
  };
}

function count<K>(of: Map<K, number>, key: K): void {
  of.set(key, (of.get(key) ?? 0) + 1);
}

function concurrencyOf(calls: readonly FakeCall[]): readonly { readonly at: number; readonly inFlight: number }[] {
  const changes = calls.flatMap(({ arrivedAt, endedAt }) => [
    { at: arrivedAt, by: 1 },
    ...(endedAt === undefined ? [] : [{ at: endedAt, by: -1 }]),
  ]);
  changes.sort((a, b) => a.at - b.at || a.by - b.by);
  let inFlight = 0;
  return changes.map(({ at, by }) => {
    inFlight += by;
    return { at, inFlight };
  });
}
