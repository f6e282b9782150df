import type { ChatAnswer, ChatMessage, FakeFinish, FakeUsage } from './answers.ts';
import { defaultText } from './default-text.ts';
import type { ChatRequest } from './fake-request.ts';
import { isObject, type JsonObject } from './json-access.ts';
import type { ProviderState } from './provider-state.ts';
import { requestRandom } from './request-random.ts';
import { schemaExample } from './schema-example.ts';
import { scriptedAnswer } from './scripted-answer.ts';
import { countTokens, tokenPieces } from './token-pieces.ts';
import type { Instead } from './wire/endpoint.ts';
import { type Incoming, idOf } from './wire/incoming.ts';

/** What any chat API has read of a request. */
export interface ChatTurn {
  readonly incoming: Incoming;
  readonly messages: ChatRequest['messages'];
  readonly tools: readonly { readonly name: string; readonly parameters: JsonObject }[];
  /** `required`: some tool; a name: that one. */
  readonly toolChoice: 'free' | 'required' | { readonly name: string };
  readonly schema?: JsonObject;
  /** JSON is asked for, without a schema. */
  readonly json: boolean;
  readonly inputTokens: number;
  readonly maxTokens?: number;
  readonly stop: readonly string[];
  /** Tokens that the model thinks when the script says nothing of it. */
  readonly reasoningTokens: number;
}

/** One answer with everything that an API may tell of it. */
export interface ChatOutcome {
  readonly text: string;
  readonly refusal?: string;
  readonly toolCalls: readonly { readonly id: string; readonly name: string; readonly arguments: string }[];
  /** Empty when it is only counted. */
  readonly reasoning: string;
  readonly finish: FakeFinish;
  /** The text at which it was stopped. */
  readonly stoppedBy?: string;
  readonly empty: boolean;
  readonly usage: FakeUsage;
}

const REFUSAL = 'I’m sorry, but I can’t help with that.';

/** @param sample which of several answers to the same request it is */
export async function chatOutcome(
  turn: ChatTurn,
  state: ProviderState,
  sample: number,
  instead: Instead | undefined,
): Promise<ChatOutcome> {
  const answer =
    instead === undefined
      ? await scriptedAnswer('chat', state.answers.chat, requestOf(turn, sample), isChatAnswer)
      : faulty(instead, turn);
  const message = typeof answer === 'string' ? { text: answer } : (answer ?? defaultMessage(turn, state, sample));
  return outcomeOf(message, turn, instead);
}

function requestOf(turn: ChatTurn, sample: number): ChatRequest {
  const { messages } = turn;
  return {
    ...turn.incoming.request,
    messages,
    prompt: messages.findLast(({ role }) => role === 'user')?.text ?? '',
    system: messages.flatMap(({ role, text }) => (role === 'system' || role === 'developer' ? [text] : [])).join('\n'),
    tools: turn.tools.map(({ name }) => name),
    ...(turn.schema === undefined ? {} : { schema: turn.schema }),
    sample,
  };
}

const FIELDS = new Set(['text', 'toolCalls', 'refusal', 'reasoning', 'finish', 'empty', 'usage']);

function isChatAnswer(value: unknown): value is ChatAnswer {
  return typeof value === 'string' || (isObject(value) && Object.keys(value).every((name) => FIELDS.has(name)));
}

function faulty(instead: Instead, turn: ChatTurn): ChatMessage {
  const text = defaultText(turn.incoming.random);
  if (instead === 'empty') return { text: '', empty: true };
  if (instead === 'refusal') return { refusal: REFUSAL };
  return { text: text.slice(0, text.length / 2), finish: instead === 'filtered' ? 'filter' : 'length' };
}

/** Depends on model and messages only: streamed or not, and whatever the API, it is the same. */
function defaultMessage(
  { incoming, messages, tools, toolChoice, schema, json }: ChatTurn,
  state: ProviderState,
  sample: number,
): ChatMessage {
  const random = requestRandom(state.seed, JSON.stringify([incoming.request.model, messages]));
  if (toolChoice !== 'free') {
    const tool = tools.find(({ name }) => toolChoice === 'required' || name === toolChoice.name);
    const given = JSON.stringify(schemaExample(tool?.parameters ?? {}, random, sample));
    if (tool !== undefined) return { toolCalls: [{ name: tool.name, arguments: given }] };
  }
  if (schema !== undefined) return { text: JSON.stringify(schemaExample(schema, random, sample)) };
  const text = defaultText(random, sample);
  return { text: json ? JSON.stringify({ text }) : text };
}

function outcomeOf(message: ChatMessage, turn: ChatTurn, instead: Instead | undefined): ChatOutcome {
  const toolCalls = (message.toolCalls ?? []).map((call, i) => ({
    id: call.id ?? `call_${idOf(turn.incoming, 24, i + 1)}`,
    name: call.name,
    arguments: typeof call.arguments === 'string' ? call.arguments : JSON.stringify(call.arguments),
  }));
  const reasoning = message.reasoning ?? '';
  const wanted =
    message.usage?.reasoningTokens ?? (message.reasoning === undefined ? turn.reasoningTokens : countTokens(reasoning));
  const reasoningTokens = Math.min(wanted, turn.maxTokens ?? Number.POSITIVE_INFINITY);
  const stopped = cutAtStop(message.text ?? '', turn.stop);
  const cut = cutToTokens(stopped.text, turn.maxTokens === undefined ? undefined : turn.maxTokens - reasoningTokens);
  const spoken =
    countTokens(cut.text) +
    countTokens(message.refusal ?? '') +
    toolCalls.reduce((sum, { name, arguments: text }) => sum + countTokens(name + text), 0);
  return {
    text: cut.text,
    ...(message.refusal === undefined ? {} : { refusal: message.refusal }),
    toolCalls,
    reasoning,
    finish:
      message.finish ??
      (cut.short ? 'length' : message.refusal !== undefined ? 'refusal' : toolCalls.length > 0 ? 'tool' : 'stop'),
    ...(stopped.by === undefined || cut.short ? {} : { stoppedBy: stopped.by }),
    empty: message.empty === true || instead === 'empty',
    usage: {
      inputTokens: turn.inputTokens,
      outputTokens: spoken + reasoningTokens,
      cachedTokens: 0,
      cacheWriteTokens: 0,
      ...message.usage,
      reasoningTokens,
    },
  };
}

function cutAtStop(text: string, stop: readonly string[]): { readonly text: string; readonly by?: string } {
  const found = stop.filter((by) => by !== '' && text.includes(by)).sort((a, b) => text.indexOf(a) - text.indexOf(b))[0];
  return found === undefined ? { text } : { text: text.slice(0, text.indexOf(found)), by: found };
}

function cutToTokens(text: string, most: number | undefined): { readonly text: string; readonly short: boolean } {
  if (most === undefined || countTokens(text) <= most) return { text, short: false };
  return { text: tokenPieces(text).slice(0, most).join(''), short: true };
}
