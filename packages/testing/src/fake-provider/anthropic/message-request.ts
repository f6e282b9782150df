import type { ChatTurn } from '../chat-outcome.ts';
import type { ChatRequest } from '../fake-request.ts';
import { isObject, type JsonObject, listIn, numberIn, objectIn, textIn, textsIn } from '../json-access.ts';
import type { ModelTraits } from '../model-traits.ts';
import { inputTokens } from '../openai/chat-request.ts';
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

/** Versions of the API. The newer one knows no sampling parameters. */
const VERSIONS = ['2023-06-01', '2026-10-21'];

/** Models that take both `temperature` and `top_p`: the families 3 and 4.0. */
const TAKES_BOTH = /claude-(2|3|instant|(opus|sonnet)-4-(0|2025))/;
/** Models that take neither, and models that do not continue an answer begun for them. */
const NO_SAMPLING = /claude-opus-4-[7-9]|claude-[a-z]+-[5-9]|claude-mythos/;
const NO_PREFILL = /claude-(opus|sonnet)-4-[6-9]|claude-[a-z]+-[5-9]|claude-mythos/;

/**
 * The first thing that Anthropic would refuse of a request.
 *
 * @param version of the header `anthropic-version`
 * @param beta of the header `anthropic-beta`: with one, fields that are not known here may be its own
 */
export function messageRequestProblem(
  body: JsonObject,
  traits: ModelTraits,
  version: string | undefined,
  beta: string | undefined,
): Problem | undefined {
  if (version === undefined) return { kind: 'rule', message: 'anthropic-version: header is required' };
  if (!VERSIONS.includes(version)) return { kind: 'rule', message: `anthropic-version: "${version}" is not a valid version` };
  const older = version === VERSIONS[0];
  const fields = older ? OLDER_FIELDS : FIELDS;
  return (
    (beta === undefined ? fields.closed : fields.open)(body) ??
    (older ? samplingProblem(body) : undefined) ??
    turnsProblem(body) ??
    thinkingProblem(body) ??
    sizeProblem(body, traits)
  );
}

/** The same for counting tokens, which needs no `max_tokens`. */
export function countRequestProblem(body: JsonObject): Problem | undefined {
  return COUNT_FIELDS(body);
}

export interface ReadMessage extends ChatTurn {
  readonly streamed: boolean;
  /** Whether thoughts are part of the answer. */
  readonly thinking: boolean;
  /** What comes before the last breakpoint of the prompt cache, block by block. */
  readonly cachable: readonly string[];
}

export function readMessage(body: JsonObject, incoming: Incoming): ReadMessage {
  const system = textOf(body.system);
  const messages = [...(system === '' ? [] : [{ role: 'system', text: system }]), ...listIn(body.messages).map(messageOf)];
  const format = objectIn(objectIn(body.output_config).format);
  const thinking = ['enabled', 'adaptive'].includes(textIn(objectIn(body.thinking).type));
  const choice = objectIn(body.tool_choice);
  return {
    incoming,
    messages,
    tools: listIn(body.tools).map((tool) => ({
      name: textIn(objectIn(tool).name),
      parameters: objectIn(objectIn(tool).input_schema),
    })),
    toolChoice: choice.type === 'tool' ? { name: textIn(choice.name) } : choice.type === 'any' ? 'required' : 'free',
    ...(isObject(format.schema) ? { schema: format.schema } : {}),
    json: false,
    inputTokens: inputTokens(messages, body.tools),
    maxTokens: numberIn(body.max_tokens) ?? 0,
    stop: textsIn(body.stop_sequences),
    reasoningTokens: thinking ? 64 : 0,
    streamed: body.stream === true,
    thinking,
    cachable: cachableBlocks(body),
  };
}

const CACHE = nullable(record({ type: required(oneOf('ephemeral')), ttl: oneOf('5m', '1h') }));

const TEXT_BLOCK: Fields = { text: required(string), cache_control: CACHE, citations: nullable(anything) };

const SOURCE = tagged('type', {
  base64: { media_type: required(string), data: required(string) },
  url: { url: required(string) },
  file: { file_id: required(string) },
  text: { media_type: required(oneOf('text/plain')), data: required(string) },
  content: { content: required(anything) },
});

