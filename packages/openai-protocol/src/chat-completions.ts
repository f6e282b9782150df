import {
  type Answer,
  type ContentPart,
  type FinishReason,
  type Generated,
  type GenerateRequest,
  type Json,
  type Message,
  type ServiceCall,
  ServiceError,
  type ToolCall,
  type Usage,
} from '@touchstone/core';
import type OpenAI from 'openai';
import { isReasoningModel } from './model-traits.ts';
import type { OpenAIConnection } from './openai-services.ts';
import { argumentsOf, isStrict, parametersOf } from './request-parts.ts';

type Body = OpenAI.Chat.ChatCompletionCreateParamsNonStreaming;

/** Parameters of the API by neutral name; others pass as they are. */
const NAMES: Readonly<Record<string, string>> = {
  topP: 'top_p',
  frequencyPenalty: 'frequency_penalty',
  presencePenalty: 'presence_penalty',
  reasoningEffort: 'reasoning_effort',
  topLogprobs: 'top_logprobs',
};

/** One chat completion. */
export async function askChat(
  connection: OpenAIConnection,
  request: GenerateRequest,
  io: ServiceCall,
): Promise<Answer<Generated>> {
  const { body, notes } = bodyOf(connection, request);
  const client = connection.client(io.fetch);
  const completion = connection.stream
    ? await streamed(client, body, io)
    : await client.chat.completions.create(body, { signal: io.signal });
  return answerOf(connection, completion, notes);
}

function bodyOf(
  connection: OpenAIConnection,
  request: GenerateRequest,
): { readonly body: Body; readonly notes: readonly string[] } {
  const { model } = connection;
  const reasoning = isReasoningModel(model);
  const limit = reasoning ? 'max_completion_tokens' : connection.outputLimit;
  const { parameters, notes } = parametersOf(model, request, { ...NAMES, maxOutputTokens: limit }, reasoning);
  const { tools, output } = request;
  const body = {
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
  // Parameters may be anything: what is none, the provider says.
  return { body: body as unknown as Body, notes };
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
interface Completion {
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
  readonly usage?: OpenAI.CompletionUsage | null;
}

const FINISH: Readonly<Record<string, FinishReason>> = {
  stop: 'stop',
  length: 'length',
  content_filter: 'filter',
  tool_calls: 'tool',
  function_call: 'tool',
};

function answerOf({ provider }: OpenAIConnection, completion: Completion, notes: readonly string[]): Answer<Generated> {
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

function usageOf(usage: OpenAI.CompletionUsage): Usage {
  const cached = usage.prompt_tokens_details?.cached_tokens;
  const reasoning = usage.completion_tokens_details?.reasoning_tokens;
  return {
    inputTokens: usage.prompt_tokens,
    outputTokens: usage.completion_tokens ?? 0,
    ...(cached === undefined || cached === null ? {} : { cachedTokens: cached }),
    ...(reasoning === undefined || reasoning === null ? {} : { reasoningTokens: reasoning }),
  };
}

/** The pieces of a stream as the answer that they are of. */
async function streamed(client: OpenAI, body: Body, io: ServiceCall): Promise<Completion> {
  const stream = await client.chat.completions.create(
    { ...body, stream: true, stream_options: { include_usage: true } },
    { signal: io.signal },
  );
  let [text, refusal, model] = ['', '', ''];
  let finish: string | null = null;
  let usage: OpenAI.CompletionUsage | undefined;
  let chosen = false;
  const calls: { id: string; name: string; arguments: string }[] = [];
  for await (const chunk of stream) {
    model = chunk.model || model;
    usage = chunk.usage ?? usage;
    const choice = chunk.choices?.[0];
    if (choice === undefined) continue;
    chosen = true;
    const { delta } = choice;
    if (delta?.content || delta?.refusal || delta?.tool_calls) io.firstToken();
    text += delta?.content ?? '';
    refusal += delta?.refusal ?? '';
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
  const message = { content: text === '' && toolCalls.length > 0 ? null : text, refusal, tool_calls: toolCalls };
  return {
    ...(model === '' ? {} : { model }),
    choices: chosen ? [{ message, finish_reason: finish }] : [],
    ...(usage === undefined ? {} : { usage }),
  };
}
