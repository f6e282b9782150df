import type { Json } from './json.ts';

/**
 * Answers of services for all runs of a store, by the key of the call. Many writers; at most one of them, in whatever process, is
 * asking for a key at a time. Unlike the call log it may forget: least recently used answers go when there are too many.
 */
export interface AnswerCache {
  /**
   * Finds the answer, or makes the caller the one who asks. While another holds the claim it waits; when that one settles, its answer
   * is the hit, however old an answer may be; when it releases, or its process dies, the next one gets the claim.
   *
   * @throws TouchstoneError `store-closed`, and what is wrong with the file
   */
  claim(key: string, signal: AbortSignal, options?: CacheClaimOptions): Promise<CacheClaim>;
  stats(): Promise<CacheStats>;
  /** Forgets all answers, or those of one service. @returns how many */
  clear(which?: { readonly service?: string }): Promise<number>;
  /** Forgets answers that are older, then those least recently used until the rest fits. Without limits: as the store was told to. @returns how many */
  prune(limits?: CacheLimits & { readonly maxAgeMs?: number }): Promise<number>;
}

export interface CacheClaimOptions {
  /** An answer that is older is asked for again. It is no part of the key: the next caller may take what this one will not. */
  readonly maxAgeMs?: number;
  /** Whether an answer that was there before this call is asked for again; the new one takes its place. */
  readonly refresh?: boolean;
}

export type CacheClaim =
  | {
      readonly hit: Json;
      /** When it was settled. Milliseconds since the epoch. */
      readonly at: number;
    }
  | {
      readonly hit?: undefined;
      /** Keeps the answer and lets go; resolves when it is durable. When it cannot be kept it rejects, and the claim is free. */
      settle(answer: Json, about: CacheAbout): Promise<void>;
      /** Gives up without an answer. Does nothing after `settle`. */
      release(): Promise<void>;
    };

/** What is known of an answer besides it. */
export interface CacheAbout {
  /** {@link Service.id}: what statistics and `clear` go by. */
  readonly service: string;
}

export interface CacheLimits {
  /** Of {@link CacheStats.bytes}, at most. An answer that is larger by itself is not kept. */
  readonly maxBytes?: number;
}

export interface CacheStats {
  readonly entries: number;
  /** Of the answers as JSON in UTF-8. */
  readonly bytes: number;
  /** When the oldest and the newest answer were settled. Milliseconds since the epoch; absent when there is none. */
  readonly oldest?: number;
  readonly newest?: number;
  /** How often the answers that are there were taken. */
  readonly hits: number;
  /** The largest first. */
  readonly byService: readonly { readonly service: string; readonly entries: number; readonly bytes: number }[];
}
