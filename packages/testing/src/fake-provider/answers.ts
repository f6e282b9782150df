import type { Json } from '@touchstone/core';
import type { ChatRequest, EmbeddingRequest, FakeRequest, QuestionRequest, ScoringRequest, TextRequest } from './fake-request.ts';
import type { Fault } from './faults.ts';

/**
 * An answer, or a function of the request. It may return a fault as well (`{ fault: 'reset' }`), or a `Response` of the platform,
 * which is then sent as it is.
 */
export type Scripted<Q extends FakeRequest, A> =
  | A
  | ((request: Q) => A | Fault | Response | undefined | Promise<A | Fault | Response | undefined>);

/** What the provider answers, by what is asked. What is left out, or answered with `undefined`, has a default made from seed and request. */
export interface FakeAnswers {
  /** Chat completions, responses, messages. Default: a few English words, JSON for a schema, a call for a required tool. */
  readonly chat?: Scripted<ChatRequest, ChatAnswer>;
  /** One text. Default: a unit vector; equal texts have equal vectors. */
  readonly embed?: Scripted<EmbeddingRequest, readonly number[]>;
  /** Scores of categories in [0, 1] for one text; from 0.5 on it is flagged. Default: all below 0.01. */
  readonly moderate?: Scripted<TextRequest, Readonly<Record<string, number>>>;
  /** Text generation. Default: a few English words. */
  readonly generate?: Scripted<TextRequest, string>;
  /** Summarization. Default: the first sentence, at most 20 words. */
  readonly summarize?: Scripted<TextRequest, string>;
  /** Scores of labels in [0, 1] for one text. Default: `LABEL_0` and `LABEL_1`, `toxic` and `non-toxic` for models of that name. */
  readonly classify?: Scripted<TextRequest, Readonly<Record<string, number>>>;
  /** Question answering. Default: the first word of the context. */
  readonly answerQuestion?: Scripted<QuestionRequest, string>;
  /** The prediction for one row of an MLflow scoring request. Default: a few English words. */
  readonly score?: Scripted<ScoringRequest, Json>;
  /** Anything below `provider.app`. Default: what was sent: `{ method, path, query, body }`. */
  readonly app?: Scripted<FakeRequest, Json>;
}

export type ChatAnswer = string | ChatMessage;

export interface ChatMessage {
  readonly text?: string;
  readonly toolCalls?: readonly FakeToolCall[];
  /** The model declines: the refusal field of OpenAI, `stop_reason: refusal` of Anthropic. */
  readonly refusal?: string;
  /** What a reasoning model thinks before. Default for those: counted, not told. */
  readonly reasoning?: string;
  /** Default: `tool` with tool calls, `refusal` with a refusal, `length` when the answer was cut to the tokens asked for, else `stop`. */
  readonly finish?: FakeFinish;
  /** No choice at all, or a message without content. */
  readonly empty?: true;
  /** Replaces what is counted. */
  readonly usage?: Partial<FakeUsage>;
}

export type FakeFinish = 'stop' | 'length' | 'tool' | 'refusal' | 'filter';

export interface FakeToolCall {
  readonly name: string;
  /** A text is sent as it is, valid JSON or not. */
  readonly arguments: Readonly<Record<string, Json>> | string;
  readonly id?: string;
}

/** Tokens. Input includes cached and written ones, output includes reasoning; each API reports them its own way. */
export interface FakeUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cachedTokens: number;
  readonly cacheWriteTokens: number;
  readonly reasoningTokens: number;
}
