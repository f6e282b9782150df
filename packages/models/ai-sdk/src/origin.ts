import type { Json } from '@touchstone/core';

/** Where answers come from, for both kinds of model. */
export interface Origin {
  readonly id: string;
  /** As the model calls it: `openai.chat`. */
  readonly provider: string;
  /** The part of it that has prices, limits and options of its own: `openai`. */
  readonly scheme: string;
  readonly identity: Json;
  /** What the object does not show, such as its server, only `identity` tells: without it answers are of one run. */
  readonly reuse: 'run' | 'store';
  readonly scopes: () => Promise<readonly string[]>;
  readonly sending: 'through the door' | 'by itself';
}
