import type Anthropic from '@anthropic-ai/sdk';
import { type ContentPart, type GenerateRequest, type Json, type Message, ServiceError } from '@touchstone/core';
import { answersByTool, answerTool } from './answer-tool.ts';

type Body = Anthropic.MessageCreateParamsNonStreaming;

/** The API wants a limit in every request. */
const DEFAULT_MAX_TOKENS = 4_096;

/** The version of the API that still knows sampling parameters; the SDK's own speaks a newer one. */
const VERSION_WITH_SAMPLING = '2023-06-01';
/** Neutral name → the API's. Both are taken from the user, the neutral one from defaults. */
const NAMES: Readonly<Record<string, string>> = {
  temperature: 'temperature',
  topP: 'top_p',
  topK: 'top_k',
  maxOutputTokens: 'max_tokens',
  stop: 'stop_sequences',
};
const SAMPLING = ['temperature', 'topP', 'topK'];
/** Models that take no sampling parameters: Opus from 4.7 on, and everything from generation 5 on. */
const WITHOUT_SAMPLING = /claude-opus-4-[7-9]|claude-[a-z]+-[5-9]|claude-mythos/u;
/** Parameters of others, which a default may hold. */
const UNKNOWN = ['seed', 'frequencyPenalty', 'presencePenalty', 'logprobs', 'topLogprobs'];

export interface MessageBody {
  readonly body: Body;
  readonly headers: Readonly<Record<string, string>>;
  readonly notes: readonly string[];
}

export interface BodyOptions {
  readonly promptCaching: boolean;
  /** Neutral names that the model has turned out to refuse: defaults of these names are left out with a note. */
  readonly refused: ReadonlySet<string>;
}

/** A request in the words of the Messages API. @throws ServiceError `bad-request` for both temperature and topP */
export function messageBody(model: string, request: GenerateRequest, options: BodyOptions): MessageBody {
  const { parameters, notes } = parametersOf(model, request, options.refused);
  const { stop_sequences: stop, reasoningEffort, output_config: ownConfig, ...others } = parameters;
  const cache = options.promptCaching ? { cache_control: { type: 'ephemeral' } } : {};
  const system = request.messages.flatMap((message) => (message.role === 'system' ? [textOf(message.content)] : [])).join('\n\n');
  const { tools, output } = request;
  const byTool = answersByTool(model, request);
  const config = {
    ...(isObject(ownConfig) ? ownConfig : {}),
    ...(reasoningEffort === undefined ? {} : { effort: reasoningEffort }),
    ...(output === undefined || byTool ? {} : { format: { type: 'json_schema', schema: output.schema } }),
  };
  const body = {
    model,
    max_tokens: defaultLimit(request),
    messages: turnsOf(request.messages),
    ...(system === '' ? {} : { system: options.promptCaching ? [{ type: 'text', text: system, ...cache }] : system }),
    ...(stop === undefined ? {} : { stop_sequences: Array.isArray(stop) ? stop : [stop] }),
    ...(Object.keys(config).length === 0 ? {} : { output_config: config }),
    ...(tools === undefined
      ? {}
      : {
          tools: tools.map(({ name, description, schema }, index) => ({
            name,
            ...(description === undefined ? {} : { description }),
            input_schema: schema,
            ...(index === tools.length - 1 ? cache : {}),
          })),
        }),
    ...(output !== undefined && byTool ? answerTool(output.schema, isThinking(parameters.thinking)) : {}),
    ...others,
  };
  const sampled = SAMPLING.some((name) => parameters[apiName(name)] !== undefined);
  // Parameters may be anything: what is none, the provider says.
  return { body: body as unknown as Body, headers: sampled ? { 'anthropic-version': VERSION_WITH_SAMPLING } : {}, notes };
}

/** The most output tokens where the request does not say: what is thought counts as well, and comes before what is said. */
export function defaultLimit({ parameters, defaults }: GenerateRequest): number {
  const thinking = parameters?.thinking ?? defaults?.thinking;
  const budget = isObject(thinking) ? thinking.budget_tokens : undefined;
  return DEFAULT_MAX_TOKENS + (typeof budget === 'number' ? budget : 0);
}

