import {
  type Answer,
  type ContentPart,
  type FinishReason,
  type Generated,
  type GenerateRequest,
  type Json,
  type Message,
  ServiceError,
  type ToolCall,
  type Usage,
} from '@touchstone/core';
import { isReasoningModel } from './model-traits.ts';
import { argumentsOf, defaultNames, isStrict, parametersOf } from './request-parts.ts';

// The format of chat completions, which many servers speak: without a client, so that packs with another SDK have it as well.

/** The name of the limit on output tokens. Servers that speak the older API know `max_tokens` only. */
export type OutputLimit = 'max_completion_tokens' | 'max_tokens';

/** A request as the API has it. */
export interface ChatBody {
  readonly body: Readonly<Record<string, Json>>;
  /** What is sent otherwise than asked for. */
  readonly notes: readonly string[];
}

/** Parameters of the API by neutral name; others pass as they are. */
const NAMES: Readonly<Record<string, string>> = {
  topP: 'top_p',
  frequencyPenalty: 'frequency_penalty',
  presencePenalty: 'presence_penalty',
  reasoningEffort: 'reasoning_effort',
  topLogprobs: 'top_logprobs',
};

/** @param refused neutral names that the model has turned out to refuse: defaults of these names are left out with a note */
export function chatBody(
  model: string,
  request: GenerateRequest,
  outputLimit: OutputLimit,
  refused: ReadonlySet<string> = new Set(),
): ChatBody {
  const reasoning = isReasoningModel(model);
  const names = { ...NAMES, maxOutputTokens: reasoning ? 'max_completion_tokens' : outputLimit };
  const { parameters, notes } = parametersOf(request, { model, names, reasoning, refused });
  const { tools, output } = request;
  const body: ChatBody['body'] = {
    model,
    messages: request.messages.map(messageOf),
    ...parameters,
    ...(tools === undefined ? {} : { tools: tools.map(toolOf) }),
    ...(output === undefined
      ? {}
      : {
          response_format: {
            type: 'json_schema',
            json_schema: { name: 'answer', schema: output.schema, strict: isStrict(output.schema) },
          },
        }),
  };
  return { body, notes };
}

/** The defaults of a request by the API's names; the limit on tokens is not among them, because no model refuses every name of it. */
export function chatDefaults(request: GenerateRequest): Readonly<Record<string, string>> {
  const { maxOutputTokens: _, ...names } = defaultNames(request, NAMES);
  return names;
}

function messageOf(message: Message): Json {
  switch (message.role) {
    case 'tool':
      return { role: 'tool', tool_call_id: message.toolCallId, content: message.content };
    case 'assistant':
      return {
        role: 'assistant',
        content: message.content === null ? null : contentOf(message.content),
        ...(message.toolCalls === undefined
          ? {}
          : {
              tool_calls: message.toolCalls.map((call) => ({
                id: call.id,
                type: 'function',
                function: { name: call.name, arguments: JSON.stringify(call.arguments) },
              })),
            }),
      };
    default:
      return { role: message.role, content: contentOf(message.content) };
  }
}

function contentOf(content: string | readonly ContentPart[]): Json {
  return typeof content === 'string' ? content : content.map(partOf);
}

function partOf(part: ContentPart): Json {
  if (part.type === 'text') return { type: 'text', text: part.text };
  if ('url' in part) return { type: 'image_url', image_url: { url: part.url } };
  const data = `data:${part.mediaType};base64,${part.data}`;
  if (part.type === 'image') return { type: 'image_url', image_url: { url: data } };
  return { type: 'file', file: { filename: part.name ?? 'file', file_data: data } };
}

function toolOf({ name, description, schema }: NonNullable<GenerateRequest['tools']>[number]): Json {
  return { type: 'function', function: { name, ...(description === undefined ? {} : { description }), parameters: schema } };
}

