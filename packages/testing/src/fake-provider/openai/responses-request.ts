import type { ChatTurn } from '../chat-outcome.ts';
import type { ChatRequest } from '../fake-request.ts';
import { isObject, type JsonObject, listIn, numberIn, objectIn, textIn } from '../json-access.ts';
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
import { inputTokens } from './chat-request.ts';
import { strictSchemaProblem } from './strict-schema.ts';

/** The first thing that OpenAI would refuse of a request for a response. */
export function responsesRequestProblem(body: JsonObject, reasoning: boolean): Problem | undefined {
  return (
    movedParameter(body) ??
    FIELDS_CHECK(body) ??
    (body.input === undefined &&
    body.previous_response_id === undefined &&
    body.prompt === undefined &&
    body.conversation === undefined
      ? {
          kind: 'rule',
          code: 'missing_required_parameter',
          message: 'One of "input" or "previous_response_id" or \'prompt\' or \'conversation_id\' must be provided.',
        }
      : undefined) ??
    (reasoning ? samplingProblem(body) : reasoningProblem(body)) ??
    schemaProblem(body)
  );
}

export interface ReadResponses extends ChatTurn {
  readonly streamed: boolean;
  /** Whether the tokens' logarithms are to be included. */
  readonly logprobs: boolean;
}

/** @param before the texts of the response that is continued */
export function readResponses(body: JsonObject, incoming: Incoming, reasoning: boolean, before: string): ReadResponses {
  const messages = messagesOf(body, before);
  const format = objectIn(objectIn(body.text).format);
  const maxTokens = numberIn(body.max_output_tokens);
  const named = textIn(objectIn(body.tool_choice).name);
  const effort = textIn(objectIn(body.reasoning).effort);
  return {
    incoming,
    messages,
    tools: listIn(body.tools).map((tool) => ({
      name: textIn(objectIn(tool).name),
      parameters: objectIn(objectIn(tool).parameters),
    })),
    toolChoice: named !== '' ? { name: named } : body.tool_choice === 'required' ? 'required' : 'free',
    ...(isObject(format.schema) ? { schema: format.schema } : {}),
    json: format.type === 'json_object',
    inputTokens: inputTokens(messages, body.tools),
    ...(maxTokens === undefined ? {} : { maxTokens }),
    stop: [],
    reasoningTokens: reasoning && !['none', 'minimal'].includes(effort) ? 64 : 0,
    streamed: body.stream === true,
    logprobs: listIn(body.include).includes('message.output_text.logprobs'),
  };
}

function messagesOf(body: JsonObject, before: string): ChatRequest['messages'] {
  const instructions = textIn(body.instructions);
  const items = typeof body.input === 'string' ? [{ role: 'user', content: body.input }] : listIn(body.input);
  return [
    ...(instructions === '' ? [] : [{ role: 'system', text: instructions }]),
    ...(before === '' ? [] : [{ role: 'assistant', text: before }]),
    ...items.map(messageOf),
  ];
}

/** A tool's output is a message of the tool; what else is no message (reasoning, calls) counts as the assistant's. */
function messageOf(item: unknown): ChatRequest['messages'][number] {
  const { role, type, content, output, arguments: args } = objectIn(item);
  if (type === 'function_call_output') return { role: 'tool', text: textIn(output) };
  const text =
    typeof content === 'string'
      ? content
      : listIn(content)
          .map((part) => textIn(objectIn(part).text))
          .join('');
  return { role: textIn(role) || 'assistant', text: text || textIn(args) };
}

const PARTS = {
  input_text: { text: required(string), prompt_cache_breakpoint: object },
  input_image: {
    detail: oneOf('low', 'high', 'auto', 'original'),
    file_id: nullable(string),
    image_url: nullable(string),
    prompt_cache_breakpoint: object,
  },
  input_file: {
    detail: oneOf('auto', 'low', 'high'),
    file_data: string,
    file_id: nullable(string),
    file_url: string,
    filename: string,
    prompt_cache_breakpoint: object,
  },
  output_text: { text: required(string), annotations: list(object), logprobs: list(object) },
  refusal: { refusal: required(string) },
} satisfies Readonly<Record<string, Fields>>;

const MESSAGE = record({
  type: oneOf('message'),
  role: required(oneOf('assistant', 'system', 'developer', 'user')),
  content: required(byType('one of a string or an array of objects', { string, array: list(tagged('type', PARTS)) })),
  id: string,
  status: oneOf('in_progress', 'completed', 'incomplete'),
  phase: nullable(oneOf('commentary', 'final_answer')),
});

const FUNCTION_CALL = record(
  { type: string, call_id: required(string), name: required(string), arguments: required(string) },
  'open',
);

const FUNCTION_CALL_OUTPUT = record(
  {
    type: string,
    call_id: required(string),
    output: required(byType('one of a string or an array of objects', { string, array: list(object) })),
  },
  'open',
);