const USER_BLOCKS = {
  text: TEXT_BLOCK,
  image: { source: required(SOURCE), cache_control: CACHE, transformations: nullable(object) },
  document: {
    source: required(SOURCE),
    cache_control: CACHE,
    citations: nullable(object),
    context: nullable(string),
    title: nullable(string),
  },
  search_result: {
    content: required(list(object)),
    source: required(string),
    title: required(string),
    cache_control: CACHE,
    citations: object,
  },
  tool_result: {
    tool_use_id: required(string),
    content: byType('a string', { string, array: list(object) }),
    is_error: boolean,
    cache_control: CACHE,
  },
} satisfies Readonly<Record<string, Fields>>;

const ASSISTANT_BLOCKS = {
  text: TEXT_BLOCK,
  thinking: { thinking: required(string), signature: required(string) },
  redacted_thinking: { data: required(string) },
  tool_use: {
    id: required(string),
    name: required(string),
    input: required(object),
    cache_control: CACHE,
    caller: object,
    toolset_name: nullable(string),
  },
} satisfies Readonly<Record<string, Fields>>;

const blocks = (variants: Readonly<Record<string, Fields>>): Check =>
  byType('a string', { string, array: list(tagged('type', variants)) });

const MESSAGE = tagged('role', {
  user: { content: required(blocks(USER_BLOCKS)) },
  assistant: { content: required(blocks(ASSISTANT_BLOCKS)) },
  system: { content: required(blocks({ text: TEXT_BLOCK })) },
});

const HOSTED_TOOL = record({ type: string, name: string }, 'open');

const FUNCTION_TOOL = record({
  type: nullable(string),
  name: required(matching(/^[a-zA-Z0-9_-]{1,128}$/)),
  description: string,
  input_schema: required(record({ type: required(oneOf('object')) }, 'open')),
  cache_control: CACHE,
  strict: boolean,
  allowed_callers: list(string),
  defer_loading: boolean,
  eager_input_streaming: nullable(boolean),
  input_examples: list(object),
});

/** Hosted tools have a type of their own and fields that are theirs. */
const TOOL: Check = (value) => {
  const { type } = objectIn(value);
  return (typeof type === 'string' && type !== 'custom' ? HOSTED_TOOL : FUNCTION_TOOL)(value);
};

const FIELD_CHECKS = {
  model: required(string),
  max_tokens: required(integer({ min: 1 })),
  messages: required(list(MESSAGE)),
  cache_control: CACHE,
  container: nullable(anything),
  diagnostics: nullable(object),
  inference_geo: nullable(string),
  metadata: record({ user_id: nullable(string) }),
  output_config: record({
    effort: nullable(oneOf('low', 'medium', 'high', 'xhigh', 'max')),
    format: nullable(record({ type: required(oneOf('json_schema')), schema: required(object) })),
  }),
  service_tier: oneOf('auto', 'standard_only'),
  speed: nullable(oneOf('standard', 'fast')),
  stop_sequences: list(string),
  stream: boolean,
  system: byType('a string', { string, array: list(tagged('type', { text: TEXT_BLOCK })) }),
  thinking: tagged('type', {
    enabled: { budget_tokens: required(integer({ min: 1024 })), display: nullable(string) },
    disabled: {},
    adaptive: { display: nullable(string) },
    between_tools: {},
  }),
  tool_choice: tagged('type', {
    auto: { disable_parallel_tool_use: boolean },
    any: { disable_parallel_tool_use: boolean },
    tool: { name: required(string), disable_parallel_tool_use: boolean },
    none: {},
  }),
  tools: list(TOOL),
  user_profile_id: string,
  workspace_id: string,
} satisfies Fields;

const both = (fields: Fields) => ({ closed: record(fields), open: record(fields, 'open') });

const FIELDS = both(FIELD_CHECKS);

const OLDER_FIELDS = both({
  ...FIELD_CHECKS,
  temperature: number({ min: 0, max: 1 }),
  top_p: number({ min: 0, max: 1 }),
  top_k: integer({ min: 0 }),
});

const { max_tokens: _, stream: __, ...COUNTED } = FIELD_CHECKS;

const COUNT_FIELDS = record(COUNTED);