/** What is read of an answer; servers that only look like OpenAI leave out anything. */
export interface ChatCompletion {
  readonly model?: string;
  readonly choices?: readonly {
    readonly message?: {
      /** Parts: Mistral's models that think answer with them. */
      readonly content?: string | readonly object[] | null;
      readonly refusal?: string | null;
      /** vLLM, llama.cpp, LM Studio, DeepSeek. */
      readonly reasoning_content?: string | null;
      /** Ollama, OpenRouter, newer vLLM. */
      readonly reasoning?: unknown;
      readonly tool_calls?: readonly object[] | null;
    };
    readonly finish_reason?: string | null;
    readonly logprobs?: unknown;
  }[];
  readonly usage?: CompletionUsage | null;
}

export interface CompletionUsage {
  readonly prompt_tokens?: number;
  readonly completion_tokens?: number;
  readonly prompt_tokens_details?: { readonly cached_tokens?: number | null } | null;
  readonly completion_tokens_details?: { readonly reasoning_tokens?: number | null } | null;
}

/** OpenAI's words, and those of servers that speak its API. */
const FINISH: Readonly<Record<string, FinishReason>> = {
  stop: 'stop',
  eos: 'stop',
  eos_token: 'stop',
  stop_sequence: 'stop',
  length: 'length',
  model_length: 'length',
  max_tokens: 'length',
  content_filter: 'filter',
  tool_calls: 'tool',
  function_call: 'tool',
};

export function chatAnswer(provider: string, completion: ChatCompletion, notes: readonly string[]): Answer<Generated> {
  const choice = completion.choices?.[0];
  if (choice?.message === undefined || choice.message === null) {
    throw new ServiceError('bad-response', `${provider} sent an answer without a choice`);
  }
  const { content, refusal, tool_calls: calls } = choice.message;
  const reasoning = choice.message.reasoning_content || choice.message.reasoning;
  const toolCalls = (calls ?? []).flatMap(toolCallOf);
  const { logprobs } = choice;
  const finish = refusal ? 'refusal' : finishOf(choice.finish_reason, toolCalls);
  const usage = usageOf(completion.usage);
  return {
    value: {
      text: textOf(content),
      ...(toolCalls.length === 0 ? {} : { toolCalls }),
      ...(refusal ? { refusal } : {}),
      ...(typeof reasoning === 'string' && reasoning !== '' ? { reasoning } : {}),
      ...(logprobs === undefined || logprobs === null ? {} : { logprobs: JSON.parse(JSON.stringify(logprobs)) }),
      ...(notes.length === 0 ? {} : { notes }),
    },
    ...(usage === undefined ? {} : { usage }),
    ...(completion.model === undefined ? {} : { servedBy: completion.model }),
    ...(finish === undefined ? {} : { finish }),
  };
}

function textOf(content: string | readonly object[] | null | undefined): string | null {
  if (content === null || content === undefined) return null;
  if (typeof content === 'string') return content;
  const texts = content.flatMap((part) => ('text' in part && typeof part.text === 'string' ? [part.text] : []));
  return texts.length === 0 ? null : texts.join('');
}

/** Some servers say `stop` for an answer that calls tools, and some call without an id. */
function finishOf(reason: string | null | undefined, toolCalls: readonly ToolCall[]): FinishReason | undefined {
  const finish = FINISH[reason ?? ''];
  return toolCalls.length > 0 && (finish === undefined || finish === 'stop') ? 'tool' : finish;
}

function toolCallOf(call: object, index: number): readonly ToolCall[] {
  if (!('function' in call) || typeof call.function !== 'object' || call.function === null) return [];
  const { name, arguments: given }: { readonly name?: unknown; readonly arguments?: unknown } = call.function;
  if (typeof name !== 'string') return [];
  const id = 'id' in call && typeof call.id === 'string' && call.id !== '' ? call.id : `call_${index}`;
  return [{ id, name, arguments: argumentsOf(given) }];
}

