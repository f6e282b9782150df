import type { ChatTurn } from '../chat-outcome.ts';
import type { ChatRequest } from '../fake-request.ts';
import { isObject, type JsonObject, listIn, numberIn, objectIn, textIn, textsIn } from '../json-access.ts';
import type { ModelTraits } from '../model-traits.ts';
import { countTokens } from '../token-pieces.ts';
import type { Incoming } from '../wire/incoming.ts';
import {
  anything,
  boolean,
  byType,
  type Check,
  type Fields,
  integer,
  list,
  matching,
  nullable,
  number,
  object,
  oneOf,
  type Problem,
  record,
  required,
  string,
  tagged,
} from '../wire/shape.ts';
import { strictSchemaProblem } from './strict-schema.ts';

/** The first thing that OpenAI would refuse of a chat completion request. */
export function chatRequestProblem(body: JsonObject, reasoning: boolean): Problem | undefined {
  if (body.model === undefined) return { kind: 'rule', message: 'you must provide a model parameter' };
  return (
    unknownArguments(body, reasoning) ??
    FIELDS_CHECK(body) ??
    (reasoning ? reasoningProblem(body) : undefined) ??
    betweenFields(body) ??
    schemaProblem(body) ??
    toolOrderProblem(listIn(body.messages))
  );
}

/** For servers that take any field (routers, vLLM and the like): only what nobody could do without. */
export function looseChatProblem(body: JsonObject): Problem | undefined {
  return LOOSE_CHECK(body);
}

export interface ReadChat extends ChatTurn {
  readonly streamed: boolean;
  readonly samples: number;
}

export function readChat(body: JsonObject, incoming: Incoming, reasoning: boolean): ReadChat {
  const messages = listIn(body.messages).map(messageOf);
  const tools = listIn(body.tools).map((tool) => objectIn(objectIn(tool).function));
  const format = objectIn(body.response_format);
  const schema = objectIn(format.json_schema).schema;
  const maxTokens = numberIn(body.max_completion_tokens) ?? numberIn(body.max_tokens);
  const choice = body.tool_choice;
  const named = textIn(objectIn(objectIn(choice).function).name);
  return {
    incoming,
    messages,
    tools: tools.map((tool) => ({ name: textIn(tool.name), parameters: objectIn(tool.parameters) })),
    toolChoice: named !== '' ? { name: named } : choice === 'required' ? 'required' : 'free',
    ...(isObject(schema) ? { schema } : {}),
    json: format.type === 'json_object',
    inputTokens: inputTokens(messages, body.tools),
    ...(maxTokens === undefined ? {} : { maxTokens }),
    stop: textsIn(body.stop),
    reasoningTokens: reasoning && !['none', 'minimal'].includes(textIn(body.reasoning_effort)) ? 64 : 0,
    streamed: body.stream === true,
    samples: numberIn(body.n) ?? 1,
  };
}

/** As the providers do: about four tokens a message beside its text. */
export function inputTokens(messages: ChatRequest['messages'], tools: unknown): number {
  const texts = messages.reduce((sum, { text }) => sum + countTokens(text) + 4, 3);
  return texts + (tools === undefined ? 0 : countTokens(JSON.stringify(tools)));
}

/** Longer than the model can take, or asking for more than it can give. */
export function sizeProblem(traits: ModelTraits, tokens: number, wanted: number | undefined): Problem | undefined {
  if (traits.contextTokens !== undefined && tokens > traits.contextTokens) {
    return {
      kind: 'rule',
      path: ['messages'],
      code: 'context_length_exceeded',
      message: `This model's maximum context length is ${traits.contextTokens} tokens. However, your messages resulted in ${tokens} tokens. Please reduce the length of the messages.`,
    };
  }
  if (traits.maxOutputTokens !== undefined && wanted !== undefined && wanted > traits.maxOutputTokens) {
    return {
      kind: 'rule',
      path: ['max_tokens'],
      code: 'invalid_value',
      message: `max_tokens is too large: ${wanted}. This model supports at most ${traits.maxOutputTokens} completion tokens, whereas you provided ${wanted}.`,
    };
  }
  return undefined;
}

const TEXT_PART: Fields = { text: required(string), prompt_cache_breakpoint: object };

const PARTS = {
  text: TEXT_PART,
  image_url: {
    image_url: required(record({ url: required(string), detail: oneOf('auto', 'low', 'high', 'original') })),
    prompt_cache_breakpoint: object,
  },
  input_audio: {
    input_audio: required(record({ data: required(string), format: required(oneOf('wav', 'mp3')) })),
    prompt_cache_breakpoint: object,
  },
  file: { file: required(record({ file_data: string, file_id: string, filename: string })), prompt_cache_breakpoint: object },
} satisfies Readonly<Record<string, Fields>>;