function samplingProblem(body: JsonObject): Problem | undefined {
  const model = textIn(body.model);
  const given = ['temperature', 'top_p', 'top_k'].filter((name) => body[name] !== undefined);
  if (given[0] !== undefined && NO_SAMPLING.test(model)) {
    return { kind: 'rule', message: `\`${given[0]}\` is deprecated for this model.` };
  }
  if (given.includes('temperature') && given.includes('top_p') && !TAKES_BOTH.test(model)) {
    return { kind: 'rule', message: '`temperature` and `top_p` cannot both be specified for this model. Please use only one.' };
  }
  return undefined;
}

function turnsProblem(body: JsonObject): Problem | undefined {
  const messages = listIn(body.messages).map(objectIn);
  if (messages.length === 0) return { kind: 'rule', message: 'messages: at least one message is required' };
  if (messages.at(-1)?.role === 'assistant' && NO_PREFILL.test(textIn(body.model))) {
    return {
      kind: 'rule',
      message: 'This model does not support assistant message prefill. The conversation must end with a user message.',
    };
  }
  let open = new Set<string>();
  for (const [i, { content }] of messages.entries()) {
    const parts = listIn(content).map(objectIn);
    const empty = content === '' || parts.some(({ type, text }) => type === 'text' && text === '');
    if (empty) return { kind: 'rule', message: 'messages: text content blocks must be non-empty' };
    for (const [k, { tool_use_id: id, type }] of parts.entries()) {
      if (type === 'tool_result' && !open.delete(textIn(id))) {
        return {
          kind: 'rule',
          message: `messages.${i}.content.${k}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${textIn(id)}. Each \`tool_result\` block must have a corresponding \`tool_use\` block in the previous message.`,
        };
      }
    }
    if (open.size > 0) {
      return {
        kind: 'rule',
        message: `messages.${i - 1}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${[...open].join(', ')}. Each \`tool_use\` block must have a corresponding \`tool_result\` block in the next message.`,
      };
    }
    open = new Set(parts.flatMap(({ type, id }) => (type === 'tool_use' ? [textIn(id)] : [])));
  }
  return undefined;
}

function thinkingProblem(body: JsonObject): Problem | undefined {
  const budget = numberIn(objectIn(body.thinking).budget_tokens);
  if (budget !== undefined && budget >= (numberIn(body.max_tokens) ?? 0)) {
    return { kind: 'rule', message: '`max_tokens` must be greater than `thinking.budget_tokens`.' };
  }
  return undefined;
}

function sizeProblem(body: JsonObject, { contextTokens, maxOutputTokens }: ModelTraits): Problem | undefined {
  const wanted = numberIn(body.max_tokens) ?? 0;
  if (maxOutputTokens !== undefined && wanted > maxOutputTokens) {
    const model = textIn(body.model);
    return {
      kind: 'rule',
      message: `max_tokens: ${wanted} > ${maxOutputTokens}, which is the maximum allowed number of output tokens for ${model}`,
    };
  }
  const given = inputTokens([{ role: 'system', text: textOf(body.system) }, ...listIn(body.messages).map(messageOf)], body.tools);
  if (contextTokens !== undefined && given > contextTokens) {
    return { kind: 'rule', message: `prompt is too long: ${given} tokens > ${contextTokens} maximum` };
  }
  return undefined;
}

function messageOf(message: unknown): ChatRequest['messages'][number] {
  const { role, content } = objectIn(message);
  return { role: textIn(role), text: textOf(content) };
}

/** Of a text, or of blocks: also what tools gave back. */
function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  return listIn(content)
    .map(objectIn)
    .map((block) => (block.type === 'tool_result' ? textOf(block.content) : textIn(block.text)))
    .join('');
}

/** The blocks of tools, system and messages up to the last one with `cache_control`; all of them with one at the top of the request. */
function cachableBlocks(body: JsonObject): readonly string[] {
  const blocks = [
    ...listIn(body.tools),
    ...blocksOf(body.system),
    ...listIn(body.messages).flatMap((message) => blocksOf(objectIn(message).content)),
  ];
  const last = isObject(body.cache_control)
    ? blocks.length - 1
    : blocks.findLastIndex((block) => isObject(objectIn(block).cache_control));
  return blocks.slice(0, last + 1).map((block) => JSON.stringify({ ...objectIn(block), cache_control: undefined }));
}

function blocksOf(content: unknown): readonly unknown[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : listIn(content);
}