/** Messages and function calls are checked in full; the many kinds of hosted tools only have to be objects. */
const INPUT_ITEM: Check = (value) => {
  const { type } = objectIn(value);
  if (type === undefined || type === 'message') return MESSAGE(value);
  if (type === 'function_call') return FUNCTION_CALL(value);
  if (type === 'function_call_output') return FUNCTION_CALL_OUTPUT(value);
  return object(value);
};

const HOSTED_TOOL = record({ type: required(string) }, 'open');

const FUNCTION_TOOL = record({
  type: string,
  name: required(matching(/^[a-zA-Z0-9_-]{1,64}$/)),
  description: nullable(string),
  parameters: required(nullable(object)),
  strict: nullable(boolean),
  allowed_callers: nullable(list(string)),
  async: boolean,
  defer_loading: boolean,
  output_schema: nullable(object),
});

const TOOL: Check = (value) => (objectIn(value).type === 'function' ? FUNCTION_TOOL : HOSTED_TOOL)(value);

const FIELDS_CHECK = record({
  access_programs: object,
  background: nullable(boolean),
  context_management: nullable(list(object)),
  conversation: anything,
  image: object,
  include: nullable(list(string)),
  input: byType('one of a string or an array of objects', { string, array: list(INPUT_ITEM) }),
  instructions: nullable(string),
  max_output_tokens: nullable(integer({ min: 16 })),
  max_tool_calls: nullable(integer({ min: 1 })),
  metadata: nullable(object),
  model: required(string),
  moderation: nullable(object),
  parallel_tool_calls: nullable(boolean),
  previous_response_id: nullable(string),
  prompt: nullable(object),
  prompt_cache_key: nullable(string),
  prompt_cache_options: object,
  prompt_cache_retention: nullable(oneOf('in_memory', '24h')),
  reasoning: nullable(
    record({
      context: nullable(oneOf('auto', 'current_turn', 'all_turns')),
      effort: nullable(oneOf('none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max')),
      generate_summary: nullable(oneOf('auto', 'concise', 'detailed')),
      mode: string,
      summary: nullable(oneOf('auto', 'concise', 'detailed')),
    }),
  ),
  safety_identifier: nullable(string),
  service_tier: nullable(oneOf('auto', 'default', 'flex', 'scale', 'priority', 'fast')),
  store: nullable(boolean),
  stream: nullable(boolean),
  stream_options: nullable(record({ include_obfuscation: boolean })),
  temperature: nullable(number({ min: 0, max: 2 })),
  text: record({
    format: tagged('type', {
      text: {},
      json_object: {},
      json_schema: {
        name: required(matching(/^[a-zA-Z0-9_-]{1,64}$/)),
        schema: required(object),
        description: string,
        strict: nullable(boolean),
      },
    }),
    verbosity: nullable(oneOf('low', 'medium', 'high')),
  }),
  tool_choice: byType('one of a string or an object', { string: oneOf('none', 'auto', 'required'), object }),
  tools: list(TOOL),
  top_logprobs: nullable(integer({ min: 0, max: 20 })),
  top_p: nullable(number({ min: 0, max: 1 })),
  truncation: nullable(oneOf('auto', 'disabled')),
  user: string,
});

/** Where the fields of chat completions are now. */
const MOVED: Readonly<Record<string, string>> = {
  messages: 'input',
  max_tokens: 'max_output_tokens',
  max_completion_tokens: 'max_output_tokens',
  response_format: 'text.format',
  reasoning_effort: 'reasoning.effort',
  verbosity: 'text.verbosity',
};

function movedParameter(body: JsonObject): Problem | undefined {
  const moved = Object.keys(MOVED).find((name) => body[name] !== undefined);
  if (moved === undefined) return undefined;
  return {
    kind: 'rule',
    code: 'unsupported_parameter',
    message: `Unsupported parameter: '${moved}'. In the Responses API, this parameter has moved to '${MOVED[moved]}'. Try again with the new parameter.`,
  };
}

function samplingProblem(body: JsonObject): Problem | undefined {
  const name = ['temperature', 'top_p', 'top_logprobs'].find((field) => typeof body[field] === 'number');
  return name === undefined ? undefined : unsupported(name);
}

function reasoningProblem(body: JsonObject): Problem | undefined {
  return typeof objectIn(body.reasoning).effort === 'string' ? unsupported('reasoning.effort') : undefined;
}

function unsupported(name: string): Problem {
  return {
    kind: 'rule',
    path: [name],
    code: 'unsupported_parameter',
    message: `Unsupported parameter: '${name}' is not supported with this model.`,
  };
}

function schemaProblem(body: JsonObject): Problem | undefined {
  const format = objectIn(objectIn(body.text).format);
  if (format.type === 'json_object' && !/json/i.test(JSON.stringify(body.input) ?? '')) {
    return {
      kind: 'rule',
      path: ['input'],
      message: "Response input messages must contain the word 'json' in some form to use 'text.format' of type 'json_object'.",
    };
  }
  if (format.type !== 'json_schema' || format.strict === false) return undefined;
  return strictSchemaProblem(objectIn(format.schema), 'response_format', textIn(format.name), ['text', 'format', 'schema']);
}
