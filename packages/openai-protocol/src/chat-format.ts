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
import { argumentsOf, isStrict, parametersOf } from './request-parts.ts';

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

export function chatBody(model: string, request: GenerateRequest, outputLimit: OutputLimit): ChatBody {
  const reasoning = isReasoningModel(model);
  const limit = reasoning ? 'max_completion_tokens' : outputLimit;
  const { parameters, notes } = parametersOf(model, request, { ...NAMES, maxOutputTokens: limit }, reasoning);
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
      readonly content?: string | null;
      readonly refusal?: string | null;
      readonly reasoning_content?: string | null;
      readonly tool_calls?: readonly object[] | null;
    };
    readonly finish_reason?: string | null;
    readonly logprobs?: unknown;
  }[];
  readonly usage?: CompletionUsage | null;
}

export interface CompletionUsage {
  readonly prompt_tokens: number;
  readonly completion_tokens?: number;
  readonly prompt_tokens_details?: { readonly cached_tokens?: number | null } | null;
  readonly completion_tokens_details?: { readonly reasoning_tokens?: number | null } | null;
}

const FINISH: Readonly<Record<string, FinishReason>> = {
  stop: 'stop',
  length: 'length',
  content_filter: 'filter',
  tool_calls: 'tool',
  function_call: 'tool',
};

export function chatAnswer(provider: string, completion: ChatCompletion, notes: readonly string[]): Answer<Generated> {
  const choice = completion.choices?.[0];
  if (choice?.message === undefined) throw new ServiceError('bad-response', `${provider} sent an answer without a choice`);
  const { content, refusal, reasoning_content: reasoning, tool_calls: calls } = choice.message;
  const toolCalls = (calls ?? []).flatMap(toolCallOf);
  const { logprobs } = choice;
  const finish = refusal ? 'refusal' : FINISH[choice.finish_reason ?? ''];
  return {
    value: {
      text: content ?? null,
      ...(toolCalls.length === 0 ? {} : { toolCalls }),
      ...(refusal ? { refusal } : {}),
      ...(reasoning ? { reasoning } : {}),
      ...(logprobs === undefined || logprobs === null ? {} : { logprobs: JSON.parse(JSON.stringify(logprobs)) }),
      ...(notes.length === 0 ? {} : { notes }),
    },
    ...(completion.usage === undefined || completion.usage === null ? {} : { usage: usageOf(completion.usage) }),
    ...(completion.model === undefined ? {} : { servedBy: completion.model }),
    ...(finish === undefined ? {} : { finish }),
  };
}

function toolCallOf(call: object): readonly ToolCall[] {
  if (!('id' in call) || typeof call.id !== 'string' || !('function' in call)) return [];
  const { name, arguments: text } = call.function as { readonly name?: unknown; readonly arguments?: unknown };
  return typeof name === 'string' ? [{ id: call.id, name, arguments: argumentsOf(text) }] : [];
}

function usageOf(usage: CompletionUsage): Usage {
  const cached = usage.prompt_tokens_details?.cached_tokens;
  const reasoning = usage.completion_tokens_details?.reasoning_tokens;
  return {
    inputTokens: usage.prompt_tokens,
    outputTokens: usage.completion_tokens ?? 0,
    ...(cached === undefined || cached === null ? {} : { cachedTokens: cached }),
    ...(reasoning === undefined || reasoning === null ? {} : { reasoningTokens: reasoning }),
  };
}

/** A piece of a streamed answer; servers that only look like OpenAI leave out anything. */
export interface ChatChunk {
  readonly model?: string;
  readonly choices?: readonly {
    readonly delta?: {
      readonly content?: string | null;
      readonly refusal?: string | null;
      readonly reasoning_content?: string | null;
      readonly tool_calls?: readonly {
        readonly index: number;
        readonly id?: string;
        readonly function?: { readonly name?: string; readonly arguments?: string };
      }[];
    };
    readonly finish_reason?: string | null;
  }[];
  readonly usage?: CompletionUsage | null;
}

/** The pieces of a stream as the answer that they are of. @param onFirst told when the first token is there, perhaps more than once */
export async function chatOfStream(chunks: AsyncIterable<ChatChunk>, onFirst: () => void): Promise<ChatCompletion> {
  let [text, refusal, reasoning, model] = ['', '', '', ''];
  let finish: string | null = null;
  let usage: CompletionUsage | undefined;
  let chosen = false;
  const calls: { id: string; name: string; arguments: string }[] = [];
  for await (const chunk of chunks) {
    model = chunk.model || model;
    usage = chunk.usage ?? usage;
    const choice = chunk.choices?.[0];
    if (choice === undefined) continue;
    chosen = true;
    const { delta } = choice;
    if (delta?.content || delta?.refusal || delta?.tool_calls) onFirst();
    text += delta?.content ?? '';
    refusal += delta?.refusal ?? '';
    reasoning += delta?.reasoning_content ?? '';
    for (const part of delta?.tool_calls ?? []) {
      const call = calls[part.index] ?? { id: '', name: '', arguments: '' };
      calls[part.index] = call;
      call.id += part.id ?? '';
      call.name += part.function?.name ?? '';
      call.arguments += part.function?.arguments ?? '';
    }
    finish = choice.finish_reason ?? finish;
  }
  const toolCalls = calls.map(({ id, ...named }) => ({ id, type: 'function', function: named }));
  const content = text === '' && toolCalls.length > 0 ? null : text;
  const message = { content, refusal, reasoning_content: reasoning, tool_calls: toolCalls };
  return {
    ...(model === '' ? {} : { model }),
    choices: chosen ? [{ message, finish_reason: finish }] : [],
    ...(usage === undefined ? {} : { usage }),
  };
}