const content = (parts: Readonly<Record<string, Fields>>): Check =>
  byType('one of a string or an array of objects', { string, array: list(tagged('type', parts), { min: 1 }) });

const FUNCTION_CALL = record({ name: required(string), arguments: required(string) });

const TOOL_CALL = tagged('type', {
  function: { id: required(string), function: required(FUNCTION_CALL) },
  custom: { id: required(string), custom: required(record({ name: required(string), input: required(string) })) },
});

const MESSAGE = tagged('role', {
  system: { content: required(content({ text: TEXT_PART })), name: string },
  developer: { content: required(content({ text: TEXT_PART })), name: string },
  user: { content: required(content(PARTS)), name: string },
  assistant: {
    content: nullable(content({ text: TEXT_PART, refusal: { refusal: required(string) } })),
    name: string,
    refusal: nullable(string),
    audio: nullable(object),
    annotations: list(object),
    function_call: nullable(FUNCTION_CALL),
    tool_calls: list(TOOL_CALL, { min: 1 }),
  },
  tool: { content: required(content({ text: TEXT_PART })), tool_call_id: required(string) },
  function: { content: required(nullable(string)), name: required(string) },
});

const FUNCTION = record({
  name: required(matching(/^[a-zA-Z0-9_-]{1,64}$/)),
  description: string,
  parameters: object,
  strict: nullable(boolean),
});

const FIELDS: Fields = {
  model: required(string),
  messages: required(list(MESSAGE, { min: 1, of: 'objects' })),
  audio: nullable(object),
  frequency_penalty: nullable(number({ min: -2, max: 2 })),
  function_call: anything,
  functions: list(object, { min: 1 }),
  logit_bias: nullable(object),
  logprobs: nullable(boolean),
  max_completion_tokens: nullable(integer({ min: 1 })),
  max_tokens: nullable(integer({ min: 1 })),
  metadata: nullable(object),
  modalities: nullable(list(oneOf('text', 'audio'))),
  moderation: nullable(object),
  n: nullable(integer({ min: 1, max: 128 })),
  parallel_tool_calls: boolean,
  prediction: nullable(object),
  presence_penalty: nullable(number({ min: -2, max: 2 })),
  prompt_cache_key: nullable(string),
  prompt_cache_options: object,
  prompt_cache_retention: nullable(oneOf('in_memory', '24h')),
  reasoning_effort: nullable(oneOf('none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max')),
  response_format: tagged('type', {
    text: {},
    json_object: {},
    json_schema: {
      json_schema: required(
        record({
          name: required(matching(/^[a-zA-Z0-9_-]{1,64}$/)),
          description: string,
          schema: object,
          strict: nullable(boolean),
        }),
      ),
    },
  }),
  safety_identifier: nullable(string),
  seed: nullable(integer()),
  service_tier: nullable(oneOf('auto', 'default', 'flex', 'scale', 'priority', 'fast')),
  stop: nullable(byType('one of a string or an array of strings', { string, array: list(string, { max: 4 }) })),
  store: nullable(boolean),
  stream: nullable(boolean),
  stream_options: nullable(record({ include_usage: boolean, include_obfuscation: boolean })),
  temperature: nullable(number({ min: 0, max: 2 })),
  tool_choice: byType('one of a string or an object', { string: oneOf('none', 'auto', 'required'), object }),
  tools: list(tagged('type', { function: { function: required(FUNCTION) }, custom: { custom: required(object) } }), {
    min: 1,
    max: 128,
  }),
  top_logprobs: nullable(integer({ min: 0, max: 20 })),
  top_p: nullable(number({ min: 0, max: 1 })),
  user: string,
  verbosity: nullable(oneOf('low', 'medium', 'high')),
  web_search_options: object,
};

const FIELDS_CHECK = record(FIELDS);

const LOOSE_MESSAGE = record({ role: required(string) }, 'open');

const LOOSE_CHECK = record({ model: required(string), messages: required(list(LOOSE_MESSAGE, { min: 1 })) }, 'open');

