import type { Json } from './json.ts';

/**
 * The one shape of everything paid, limited or slow: chat, embeddings, classifiers, HTTP applications.
 * An adapter says who it is and how to send one request, and nothing else: no retry, cache, throttle or count.
 * Those stand once, in the {@link Door}, and therefore hold for every service alike.
 *
 * @typeParam Q request, plain JSON data
 * @typeParam A answer, plain JSON data (it is written to the call log as it is)
 */
export interface Service<Q extends Json = Json, A extends Json = Json> {
  /** For people and for prices: `openai:/gpt-5`. */
  readonly id: string;
  /** All besides the request that can change the answer: provider, base URL, API flavour, wire version. Part of every call's key. Never a credential. */
  readonly identity: Json;
  /** Names of the limits that a call passes, widest first: the account, then account and model. Holds a fingerprint of the credential, never the credential. */
  scopes(): Promise<readonly string[]>;
  /** What the request will use at most, for reservations before it is sent. */
  estimate?(request: Q): Usage;
  /** Sends one request once. Throws what the platform throws; the door maps, waits and retries. */
  send(request: Q, io: ServiceCall): Promise<Answer<A>>;
}

/** What an adapter is given for one attempt. */
export interface ServiceCall {
  readonly signal: AbortSignal;
  /** The platform's `fetch`; an adapter uses this one and no other. */
  readonly fetch: typeof globalThis.fetch;
  /** 1 for the first attempt. */
  readonly attempt: number;
}

/** Tokens and money of one call. A field that the provider did not say is left out, never 0. */
export interface Usage {
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  readonly cachedTokens?: number;
  readonly usd?: number;
}

export type FinishReason = 'stop' | 'length' | 'refusal' | 'filter' | 'tool';

/** An answer and what came with it. */
export interface Answer<A> {
  readonly value: A;
  readonly usage?: Usage;
  /** The model as the provider names it in the answer (a dated snapshot, say). */
  readonly servedBy?: string;
  readonly finish?: FinishReason;
}

// Type aliases, not interfaces: only aliases are assignable to `Json` (an interface could be widened by declaration merging).
export type GenerateRequest = {
  readonly messages: readonly Json[];
  readonly parameters?: { readonly [name: string]: Json };
  readonly tools?: readonly Json[];
  readonly output?: { readonly schema: Json };
};
export type Generated = { readonly text: string | null; readonly toolCalls?: Json; readonly logprobs?: Json };
export type LanguageModel = Service<GenerateRequest, Generated>;

/** One vector a text, in the order of `texts`. Plain arrays, because answers are written to the call log. */
export type EmbeddingModel = Service<{ readonly texts: readonly string[] }, { readonly vectors: readonly (readonly number[])[] }>;

/** For each text its labels with scores in [0, 1]. */
export type Classifier = Service<
  { readonly texts: readonly string[] },
  { readonly labels: readonly (readonly { readonly label: string; readonly score: number }[])[] }
>;
