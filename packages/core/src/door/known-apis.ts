import type { FinishReason, ServiceKind, Usage } from '../contracts/index.ts';

/** A request to an API whose answers say what they used. */
export interface KnownRequest {
  /** The scheme that the same model has as a URI. */
  readonly provider: string;
  /** Up to the part that all of the API's addresses share. */
  readonly base: string;
  readonly model: string;
  readonly kind: ServiceKind;
}

type Body = Readonly<Record<string, unknown>>;

const KINDS: readonly (readonly [RegExp, ServiceKind])[] = [
  [/\/(?:chat\/completions|completions|responses|messages)$/u, 'language'],
  [/\/embeddings$/u, 'embedding'],
  [/\/moderations$/u, 'classifier'],
];

/** Recognises OpenAI's API wherever it is spoken, Azure's deployments, Anthropic's and Hugging Face's: by address and body. */
export function knownRequest(url: URL, body: unknown): KnownRequest | undefined {
  const path = url.pathname.replace(/\/+$/u, '');
  const named = isObject(body) && typeof body.model === 'string' ? body.model : undefined;
  const huggingFace = /(?:^|\.)huggingface\.(?:co|cloud)$/u.test(url.hostname);
  for (const [pattern, kind] of KINDS) {
    const end = pattern.exec(path)?.[0];
    if (end === undefined) continue;
    const before = path.slice(0, -end.length);
    const deployment = /^(.*)\/openai\/deployments\/([^/]+)$/u.exec(before);
    if (deployment !== null) {
      const [, prefix = '', name = ''] = deployment;
      return { provider: 'azure-openai', base: `${url.origin}${prefix}`, model: decodeURIComponent(name), kind };
    }
    if (named === undefined) return undefined;
    const base = `${url.origin}${before}`;
    if (end === '/messages') return { provider: 'anthropic', base: base.replace(/\/v1$/u, ''), model: named, kind };
    if (/\.azure\.com$/u.test(url.hostname)) {
      return { provider: 'azure-openai', base: base.replace(/\/openai(?:\/v1)?$/u, ''), model: named, kind };
    }
    return { provider: huggingFace ? 'huggingface' : 'openai', base, model: named, kind };
  }
  const [, model, task] = /\/models\/([^/]+\/[^/]+)(?:\/pipeline\/([\w-]+))?$/u.exec(path) ?? [];
  if (!huggingFace || model === undefined || url.pathname.startsWith('/api/')) return undefined;
  const kind = task === 'feature-extraction' ? 'embedding' : 'language';
  return { provider: 'huggingface', base: url.origin, model, kind };
}

/** Input as the request has it, and the output that it allows at most. */
export function knownLimit(body: unknown): number | undefined {
  if (!isObject(body)) return undefined;
  return firstNumber(body.max_completion_tokens, body.max_output_tokens, body.max_tokens);
}

/** What an answer says of itself: JSON, or the events of a stream. */
export function knownAnswer(text: string): {
  readonly usage?: Usage;
  readonly finish?: FinishReason;
  readonly servedBy?: string;
} {
  let usage: Usage = {};
  let servedBy: string | undefined;
  let finish: FinishReason | undefined;
  for (const one of documentsOf(text)) {
    for (const part of [one, one.message, one.response]) {
      if (!isObject(part)) continue;
      usage = { ...usage, ...usageOf(part.usage) };
      if (typeof part.model === 'string') servedBy = part.model;
      // One of several answers that was cut off is not undone by the next one.
      if (finish === undefined || finish === 'stop' || finish === 'tool') finish = finishOf(part) ?? finish;
    }
  }
  return {
    ...(Object.keys(usage).length === 0 ? {} : { usage }),
    ...(finish === undefined ? {} : { finish }),
    ...(servedBy === undefined ? {} : { servedBy }),
  };
}

function documentsOf(text: string): readonly Body[] {
  const whole = parse(text);
  if (whole !== undefined) return [whole];
  return text.split('\n').flatMap((line): readonly Body[] => {
    const event = line.startsWith('data:') ? parse(line.slice(5)) : undefined;
    return event === undefined ? [] : [event];
  });
}

function parse(text: string): Body | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** OpenAI's names of chat and responses, and Anthropic's, whose input leaves out what its cache has. */
function usageOf(value: unknown): Usage {
  if (!isObject(value)) return {};
  const details = isObject(value.prompt_tokens_details) ? value.prompt_tokens_details : value.input_tokens_details;
  const spoken = isObject(value.completion_tokens_details) ? value.completion_tokens_details : value.output_tokens_details;
  const cacheRead = firstNumber(value.cache_read_input_tokens);
  const cacheWritten = firstNumber(value.cache_creation_input_tokens);
  const input = firstNumber(value.prompt_tokens, value.input_tokens);
  const output = firstNumber(value.completion_tokens, value.output_tokens);
  const cached = cacheRead ?? (isObject(details) ? firstNumber(details.cached_tokens) : undefined);
  const reasoning = isObject(spoken) ? firstNumber(spoken.reasoning_tokens) : undefined;
  return {
    ...(input === undefined ? {} : { inputTokens: input + (cacheRead ?? 0) + (cacheWritten ?? 0) }),
    ...(output === undefined ? {} : { outputTokens: output }),
    ...(cached === undefined ? {} : { cachedTokens: cached }),
    ...(reasoning === undefined ? {} : { reasoningTokens: reasoning }),
  };
}

const FINISH: Readonly<Record<string, FinishReason>> = {
  stop: 'stop',
  end_turn: 'stop',
  stop_sequence: 'stop',
  length: 'length',
  max_tokens: 'length',
  tool_calls: 'tool',
  tool_use: 'tool',
  content_filter: 'filter',
  refusal: 'refusal',
};

function finishOf(part: Body): FinishReason | undefined {
  if (part.object === 'response') return finishOfResponse(part);
  const choices = Array.isArray(part.choices) ? part.choices.filter(isObject) : [];
  const said = choices.map(({ message, delta }) => (isObject(message) ? message : delta));
  if (said.some((one) => isObject(one) && isText(one.refusal))) return 'refusal';
  const delta = isObject(part.delta) ? part.delta.stop_reason : undefined;
  const reasons = [...choices.map(({ finish_reason }) => finish_reason), part.stop_reason, delta].flatMap((reason) =>
    typeof reason === 'string' && Object.hasOwn(FINISH, reason) ? [FINISH[reason]] : [],
  );
  return reasons.find((reason) => reason !== 'stop' && reason !== 'tool') ?? reasons[0];
}

/** OpenAI's responses: one that is still being made has no end. */
function finishOfResponse({ status, incomplete_details: cut, output }: Body): FinishReason | undefined {
  if (status === 'incomplete') return isObject(cut) && cut.reason === 'content_filter' ? 'filter' : 'length';
  if (status !== 'completed') return undefined;
  const items = Array.isArray(output) ? output.filter(isObject) : [];
  const parts = items.flatMap(({ content }) => (Array.isArray(content) ? content.filter(isObject) : []));
  if (parts.some(({ type }) => type === 'refusal')) return 'refusal';
  return items.some(({ type }) => type === 'function_call') ? 'tool' : 'stop';
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function firstNumber(...values: readonly unknown[]): number | undefined {
  return values.find((value) => typeof value === 'number' && Number.isFinite(value)) as number | undefined;
}

function isObject(value: unknown): value is Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
