import type { Json, LanguageModel, Message } from '../contracts/index.ts';
import { TouchstoneError } from '../errors/touchstone-error.ts';

export interface ChatOptions {
  /**
   * What is sent, with placeholders: `{question}` is the row's column. Default: the row's `inputs` as the user's message.
   * Only `{identifier}` is a placeholder; `{{` and `}}` are literal braces, any other brace is text.
   */
  readonly messages?: readonly Message[];
  /** Neutral names (`temperature`, `maxOutputTokens`, `topP`, `seed`, …); other keys reach the provider as they are. */
  readonly parameters?: Readonly<Record<string, Json>>;
  /** Options of the adapter, for a model by URI: `{ baseUrl: 'http://localhost:8000/v1', api: 'chat' }`. */
  readonly options?: Readonly<Record<string, Json>>;
}

/** A language model with its messages, as `evaluate` takes it. */
export interface ChatModel extends ChatOptions {
  readonly model: string | LanguageModel;
  readonly '~chat': true;
}

/**
 * A language model with messages and parameters of its own: by URI, made when the evaluation starts by the Touchstone's plug-ins, or the
 * object that a pack gives, e.g. `aiSdk(…)`.
 *
 * @throws TouchstoneError `bad-option` for messages without a role or text, and for options of a model that is an object
 * @example
 * model: chat('openai:/gpt-5-mini', {
 *   messages: [{ role: 'system', content: 'Answer in two sentences.' }, { role: 'user', content: '{question}' }],
 *   parameters: { maxOutputTokens: 300 },
 * })
 */
export function chat(model: string | LanguageModel, options: ChatOptions = {}): ChatModel {
  const { messages, parameters, options: adapter } = options;
  if (typeof model !== 'string' && !isLanguageModel(model)) {
    throw new TouchstoneError(
      'bad-option',
      "chat: the first argument is a URI such as 'openai:/gpt-5-mini', or a language model.",
    );
  }
  if (typeof model !== 'string' && adapter !== undefined) {
    throw new TouchstoneError('bad-option', 'chat: options are for models by URI: this one is an object, which has its own.');
  }
  if (messages !== undefined && (!Array.isArray(messages) || messages.length === 0 || !messages.every(isMessage))) {
    throw new TouchstoneError(
      'bad-option',
      "chat: 'messages' must be a list such as [{ role: 'user', content: '{question}' }], with the roles system, user and assistant.",
    );
  }
  return {
    model,
    '~chat': true,
    ...(messages === undefined ? {} : { messages }),
    ...(parameters === undefined ? {} : { parameters }),
    ...(adapter === undefined ? {} : { options: adapter }),
  };
}

export function isChat(value: unknown): value is ChatModel {
  return typeof value === 'object' && value !== null && '~chat' in value && value['~chat'] === true;
}

function isLanguageModel(value: unknown): value is LanguageModel {
  return typeof value === 'object' && value !== null && 'send' in value && 'kind' in value && value.kind === 'language';
}

function isMessage(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || !('role' in value) || !('content' in value)) return false;
  return ['system', 'user', 'assistant', 'tool'].includes(String(value.role)) && value.content !== undefined;
}
