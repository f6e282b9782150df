import type { Json } from './json.ts';

/**
 * Answers of services by key. Many writers; at most one of them is asking for a key at a time (single flight).
 * It is the call log of a run: what is settled is durable, and never asked again.
 */
export interface CallStore {
  /**
   * Finds the answer, or makes the caller the one who asks. While another holds the claim, it waits for that one's answer;
   * when the holder releases (or its process dies), the next waiter gets the claim. When the holder's answer cannot be stored,
   * waiting claims fail as its `settle` does.
   */
  claim(key: string, signal: AbortSignal): Promise<CallClaim>;
}

export type CallClaim =
  | { readonly hit: Json }
  | {
      readonly hit?: undefined;
      /** Resolves when durable; then the answer may be used. */
      settle(answer: Json): Promise<void>;
      /** Gives up without an answer. Does nothing after `settle`. */
      release(): Promise<void>;
    };
