import type { AskedAnswer, Door } from './door.ts';
import type { Logger } from './logger.ts';
import type { EmbedRequest, Generated, GenerateRequest } from './service.ts';

/** The context of one piece of work: one row × trial. A metric gets one per item, a model one per row. */
export interface Work extends Door {
  /** Aborts when the run is stopped at once, or when this piece of work has timed out. */
  readonly signal: AbortSignal;
  /** The row's key (architecture §4): stable over runs, for logs and idempotency. */
  readonly rowKey: string;
  /** The row's position in the data, from 0. Absent outside of a run. */
  readonly ordinal?: number;
  /** 0 for the first trial. */
  readonly trial: number;
  /**
   * Set where what has failed is tried again. An answer that was recorded then, and did not count, would only fail again: it is asked for
   * anew as another one of several ({@link Door.ask}, `repeat`).
   */
  readonly retrying?: boolean;
  /** Uniform in [0, 1), counter-based: the same numbers for the same seed, row and trial, in any order of rows and after a resume. */
  random(): number;
  readonly log: Logger;
  /**
   * The platform's `fetch` through the door: requests are limited, counted, priced, capped, logged and replayed like those of
   * Touchstone itself. Answers are handed over whole, also those that were sent as a stream, and errors as they came, once the
   * door's own retries are over. To end a request with the run, hand the SDK {@link signal} as well.
   *
   * @example new OpenAI({ fetch: call.fetch })
   */
  readonly fetch: typeof globalThis.fetch;
  /** Asks a language model by URI: `(await call.generate('openai:/gpt-5-mini', { messages })).value.text`. */
  generate(uri: string, request: GenerateRequest): Promise<AskedAnswer<Generated>>;
  /** Vectors of texts, by an embedding model by URI; one a text, in their order. */
  embed(uri: string, texts: readonly string[], parameters?: EmbedRequest['parameters']): Promise<readonly (readonly number[])[]>;
}

/** The second argument of a function model: the part of {@link Work} that is its business. */
export type ModelCall = Pick<Work, 'signal' | 'trial' | 'rowKey' | 'log' | 'fetch' | 'generate' | 'embed'>;
