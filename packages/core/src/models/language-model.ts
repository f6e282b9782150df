import type {
  AskedAnswer,
  ContentPart,
  Generated,
  GenerateRequest,
  Json,
  LanguageModel,
  Message,
  Model,
  ModelResult,
  Row,
} from '../contracts/index.ts';
import type { Problem } from '../errors/touchstone-error.ts';
import { conversationOf, conversationProblem } from './conversation.ts';
import { matchPlaceholders, promptText, template } from './template.ts';

export interface PromptSpace {
  /** Columns that a model may see. */
  readonly features: readonly string[];
  readonly inputs: readonly string[];
  /** Target, id and cluster. */
  readonly hidden: readonly string[];
}

export interface PromptOptions {
  readonly messages?: readonly Message[] | undefined;
  /** What stands before the inputs, where there are no messages. */
  readonly system?: string | undefined;
  readonly parameters?: Readonly<Record<string, Json>> | undefined;
}

/** A model whose requests can be seen without sending them, for estimates. */
export interface PromptedModel extends Model {
  readonly service: LanguageModel;
  request(row: Row): GenerateRequest;
}

/**
 * A language model as the model of an evaluation: each row becomes a request. Without messages of its own it is sent the row's inputs:
 * a conversation as it is, anything else as the user's message.
 */
export function promptedModel(
  service: LanguageModel,
  options: PromptOptions,
  space: PromptSpace,
): { readonly model: PromptedModel; readonly problems: readonly Problem[]; readonly notes: readonly string[] } {
  const { parameters, system } = options;
  const messages = options.messages ?? (system === undefined ? undefined : [{ role: 'system', content: system } as const]);
  const filled = messages === undefined ? undefined : fillMessages(messages, space);
  const messagesOf = (row: Row): readonly Message[] => {
    const said = filled?.fill(row) ?? [];
    return options.messages === undefined ? [...said, ...inputsAsMessages(row, space.inputs)] : said;
  };
  const [only] = space.inputs;
  const conversations = (row: Row): readonly (Json | undefined)[] => [
    ...(filled?.conversations(row) ?? []),
    ...(options.messages === undefined && space.inputs.length === 1 && only !== undefined ? [row[only]] : []),
  ];
  const request = (row: Row): GenerateRequest => ({
    messages: messagesOf(row),
    ...(parameters === undefined || Object.keys(parameters).length === 0 ? {} : { parameters }),
  });
  const model: PromptedModel = {
    id: service.id,
    identity: {
      service: service.identity,
      messages: (messages ?? null) as Json,
      ...(options.messages === undefined && system !== undefined ? { system } : {}),
      parameters: parameters ?? null,
    },
    service,
    request,
    async predict([row], [work]) {
      if (row === undefined || work === undefined) return [];
      const problem = conversations(row)
        .map(conversationProblem)
        .find((one) => one !== undefined);
      if (problem !== undefined) return [failure('bad-conversation', problem)];
      return [resultOf(await work.ask(service, request(row)))];
    },
  };
  return { model, problems: filled?.problems ?? [], notes: filled?.notes ?? [] };
}

function inputsAsMessages(row: Row, inputs: readonly string[]): readonly Message[] {
  const [only] = inputs;
  const conversation = inputs.length === 1 && only !== undefined ? conversationOf(row[only]) : undefined;
  return conversation ?? [{ role: 'user', content: promptText(row, inputs) }];
}

function fillMessages(messages: readonly Message[], space: PromptSpace) {
  const placeholders = [...new Set(messages.flatMap(textsOf).flatMap((text) => template(text).placeholders))];
  const { columns, problems, notes } = matchPlaceholders(placeholders, space);
  return {
    problems,
    notes,
    /** Cells that may be sent as conversations. */
    conversations: (row: Row): readonly (Json | undefined)[] =>
      messages.flatMap((message) => {
        const column = conversationColumn(message, columns);
        return column === undefined ? [] : [row[column]];
      }),
    fill(row: Row): readonly Message[] {
      const values = Object.fromEntries(Object.entries(columns).map(([name, from]) => [name, promptText(row, from)]));
      const text = (one: string): string => template(one).fill(values);
      return messages.flatMap((message) => {
        const column = conversationColumn(message, columns);
        return (column === undefined ? undefined : conversationOf(row[column])) ?? [fillMessage(message, text)];
      });
    },
  };
}

/** `{ role: 'user', content: '{messages}' }` with a column that holds a conversation stands for all of its messages. */
function conversationColumn(message: Message, columns: Readonly<Record<string, string | readonly string[]>>): string | undefined {
  if (message.role !== 'user' || typeof message.content !== 'string') return undefined;
  const name = /^\s*\{([\p{L}_][\p{L}\p{N}_]*)\}\s*$/u.exec(message.content)?.[1];
  const from = name === undefined ? undefined : columns[name];
  return typeof from === 'string' ? from : from?.length === 1 ? from[0] : undefined;
}

function fillMessage(message: Message, text: (one: string) => string): Message {
  switch (message.role) {
    case 'tool':
      return { ...message, content: text(message.content) };
    case 'assistant':
      return { ...message, content: message.content === null ? null : fillContent(message.content, text) };
    default:
      return { ...message, content: fillContent(message.content, text) };
  }
}

function fillContent(content: string | readonly ContentPart[], text: (one: string) => string): string | readonly ContentPart[] {
  if (typeof content === 'string') return text(content);
  return content.map((part) => {
    if (part.type === 'text') return { ...part, text: text(part.text) };
    return 'url' in part ? { ...part, url: text(part.url) } : part;
  });
}

function textsOf({ content }: Message): readonly string[] {
  if (content === null) return [];
  if (typeof content === 'string') return [content];
  return content.flatMap((part) => (part.type === 'text' ? [part.text] : 'url' in part ? [part.url] : []));
}

/** What is no answer is a failed row with its reason, and never a text that could be scored. */
function resultOf({ value, usage, finish, latencyMs, callId }: AskedAnswer<Generated>): ModelResult {
  const { text, toolCalls, refusal } = value;
  if (finish === 'refusal' || refusal !== undefined) return failure('refusal', `the model refused: ${refusal ?? text ?? ''}`);
  if (finish === 'filter') return failure('content-filter', "the provider's content filter stopped the answer");
  if ((text === null || text.trim() === '') && toolCalls === undefined) {
    return failure(
      'no-text',
      finish === 'length' ? 'all output tokens were used before there was a text' : 'the answer has no text',
    );
  }
  return {
    value: toolCalls === undefined ? (text ?? '') : { outputs: text ?? '', toolCalls: JSON.parse(JSON.stringify(toolCalls)) },
    ...(toolCalls === undefined ? {} : { main: 'outputs' }),
    latencyMs,
    calls: [callId],
    ...(usage === undefined ? {} : { usage }),
    ...(finish === undefined ? {} : { finish }),
  };
}

function failure(code: string, message: string): ModelResult {
  return { error: { code, message, retryable: false } };
}
