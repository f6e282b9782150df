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
  /** What it can be asked; absent for an application of somebody's own. A metric's role says which kind it needs. */
  readonly kind?: ServiceKind;
  /** For people and for prices: `openai:/gpt-5`. */
  readonly id: string;
  /** All besides the request that can change the answer: provider, base URL, API flavour, wire version. Part of every call's key. Never a credential. */
  readonly identity: Json;
  /**
   * Names of the limits that a call passes, widest first: the account, then account and model. The account's name begins with the
   * provider (`openai|https://api.openai.com/v1|3f0c…`), holds a fingerprint of the credential, and never the credential.
   */
  scopes(): Promise<readonly string[]>;
  /**
   * To whom an answer may be given again: to this run, or to every run of the store (its cache). Default: `store` for a service with a
   * {@link kind}; `run` for an application of somebody's own, whose code may change behind the same identity. A service whose identity
   * does not say all that can change an answer says `run`.
   */
  readonly reuse?: 'run' | 'store';
  /**
   * Throws when what is needed to send is not there, such as a key. Asked before the first row, but not when nothing may have to be sent,
   * as in the replay of a cassette: so a service can be made without its key.
   *
   * @throws TouchstoneError `missing-key` naming the variable
   */
  ready?(): void;
  /** What the request will use at most, for reservations before it is sent. */
  estimate?(request: Q): Usage;
  /** Sends one request once. @throws ServiceError what went wrong, by kind; the door waits, retries and removes secrets */
  send(request: Q, io: ServiceCall): Promise<Answer<A>>;
}

export type ServiceKind = 'language' | 'embedding' | 'classifier';

/** What an adapter is given for one attempt. */
export interface ServiceCall {
  /** Aborts when nobody waits for the answer any more: the run was stopped, or the attempt has taken too long. */
  readonly signal: AbortSignal;
  /**
   * The platform's `fetch`; an adapter uses this one and no other. What passes is bounded in size, and the door reads of it what
   * it learns limits from and which credentials must never be shown.
   */
  readonly fetch: typeof globalThis.fetch;
  /** 1 for the first attempt. */
  readonly attempt: number;
  /** Said by an adapter that streams, when the first token is there. */
  firstToken(): void;
}

/** Tokens and money of one call. A field that the provider did not say is left out, never 0. */
export interface Usage {
  /** All of the input, the cached part of it included. */
  readonly inputTokens?: number;
  /** All of the output, reasoning included. */
  readonly outputTokens?: number;
  /** The part of the input that the provider had in its cache. */
  readonly cachedTokens?: number;
  /** The part of the output that was thought and not said. */
  readonly reasoningTokens?: number;
  /** US dollars, where the provider says so itself; otherwise a price list does. */
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

/** A message in the words of no provider; each adapter turns it into its own. */
export type Message =
  | { readonly role: 'system' | 'user'; readonly content: string | readonly ContentPart[] }
  | {
      readonly role: 'assistant';
      readonly content: string | readonly ContentPart[] | null;
      readonly toolCalls?: readonly ToolCall[];
    }
  | { readonly role: 'tool'; readonly toolCallId: string; readonly content: string };

/** A piece of a message. `data` is base64. */
export type ContentPart =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'image'; readonly url: string }
  | { readonly type: 'image' | 'file'; readonly mediaType: string; readonly data: string; readonly name?: string };

export type ToolCall = { readonly id: string; readonly name: string; readonly arguments: Json };

/** A function that the model may ask for. */
export type Tool = { readonly name: string; readonly description?: string; readonly schema: Json };

export type GenerateRequest = {
  readonly messages: readonly Message[];
  /**
   * Neutral names: `temperature`, `topP`, `topK`, `maxOutputTokens`, `seed`, `stop`, `frequencyPenalty`, `presencePenalty`,
   * `reasoningEffort`, `logprobs`. Each adapter maps them; other keys reach the provider as they are.
   */
  readonly parameters?: { readonly [name: string]: Json };
  /**
   * Parameters that are a default of ours, not the user's word: dropped with a note where the model refuses them, while one of
   * `parameters` that it refuses is an error.
   */
  readonly defaults?: { readonly [name: string]: Json };
  readonly tools?: readonly Tool[];
  /** The answer is to be JSON that follows this JSON Schema. */
  readonly output?: { readonly schema: Json };
};

export type Generated = {
  /** `null`: there is none, because tools are called or the answer was refused. */
  readonly text: string | null;
  readonly toolCalls?: readonly ToolCall[];
  /** Why the model would not answer, in its own words. */
  readonly refusal?: string;
  /** What the model thought, where it tells. */
  readonly reasoning?: string;
  readonly logprobs?: Json;
  /** What was done otherwise than asked, for people: `temperature was left out, gpt-5 takes none`. */
  readonly notes?: readonly string[];
};
export type LanguageModel = Service<GenerateRequest, Generated>;

/** One vector a text, in the order of `texts`. Plain arrays, because answers are written to the call log. */
export type EmbeddingModel = Service<EmbedRequest, { readonly vectors: readonly (readonly number[])[] }>;
export type EmbedRequest = {
  readonly texts: readonly string[];
  readonly parameters?: { readonly [name: string]: Json };
};

/** For each text its labels with scores in [0, 1]. */
export type Classifier = Service<
  { readonly texts: readonly string[] },
  { readonly labels: readonly (readonly { readonly label: string; readonly score: number }[])[] }
>;

/**
 * Which service a metric asks, in a role: a URI of a language model, a URI of another kind of service, the service itself, or
 * `{ default: 'judge' }`: the judge that the evaluation names, or a plug-in. There is none until somebody sets one.
 */
export type ServiceRef = ServiceAddress | { readonly default: 'judge' } | Service;

/** A service by URI. A text alone is a language model's. */
export type ServiceAddress = string | { readonly uri: string; readonly kind: ServiceKind };