/** At the top of a request OpenAI has other words for what it does not know, and models that do not think know less. */
function unknownArguments(body: JsonObject, reasoning: boolean): Problem | undefined {
  const names = Object.keys(body).filter(
    (name) => !Object.hasOwn(FIELDS, name) || (name === 'reasoning_effort' && !reasoning && body[name] !== null),
  );
  if (names.length === 0) return undefined;
  return { kind: 'rule', message: `Unrecognized request argument${names.length > 1 ? 's' : ''} supplied: ${names.join(', ')}` };
}

function reasoningProblem(body: JsonObject): Problem | undefined {
  if (typeof body.max_tokens === 'number') {
    return {
      kind: 'rule',
      path: ['max_tokens'],
      code: 'unsupported_parameter',
      message: "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
    };
  }
  for (const [name, fallback] of Object.entries({ temperature: 1, top_p: 1, presence_penalty: 0, frequency_penalty: 0 })) {
    const value = body[name];
    if (typeof value === 'number' && value !== fallback) {
      return {
        kind: 'rule',
        path: [name],
        code: 'unsupported_value',
        message: `Unsupported value: '${name}' does not support ${value} with this model. Only the default (${fallback}) value is supported.`,
      };
    }
  }
  if (body.logprobs === true) {
    return { kind: 'rule', status: 403, message: 'You are not allowed to request logprobs from this model' };
  }
  return undefined;
}

function betweenFields(body: JsonObject): Problem | undefined {
  const rule = (field: string, message: string): Problem => ({ kind: 'rule', path: [field], message });
  if (typeof body.max_tokens === 'number' && typeof body.max_completion_tokens === 'number') {
    return rule('max_tokens', "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.");
  }
  if (isObject(body.stream_options) && body.stream !== true) {
    return rule('stream_options', "The 'stream_options' parameter is only allowed when 'stream' is enabled.");
  }
  if (typeof body.top_logprobs === 'number' && body.logprobs !== true) {
    return rule('top_logprobs', "The 'top_logprobs' parameter is only allowed when 'logprobs' is enabled.");
  }
  if (body.tool_choice !== undefined && body.tools === undefined) {
    return rule('tool_choice', "Invalid value for 'tool_choice': 'tool_choice' is only allowed when 'tools' are specified.");
  }
  const named = textIn(objectIn(objectIn(body.tool_choice).function).name);
  if (named !== '' && !listIn(body.tools).some((tool) => objectIn(objectIn(tool).function).name === named)) {
    return rule(
      'tool_choice',
      `Invalid value for 'tool_choice': no function named '${named}' was specified in the 'tools' parameter.`,
    );
  }
  const wantsJson = objectIn(body.response_format).type === 'json_object';
  if (wantsJson && !/json/i.test(JSON.stringify(body.messages))) {
    return rule(
      'messages',
      "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.",
    );
  }
  return undefined;
}

function schemaProblem(body: JsonObject): Problem | undefined {
  const format = objectIn(objectIn(body.response_format).json_schema);
  if (format.strict === true) {
    const problem = strictSchemaProblem(objectIn(format.schema), 'response_format', textIn(format.name), ['response_format']);
    if (problem !== undefined) return problem;
  }
  for (const [i, tool] of listIn(body.tools).entries()) {
    const made = objectIn(objectIn(tool).function);
    if (made.strict !== true) continue;
    const problem = strictSchemaProblem(objectIn(made.parameters), 'function', textIn(made.name), [
      'tools',
      i,
      'function',
      'parameters',
    ]);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** Every tool call is answered right after it, and nothing else is. */
function toolOrderProblem(messages: readonly unknown[]): Problem | undefined {
  let open = new Set<string>();
  for (const [i, message] of [...messages, undefined].entries()) {
    const { role, tool_call_id: id, tool_calls: calls } = objectIn(message);
    if (role === 'tool') {
      if (!open.delete(textIn(id))) {
        return {
          kind: 'rule',
          path: ['messages', i, 'role'],
          message: "Invalid parameter: messages with role 'tool' must be a response to a preceding message with 'tool_calls'.",
        };
      }
      continue;
    }
    if (open.size > 0) {
      return {
        kind: 'rule',
        path: ['messages', Math.min(i, messages.length - 1), 'role'],
        message: `An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: ${[...open].join(', ')}`,
      };
    }
    open = new Set(listIn(calls).map((call) => textIn(objectIn(call).id)));
  }
  return undefined;
}

function messageOf(message: unknown): ChatRequest['messages'][number] {
  const { role, content: said } = objectIn(message);
  const text =
    typeof said === 'string'
      ? said
      : listIn(said)
          .map((part) => textIn(objectIn(part).text))
          .join('');
  return { role: textIn(role), text };
}
