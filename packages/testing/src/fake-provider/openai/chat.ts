import { type ChatOutcome, chatOutcome } from '../chat-outcome.ts';
import { type JsonObject, numberIn, objectIn, textIn } from '../json-access.ts';
import { type ModelTraits, reasons, traitsOf } from '../model-traits.ts';
import { tokenPieces } from '../token-pieces.ts';
import { declineFor, knownModel } from '../wire/decline.ts';
import type { Endpoint, Task } from '../wire/endpoint.ts';
import type { Family } from '../wire/family.ts';
import { type Incoming, idOf, secondsOf } from '../wire/incoming.ts';
import type { Reply } from '../wire/reply.ts';
import { chatRequestProblem, looseChatProblem, type ReadChat, readChat, sizeProblem } from './chat-request.ts';
import { chatEvents } from './chat-stream.ts';
import { logprobsOf, type TokenLogprobs } from './logprobs.ts';

export interface ChatFlavor {
  readonly family: Family;
  /** `loose` takes fields that OpenAI does not know. */
  readonly fields: 'strict' | 'loose';
  /** The model, where the path names it. */
  readonly modelOf?: (body: unknown) => string;
  /** What else Azure puts into an answer. */
  readonly filters?: ContentFilters;
}

/** Azure's word on prompt and answers. */
export interface ContentFilters {
  readonly prompt: readonly JsonObject[];
  choice(finish: string): JsonObject;
}

/** `POST /v1/chat/completions` and its like. */
export function chatCompletions(flavor: ChatFlavor): Endpoint {
  const { family } = flavor;
  return {
    family,
    method: 'POST',
    model: flavor.modelOf ?? ((body) => textIn(objectIn(body).model)),
    open(incoming, state): Task {
      const { model } = incoming.request;
      const body = objectIn(incoming.request.body);
      const guessed = traitsOf(state, model) ?? {};
      const reasoning = reasons(guessed, guessed.servedBy ?? model);
      const named = flavor.modelOf === undefined ? body : { model, ...body };
      declineFor(family, incoming, flavor.fields === 'strict' ? chatRequestProblem(named, reasoning) : looseChatProblem(named));
      const traits = knownModel(family, incoming, state);
      const chat = readChat(body, incoming, reasoning);
      declineFor(family, incoming, sizeProblem(traits, chat.inputTokens, chat.maxTokens));
      return {
        tokens: chat.inputTokens + (chat.maxTokens ?? 0) * chat.samples,
        async answer(instead) {
          const samples = instead === 'empty' ? [] : Array.from({ length: chat.samples }, (_, sample) => sample);
          const outcomes = await Promise.all(samples.map((sample) => chatOutcome(chat, state, sample, instead)));
          return renderChat({ incoming, chat, traits, outcomes, filters: flavor.filters });
        },
      };
    },
  };
}

/** All that an answer is made of, in one piece or as a stream. */
export interface RenderedChat {
  readonly incoming: Incoming;
  readonly chat: ReadChat;
  readonly traits: ModelTraits;
  readonly outcomes: readonly ChatOutcome[];
  readonly filters: ContentFilters | undefined;
}

export interface ChatHead {
  readonly id: string;
  readonly object: string;
  readonly created: number;
  readonly model: string;
  readonly system_fingerprint: string;
  readonly service_tier: string;
}

function renderChat(rendered: RenderedChat): Reply {
  const { incoming, chat, traits, outcomes, filters } = rendered;
  const head: ChatHead = {
    id: `chatcmpl-${idOf(incoming, 29)}`,
    object: chat.streamed ? 'chat.completion.chunk' : 'chat.completion',
    created: secondsOf(incoming),
    model: traits.servedBy ?? incoming.request.model,
    system_fingerprint: 'fp_fake',
    service_tier: 'default',
  };
  const usage = chatUsage(chat, outcomes);
  if (chat.streamed) return { events: chatEvents(rendered, head, usage), tokens: usage.total_tokens };
  const choices = outcomes.map((outcome, index) => {
    const finish_reason = finishReason(outcome);
    return {
      index,
      message: messageOf(outcome),
      logprobs: chatLogprobs(outcome, incoming),
      finish_reason,
      ...(filters && { content_filter_results: filters.choice(finish_reason) }),
    };
  });
  return {
    json: { ...head, choices, usage, ...(filters && { prompt_filter_results: filters.prompt }) },
    tokens: usage.total_tokens,
  };
}

export function finishReason({ finish }: ChatOutcome): string {
  // A refusal of a model is a message like any other here: its own field, and an ordinary end.
  return { stop: 'stop', refusal: 'stop', length: 'length', tool: 'tool_calls', filter: 'content_filter' }[finish];
}

function toolCallsOf({ toolCalls }: ChatOutcome) {
  return toolCalls.map(({ id, name, arguments: text }) => ({ id, type: 'function', function: { name, arguments: text } }));
}

/** The logarithms asked for, or `null`. */
export function chatLogprobs(
  outcome: ChatOutcome,
  { request, random }: Incoming,
): { content: readonly TokenLogprobs[]; refusal: null } | null {
  const body = objectIn(request.body);
  if (body.logprobs !== true) return null;
  return { content: logprobsOf(tokenPieces(outcome.text), numberIn(body.top_logprobs) ?? 0, random), refusal: null };
}

function messageOf(outcome: ChatOutcome) {
  const silent = outcome.text === '' && (outcome.refusal !== undefined || outcome.toolCalls.length > 0 || outcome.empty);
  return {
    role: 'assistant',
    content: silent ? null : outcome.text,
    refusal: outcome.refusal ?? null,
    annotations: [],
    ...(outcome.toolCalls.length > 0 && { tool_calls: toolCallsOf(outcome) }),
  };
}

function chatUsage(chat: ReadChat, outcomes: readonly ChatOutcome[]) {
  const [first] = outcomes;
  const sum = (of: (outcome: ChatOutcome) => number) => outcomes.reduce((total, outcome) => total + of(outcome), 0);
  const prompt_tokens = first?.usage.inputTokens ?? chat.inputTokens;
  const completion_tokens = sum(({ usage }) => usage.outputTokens);
  return {
    prompt_tokens,
    completion_tokens,
    total_tokens: prompt_tokens + completion_tokens,
    prompt_tokens_details: { cached_tokens: first?.usage.cachedTokens ?? 0, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: sum(({ usage }) => usage.reasoningTokens),
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}
