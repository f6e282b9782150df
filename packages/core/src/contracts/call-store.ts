import type { Json } from './json.ts';
import type { Usage } from './service.ts';

/**
 * Answers of services by key. Many writers; at most one of them is asking for a key at a time (single flight).
 * It is the call log of a run: what is settled is durable, and never asked again. It is the run's account book as well.
 */
export interface CallStore {
  /**
   * Finds the answer, or makes the caller the one who asks. While another holds the claim, it waits for that one's answer;
   * when the holder releases (or its process dies), the next waiter gets the claim. When the holder's answer cannot be stored,
   * waiting claims fail as its `settle` does.
   */
  claim(key: string, signal: AbortSignal): Promise<CallClaim>;
  /**
   * Notes money that a call may cost before it is sent; resolves when durable. A later amount replaces the earlier one of the
   * reservation, 0 removes it, and so does settling the call that names it. What a process leaves when it dies counts as spent.
   */
  reserve(reservation: string, usd: number): Promise<void>;
  /** US dollars of the run, all its parts: calls that were settled, and what is reserved. */
  money(): Promise<{ readonly settled: number; readonly reserved: number }>;
  /** What the settled calls of the run used, summed by evaluation, service and purpose. */
  totals(): Promise<readonly CallTotals[]>;
  /**
   * Notes that a row got the answer of a settled call, whoever had asked first; resolves when durable. Where it was that row, and where
   * it was noted before, nothing changes.
   */
  share(key: string, row: string): Promise<void>;
  /** Settled calls that a row asked for or got the answer of, or that stand under these keys, in the order in which they were settled. */
  find(which: CallQuery): Promise<readonly CallEntry[]>;
  /** All settled calls in the order in which they were settled, a chunk at a time: to copy a run. */
  entries(): AsyncIterable<readonly CallEntry[]>;
}

/** Which calls are wanted: those that meet one of the two. */
export interface CallQuery {
  readonly row?: string;
  readonly keys?: readonly string[];
}

/** A settled call: `settle(answer, record)` of the claim on `key` makes it again in another store. */
export interface CallEntry {
  readonly key: string;
  readonly answer: Json;
  readonly record: CallRecord;
  /** Rows that {@link CallStore.share} has noted, in the order of their texts; absent without any. Only where calls are copied. */
  readonly sharedWith?: readonly string[];
}

export type CallClaim =
  | { readonly hit: Json }
  | {
      readonly hit?: undefined;
      /** Resolves when durable; then the answer may be used. */
      settle(answer: Json, record: CallRecord): Promise<void>;
      /** Gives up without an answer. Does nothing after `settle`. */
      release(): Promise<void>;
    };

/** What is known of a call besides its answer. */
export interface CallRecord {
  /** The evaluation of the run, from 1. */
  readonly evaluation: number;
  /** {@link Service.id}. */
  readonly service: string;
  /** Who asked: `model`, or the metric's name. */
  readonly purpose: string;
  /** Attempts, the successful one included; 0: nothing was sent, the answer came from the {@link AnswerCache} of the store. */
  readonly attempts: number;
  readonly usage: Usage;
  /** Money of all attempts; absent when the price is not known. */
  readonly usd?: number;
  /** The successful attempt's own time. */
  readonly latencyMs: number;
  /** Time spent waiting for limits and between attempts. */
  readonly waitMs: number;
  /** Until the first token, where the answer was streamed. */
  readonly firstTokenMs?: number;
  /** What was reserved for it, and is so no longer. */
  readonly reservation?: string;
  /** Absent in runs of versions that did not keep it. */
  readonly sent?: SentCall;
}

/** What was asked, as far as it may be written down: a credential that stands in it is `[secret:FINGERPRINT]`. */
export interface SentCall {
  /** Key of the row that it was first asked for; others that got its answer are noted by {@link CallStore.share}. */
  readonly row: string;
  readonly trial: number;
  /** Which of several independent answers to the same request, from 0. */
  readonly repeat: number;
  /** {@link Service.identity}. */
  readonly identity: Json;
  /**
   * In the form in which it is part of the call's key. In the place of a text of more than 64 Ki characters stands
   * `{ $body: SHA-256 of its JSON, length, begins }`; a member that is really called so has one more `$`.
   */
  readonly request: Json;
}

/** Sums over {@link CallRecord}s. */
export interface CallTotals {
  readonly evaluation: number;
  readonly service: string;
  readonly purpose: string;
  /** Calls that were sent. */
  readonly calls: number;
  /** Calls that were not: their answers came from the cache. */
  readonly cached: number;
  readonly attempts: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cachedTokens: number;
  readonly reasoningTokens: number;
  readonly usd: number;
  /** Calls of which the price is not known. */
  readonly unpriced: number;
  /** Of the calls that were sent, as are the two below. */
  readonly latencyMs: number;
  readonly waitMs: number;
  readonly firstTokenMs: number;
  /** Calls that told when their first token came. */
  readonly streamed: number;
}