function usageOf(usage: CompletionUsage | null | undefined): Usage | undefined {
  if (usage === undefined || usage === null) return undefined;
  const counted = {
    inputTokens: usage.prompt_tokens,
    outputTokens: usage.completion_tokens,
    cachedTokens: usage.prompt_tokens_details?.cached_tokens,
    reasoningTokens: usage.completion_tokens_details?.reasoning_tokens,
  };
  const said = Object.entries(counted).filter(([, tokens]) => typeof tokens === 'number');
  return said.length === 0 ? undefined : Object.fromEntries(said);
}

/** A piece of a streamed answer; servers that only look like OpenAI leave out anything. */
export interface ChatChunk {
  readonly model?: string;
  readonly choices?: readonly {
    readonly index?: number;
    readonly delta?: {
      readonly content?: string | null;
      readonly refusal?: string | null;
      readonly reasoning_content?: string | null;
      readonly reasoning?: unknown;
      readonly tool_calls?: readonly ToolCallPiece[] | null;
    };
    readonly finish_reason?: string | null;
    readonly logprobs?: { readonly content?: readonly unknown[] | null } | null;
  }[];
  readonly usage?: CompletionUsage | null;
}

interface ToolCallPiece {
  readonly index?: number;
  readonly id?: string | null;
  readonly function?: { readonly name?: string | null; readonly arguments?: string | null };
}

/**
 * The pieces of a stream as the answer that they are of.
 *
 * @param onFirst told when the first token is there, thought or said; perhaps more than once
 * @throws ServiceError `bad-response` for a stream that stopped in its middle: half an answer must not be scored as one
 */
export async function chatOfStream(chunks: AsyncIterable<ChatChunk>, onFirst: () => void): Promise<ChatCompletion> {
  let [text, refusal, reasoning, model] = ['', '', '', ''];
  let finish: string | null = null;
  let usage: CompletionUsage | undefined;
  let chosen = false;
  const calls: StreamedCall[] = [];
  const logprobs: unknown[] = [];
  for await (const chunk of chunks) {
    model = chunk.model || model;
    usage = chunk.usage ?? usage;
    const choice = chunk.choices?.find(({ index = 0 }) => index === 0);
    if (choice === undefined) continue;
    chosen = true;
    const { delta } = choice;
    const thought = delta?.reasoning_content || delta?.reasoning;
    if (delta?.content || delta?.refusal || thought || delta?.tool_calls?.length) onFirst();
    text += delta?.content ?? '';
    refusal += delta?.refusal ?? '';
    if (typeof thought === 'string') reasoning += thought;
    for (const piece of delta?.tool_calls ?? []) addPiece(calls, piece);
    logprobs.push(...(choice.logprobs?.content ?? []));
    finish = choice.finish_reason ?? finish;
  }
  if (chosen && finish === null && usage === undefined) {
    throw new ServiceError('bad-response', 'the stream ended before the answer was complete');
  }
  const toolCalls = calls.map(({ id, ...named }) => ({ id, type: 'function', function: named }));
  const content = text === '' && toolCalls.length > 0 ? null : text;
  const message = { content, refusal, reasoning_content: reasoning, tool_calls: toolCalls };
  return {
    ...(model === '' ? {} : { model }),
    choices: chosen ? [{ message, finish_reason: finish, logprobs: logprobs.length === 0 ? null : { content: logprobs } }] : [],
    ...(usage === undefined ? {} : { usage }),
  };
}

interface StreamedCall {
  id: string;
  name: string;
  arguments: string;
}

/** Servers that do not number the pieces of calls send each call whole, or begin each with an id. */
function addPiece(calls: StreamedCall[], { index, id, function: named }: ToolCallPiece): void {
  const begins = id || calls.length === 0;
  const at = Math.min(index ?? (begins ? calls.length : calls.length - 1), calls.length);
  const call = calls[at] ?? { id: '', name: '', arguments: '' };
  calls[at] = call;
  // Repeated with every piece by some.
  call.id ||= id ?? '';
  call.name ||= named?.name ?? '';
  call.arguments += named?.arguments ?? '';
}
