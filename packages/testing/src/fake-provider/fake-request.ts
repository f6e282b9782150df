import type { JsonObject } from './json-access.ts';

export type FakeApi = 'openai' | 'azure' | 'anthropic' | 'huggingface' | 'mlflow' | 'app';

/** What every scripted answer, fault rule and latency is told of the request. */
export interface FakeRequest {
  /** From 1, in the order of arrival since the start or the last `reset()`. */
  readonly number: number;
  /** How many times this very request (method, path, body) has come by now: 1 for the first, 2 for its first retry. */
  readonly attempt: number;
  readonly api: FakeApi;
  /** As the request names it; `''` when it names none. */
  readonly model: string;
  readonly method: string;
  /** Without the query: `/v1/chat/completions`. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  /** The parsed body; its text when it is no JSON, `undefined` when there is none. */
  readonly body: unknown;
  /** Uniform in [0, 1): the same numbers for the same request and attempt, in any order of arrival. */
  random(): number;
}

export interface ChatRequest extends FakeRequest {
  /** All messages as role and text, system messages among them. What is no text (images, files) is left out. */
  readonly messages: readonly { readonly role: string; readonly text: string }[];
  /** The text of the last message of the user. */
  readonly prompt: string;
  /** The texts of system and developer messages, joined by newlines. */
  readonly system: string;
  /** Names of the functions that may be called. */
  readonly tools: readonly string[];
  /** The JSON schema that the answer is asked to follow. */
  readonly schema?: JsonObject;
  /** 0, or which of the `n` answers to the same request this is. */
  readonly sample: number;
}

export interface EmbeddingRequest extends FakeRequest {
  readonly text: string;
  readonly dimensions: number;
}

/** Also a text generation, summarization or text classification of Hugging Face. */
export interface TextRequest extends FakeRequest {
  readonly text: string;
}

export interface QuestionRequest extends FakeRequest {
  readonly question: string;
  readonly context: string;
}

export interface ScoringRequest extends FakeRequest {
  /** One row: an object when the columns have names, else the bare value or list. */
  readonly row: unknown;
}
