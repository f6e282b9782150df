import {
  type Answer,
  type ContentPart,
  type Generated,
  type GenerateRequest,
  type Json,
  type Message,
  type ServiceCall,
  ServiceError,
  type ToolCall,
} from '@touchstone/core';
import type OpenAI from 'openai';
import { isReasoningModel } from './model-traits.ts';
import type { OpenAIConnection } from './openai-services.ts';
import { argumentsOf, isStrict, parametersOf } from './request-parts.ts';

type Body = OpenAI.Responses.ResponseCreateParamsNonStreaming;

const NAMES: Readonly<Record<string, string>> = {
  topP: 'top_p',
  maxOutputTokens: 'max_output_tokens',
  topLogprobs: 'top_logprobs',
};

/** One answer of the Responses API. Nothing of it is kept at the provider. */
export async function askResponses(
  connection: OpenAIConnection,
  request: GenerateRequest,
  io: ServiceCall,
): Promise<Answer<Generated>> {
  const { body, notes } = bodyOf(connection, request);
  const client = connection.client(io.fetch);
  const response = connection.stream
    ? await streamed(connection, client, body, io)
    : await client.responses.create(body, { signal: io.signal });
  return answerOf(connection, response, notes);
}

function bodyOf(
  { model }: OpenAIConnection,
  request: GenerateRequest,
): { readonly body: Body; readonly notes: readonly string[] } {
  const { parameters, notes } = parametersOf(model, request, NAMES, isReasoningModel(model));
  const { reasoningEffort, ...rest } = parameters;
  const { tools, output } = request;
  const body = {
    model,
    input: request.messages.flatMap(itemsOf),
    store: false,
    ...rest,
    ...(reasoningEffort === undefined ? {} : { reasoning: { effort: reasoningEffort } }),
    ...(tools === undefined
      ? {}
      : {
          tools: tools.map(({ name, description, schema }) => ({
            type: 'function',
            name,
            ...(description === undefined ? {} : { description }),
            parameters: schema,
            strict: isStrict(schema),
          })),
        }),
    ...(output === undefined
      ? {}
      : { text: { format: { type: 'json_schema', name: 'answer', schema: output.schema, strict: isStrict(output.schema) } } }),
  };
  return { body: body as unknown as Body, notes };
}

function itemsOf(message: Message): readonly Json[] {
  switch (message.role) {
    case 'tool':
      return [{ type: 'function_call_output', call_id: message.toolCallId, output: message.content }];
    case 'assistant': {
      const { content, toolCalls = [] } = message;
      const said =
        content === null ? [] : [{ role: 'assistant', content: textsOf(content).map((text) => ({ type: 'output_text', text })) }];
      const calls = toolCalls.map(({ id, name, arguments: given }) => ({
        type: 'function_call',
        call_id: id,
        name,
        arguments: JSON.stringify(given),
      }));
      return [...said, ...calls];
    }
    default: {
      const { content } = message;
      return [{ role: message.role, content: typeof content === 'string' ? content : content.map(partOf) }];
    }
  }
}

function textsOf(content: string | readonly ContentPart[]): readonly string[] {
  if (typeof content === 'string') return [content];
  return content.flatMap((part) => (part.type === 'text' ? [part.text] : []));
}

function partOf(part: ContentPart): Json {
  if (part.type === 'text') return { type: 'input_text', text: part.text };
  if ('url' in part) return { type: 'input_image', image_url: part.url, detail: 'auto' };
  const data = `data:${part.mediaType};base64,${part.data}`;
  if (part.type === 'image') return { type: 'input_image', image_url: data, detail: 'auto' };
  return { type: 'input_file', filename: part.name ?? 'file', file_data: data };
}

function answerOf(
  { provider }: OpenAIConnection,
  response: OpenAI.Responses.Response,
  notes: readonly string[],
): Answer<Generated> {
  if (!Array.isArray(response.output)) throw new ServiceError('bad-response', `${provider} sent an answer without output`);
  if (response.status === 'failed' || response.error) {
    throw new ServiceError('server', `${provider}: ${response.error?.message ?? 'the answer failed'}`);
  }
  const texts: string[] = [];
  const refusals: string[] = [];
  const thoughts: string[] = [];
  const toolCalls: ToolCall[] = [];
  for (const item of response.output) {
    if (item.type === 'function_call')
      toolCalls.push({ id: item.call_id, name: item.name, arguments: argumentsOf(item.arguments) });
    if (item.type === 'reasoning') thoughts.push(...(item.summary ?? []).map(({ text }) => text));
    if (item.type !== 'message') continue;
    for (const part of item.content) {
      if (part.type === 'output_text') texts.push(part.text);
      if (part.type === 'refusal') refusals.push(part.refusal);
    }
  }
  const { usage, incomplete_details: incomplete } = response;
  const [refusal] = refusals;
  const cut = incomplete?.reason === 'content_filter' ? 'filter' : incomplete ? 'length' : undefined;
  const finish = refusal !== undefined ? 'refusal' : (cut ?? (toolCalls.length > 0 ? 'tool' : 'stop'));
  return {
    value: {
      text: texts.length === 0 ? null : texts.join(''),
      ...(toolCalls.length === 0 ? {} : { toolCalls }),
      ...(refusal === undefined ? {} : { refusal }),
      ...(thoughts.length === 0 ? {} : { reasoning: thoughts.join('\n') }),
      ...(notes.length === 0 ? {} : { notes }),
    },
    ...(usage === undefined || usage === null
      ? {}
      : {
          usage: {
            inputTokens: usage.input_tokens,
            outputTokens: usage.output_tokens,
            cachedTokens: usage.input_tokens_details?.cached_tokens ?? 0,
            reasoningTokens: usage.output_tokens_details?.reasoning_tokens ?? 0,
          },
        }),
    ...(response.model === undefined ? {} : { servedBy: response.model }),
    finish,
  };
}

async function streamed(
  { provider }: OpenAIConnection,
  client: OpenAI,
  body: Body,
  io: ServiceCall,
): Promise<OpenAI.Responses.Response> {
  const stream = await client.responses.create({ ...body, stream: true }, { signal: io.signal });
  for await (const event of stream) {
    if (event.type === 'response.output_text.delta' || event.type === 'response.function_call_arguments.delta') io.firstToken();
    if (event.type === 'response.completed' || event.type === 'response.incomplete' || event.type === 'response.failed') {
      return event.response;
    }
    if (event.type === 'error') throw new ServiceError('server', `${provider}: ${event.message}`);
  }
  throw new ServiceError('bad-response', `${provider} ended the stream before the answer was complete`);
}
