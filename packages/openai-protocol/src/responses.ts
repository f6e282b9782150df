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
import type { Learned, OpenAIConnection } from './openai-services.ts';
import { argumentsOf, defaultNames, isStrict, parametersOf } from './request-parts.ts';
import { sendTaken } from './send-taken.ts';
import { reportedError } from './service-error.ts';

type Body = OpenAI.Responses.ResponseCreateParamsNonStreaming;

const NAMES: Readonly<Record<string, string>> = {
  topP: 'top_p',
  maxOutputTokens: 'max_output_tokens',
  topLogprobs: 'top_logprobs',
  frequencyPenalty: 'frequency_penalty',
  presencePenalty: 'presence_penalty',
};

/** What chat completions take and this API does not. */
const NOT_HERE = ['seed', 'stop', 'frequencyPenalty', 'presencePenalty'];

/** One answer of the Responses API. Nothing of it is kept at the provider. */
export async function askResponses(
  connection: OpenAIConnection,
  request: GenerateRequest,
  io: ServiceCall,
  learned: Learned,
): Promise<Answer<Generated>> {
  const client = connection.client(io.fetch);
  return sendTaken(connection.provider, defaultNames(request, NAMES), learned, async (refused) => {
    const { body, notes } = bodyOf(connection, request, refused);
    const response = connection.stream
      ? await streamed(connection, client, body, io)
      : await client.responses.create(body, { signal: io.signal });
    return answerOf(connection, response, notes);
  });
}

function bodyOf(
  { model }: OpenAIConnection,
  request: GenerateRequest,
  learned: ReadonlySet<string>,
): { readonly body: Body; readonly notes: readonly string[] } {
  const refused = new Set([...learned, ...NOT_HERE]);
  const { parameters, notes } = parametersOf(request, { model, names: NAMES, reasoning: isReasoningModel(model), refused });
  // What stands at the top of a chat completion, and in a part of its own here.
  const {
    reasoningEffort,
    reasoning_effort = reasoningEffort,
    verbosity,
    logprobs,
    reasoning,
    text,
    include,
    ...rest
  } = parameters;
  const { tools, output } = request;
  const format =
    output === undefined
      ? {}
      : { format: { type: 'json_schema', name: 'answer', schema: output.schema, strict: isStrict(output.schema) } };
  const parts = {
    reasoning: { ...fieldsOf(reasoning), ...(reasoning_effort === undefined ? {} : { effort: reasoning_effort }) },
    text: { ...fieldsOf(text), ...(verbosity === undefined ? {} : { verbosity }), ...format },
  };
  const included = [...(Array.isArray(include) ? include : []), ...(logprobs === true ? ['message.output_text.logprobs'] : [])];
  const body = {
    model,
    input: request.messages.flatMap(itemsOf),
    store: false,
    ...rest,
    ...Object.fromEntries(Object.entries(parts).filter(([, fields]) => Object.keys(fields).length > 0)),
    ...(included.length === 0 ? {} : { include: included }),
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
  };
  // Parameters may be anything: what is none, the provider says.
  return { body: body as unknown as Body, notes };
}

function fieldsOf(value: Json | undefined): Readonly<Record<string, Json>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Readonly<Record<string, Json>>) : {};
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
  if (response.status === 'failed' || response.error) throw reportedError(provider, response.error ?? {});
  if (!Array.isArray(response.output)) throw new ServiceError('bad-response', `${provider} sent an answer without output`);
  const texts: string[] = [];
  const refusals: string[] = [];
  const thoughts: string[] = [];
  const logprobs: unknown[] = [];
  const toolCalls: ToolCall[] = [];
  for (const item of response.output) {
    if (item.type === 'function_call')
      toolCalls.push({ id: item.call_id, name: item.name, arguments: argumentsOf(item.arguments) });
    // Servers of one's own tell what was thought itself, OpenAI a summary of it.
    if (item.type === 'reasoning')
      thoughts.push(...[...(item.summary ?? []), ...(item.content ?? [])].map((part: { readonly text: string }) => part.text));
    if (item.type !== 'message') continue;
    for (const part of item.content) {
      if (part.type === 'refusal') refusals.push(part.refusal);
      if (part.type !== 'output_text') continue;
      texts.push(part.text);
      logprobs.push(...(part.logprobs ?? []));
    }
  }
  const [refusal] = refusals;
  const usage = usageOf(response.usage);
  return {
    value: {
      text: texts.length === 0 ? null : texts.join(''),
      ...(toolCalls.length === 0 ? {} : { toolCalls }),
      ...(refusal === undefined ? {} : { refusal }),
      ...(thoughts.length === 0 ? {} : { reasoning: thoughts.join('\n') }),
      // As chat completions have them.
      ...(logprobs.length === 0 ? {} : { logprobs: { content: JSON.parse(JSON.stringify(logprobs)) } }),
      ...(notes.length === 0 ? {} : { notes }),
    },
    ...(usage === undefined ? {} : { usage }),
    ...(response.model === undefined ? {} : { servedBy: response.model }),
    finish: refusal === undefined ? finishOf(response, toolCalls) : 'refusal',
  };
}

function finishOf({ status, incomplete_details: cut }: OpenAI.Responses.Response, toolCalls: readonly ToolCall[]): FinishReason {
  if (cut?.reason === 'content_filter') return 'filter';
  if (status === 'incomplete') return 'length';
  return toolCalls.length > 0 ? 'tool' : 'stop';
}

function usageOf(usage: OpenAI.Responses.ResponseUsage | null | undefined): Usage | undefined {
  if (usage === undefined || usage === null) return undefined;
  const counted: Readonly<Record<string, unknown>> = {
    inputTokens: usage.input_tokens,
    outputTokens: usage.output_tokens,
    cachedTokens: usage.input_tokens_details?.cached_tokens,
    reasoningTokens: usage.output_tokens_details?.reasoning_tokens,
  };
  const said = Object.entries(counted).filter(([, tokens]) => typeof tokens === 'number');
  return said.length === 0 ? undefined : Object.fromEntries(said);
}

/** Events with a token, thought or said. */
const TOKENS: ReadonlySet<string> = new Set([
  'response.output_text.delta',
  'response.refusal.delta',
  'response.function_call_arguments.delta',
  'response.reasoning_text.delta',
  'response.reasoning_summary_text.delta',
]);

async function streamed(
  { provider }: OpenAIConnection,
  client: OpenAI,
  body: Body,
  io: ServiceCall,
): Promise<OpenAI.Responses.Response> {
  const stream = await client.responses.create({ ...body, stream: true }, { signal: io.signal });
  for await (const event of stream) {
    if (TOKENS.has(event.type)) io.firstToken();
    if (event.type === 'response.completed' || event.type === 'response.incomplete' || event.type === 'response.failed') {
      return event.response;
    }
    if (event.type === 'error') throw reportedError(provider, event);
  }
  throw new ServiceError('bad-response', `${provider} ended the stream before the answer was complete`);
}