/** The defaults of a request under the API's names; the limit on tokens is not among them, because no model refuses that. */
export function defaultNames({ defaults = {} }: GenerateRequest): Readonly<Record<string, string>> {
  const names = Object.keys(defaults).filter((name) => name !== 'maxOutputTokens');
  return Object.fromEntries(names.map((name) => [name, apiName(name)]));
}

/** Under the API's names. Of the defaults, those that the model refuses are left out with a note; what the user asked for is sent. */
function parametersOf(model: string, { parameters = {}, defaults = {} }: GenerateRequest, refused: ReadonlySet<string>) {
  const notes: string[] = [];
  const kept: Record<string, Json> = {};
  for (const [name, value] of Object.entries(parameters)) kept[apiName(name)] = value;
  const thinks = isThinking(kept.thinking);
  for (const [name, value] of Object.entries(defaults)) {
    if (Object.hasOwn(kept, apiName(name))) continue;
    const sampling = SAMPLING.includes(name);
    const unknown = UNKNOWN.includes(name) || refused.has(name) || (sampling && WITHOUT_SAMPLING.test(model));
    const both = (name === 'topP' && kept.temperature !== undefined) || (name === 'temperature' && kept.top_p !== undefined);
    if (unknown) notes.push(`${name} was left out: ${model} takes none`);
    else if (sampling && thinks) notes.push(`${name} was left out: ${model} takes none while it thinks`);
    else if (both) notes.push(`${name} was left out: ${model} takes either temperature or topP`);
    else kept[apiName(name)] = value;
  }
  if (kept.temperature !== undefined && kept.top_p !== undefined) {
    throw new ServiceError('bad-request', `${model} takes either temperature or topP, and both were set: leave one of them out`);
  }
  return { parameters: kept, notes };
}

function apiName(name: string): string {
  return NAMES[name] ?? name;
}

/** Results of tools are said by the user, and several in a row in one turn. */
function turnsOf(messages: readonly Message[]): readonly Json[] {
  const turns: { readonly role: string; readonly content: Json }[] = [];
  for (const message of messages) {
    if (message.role === 'system') continue;
    const turn = turnOf(message);
    const last = turns.at(-1);
    if (message.role === 'tool' && last?.role === 'user' && Array.isArray(last.content) && Array.isArray(turn.content)) {
      turns[turns.length - 1] = { role: 'user', content: [...last.content, ...turn.content] };
    } else turns.push(turn);
  }
  return turns;
}

function turnOf(message: Exclude<Message, { role: 'system' }>): { readonly role: string; readonly content: Json } {
  if (message.role === 'tool') {
    return { role: 'user', content: [{ type: 'tool_result', tool_use_id: message.toolCallId, content: message.content }] };
  }
  if (message.role !== 'assistant') {
    return { role: 'user', content: typeof message.content === 'string' ? message.content : message.content.map(partOf) };
  }
  const { content, toolCalls = [] } = message;
  const said =
    content === null || content === ''
      ? []
      : typeof content === 'string'
        ? [{ type: 'text', text: content }]
        : content.map(partOf);
  const calls = toolCalls.map(({ id, name, arguments: input }) => ({ type: 'tool_use', id, name, input }));
  return { role: 'assistant', content: [...said, ...calls] };
}

function partOf(part: ContentPart): Json {
  if (part.type === 'text') return { type: 'text', text: part.text };
  if ('url' in part) return { type: 'image', source: sourceOfUrl(part.url) };
  const source = { type: 'base64', media_type: part.mediaType, data: part.data };
  if (part.type === 'image') return { type: 'image', source };
  const plain = { type: 'text', media_type: 'text/plain', data: Buffer.from(part.data, 'base64').toString('utf8') };
  // A document is a PDF or plain text; every other kind of text is that as well.
  return {
    type: 'document',
    source: part.mediaType.startsWith('text/') ? plain : source,
    ...(part.name === undefined ? {} : { title: part.name }),
  };
}

function sourceOfUrl(url: string): Json {
  const [, mediaType, data] = /^data:([^;,]+);base64,(.+)$/su.exec(url) ?? [];
  return mediaType === undefined ? { type: 'url', url } : { type: 'base64', media_type: mediaType, data: data ?? '' };
}

function textOf(content: string | readonly ContentPart[]): string {
  if (typeof content === 'string') return content;
  return content.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n');
}

function isThinking(thinking: Json | undefined): boolean {
  return isObject(thinking) && thinking.type !== 'disabled';
}

function isObject(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
