import {
  type Answer,
  type FinishReason,
  type Generated,
  type GenerateRequest,
  type Json,
  ServiceError,
  type ToolCall,
} from '@touchstone/core';
import { type Fields, fieldsOf, listOf, textOf } from './fields.ts';
import { tokenUsage } from './token-usage.ts';

/**
 * What `doGenerate` gives, or the parts of a stream put together in its shape.
 * @throws ServiceError `bad-response`, `server`
 */
export function readResult(
  result: object,
  request: GenerateRequest,
  provider: string,
  notes: readonly string[],
): Answer<Generated> {
  const { content, finishReason, usage, providerMetadata, response, structuredOutputText } = fieldsOf(result);
  if (!Array.isArray(content)) throw new ServiceError('bad-response', `${provider} sent an answer without content`);
  const parts = content.map(fieldsOf);
  const texts = textsOf(parts, 'text');
  const thoughts = textsOf(parts, 'reasoning');
  const toolCalls = parts.flatMap(toolCallOf);
  const chosen = request.output === undefined || typeof structuredOutputText !== 'string' ? undefined : structuredOutputText;
  const text = chosen ?? (texts.length === 0 ? null : texts.join(''));
  const finish = finishOf(finishReason, text, provider);
  const logprobs = logprobsOf(providerMetadata);
  const tokens = tokenUsage(usage, providerMetadata);
  const servedBy = textOf(fieldsOf(response).modelId);
  const refused = finish === 'refusal';
  return {
    value: {
      text: refused ? null : text,
      ...(toolCalls.length === 0 ? {} : { toolCalls }),
      ...(refused ? { refusal: text ?? '' } : {}),
      ...(thoughts.length === 0 ? {} : { reasoning: thoughts.join('\n') }),
      ...(logprobs === undefined ? {} : { logprobs }),
      ...(notes.length === 0 ? {} : { notes }),
    },
    ...(tokens === undefined ? {} : { usage: tokens }),
    ...(servedBy === undefined ? {} : { servedBy }),
    ...(finish === undefined ? {} : { finish }),
  };
}

function textsOf(parts: readonly Fields[], type: string): readonly string[] {
  return parts.flatMap((part) => (part.type === type && typeof part.text === 'string' && part.text !== '' ? [part.text] : []));
}

/** Tools that the provider ran itself were no calls for us. */
function toolCallOf({ type, toolCallId, toolName, input, providerExecuted }: Fields): readonly ToolCall[] {
  if (type !== 'tool-call' || providerExecuted === true) return [];
  if (typeof toolCallId !== 'string' || typeof toolName !== 'string') return [];
  return [{ id: toolCallId, name: toolName, arguments: argumentsOf(input) }];
}

/** JSON in a text; what is none stays the text. */
function argumentsOf(input: unknown): Json {
  const text = typeof input === 'string' ? input : (JSON.stringify(input) ?? '{}');
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** A word in v2; from v3 on beside the provider's own word. @throws ServiceError where the model did not finish */
function finishOf(reason: unknown, text: string | null, provider: string): FinishReason | undefined {
  const { unified, raw } = typeof reason === 'string' ? { unified: reason, raw: reason } : fieldsOf(reason);
  switch (unified) {
    case 'stop':
    case 'length':
      return unified;
    case 'tool-calls':
      return 'tool';
    case 'content-filter':
      return isRefusal(raw, text) ? 'refusal' : 'filter';
    case 'error':
      throw new ServiceError('server', `${provider} ended the answer with an error`);
    case 'interrupted':
      throw new ServiceError('bad-response', `${provider} ended the answer before it was complete`);
    default:
      return undefined;
  }
}

/**
 * The AI SDK has one word for both. Anthropic says itself that it is a refusal; OpenAI ends a refusal as any other answer, and its words
 * are the text.
 */
function isRefusal(raw: unknown, text: string | null): boolean {
  return raw === 'refusal' || ((raw === undefined || raw === 'stop') && text !== null && text !== '');
}

/** Of whichever provider; one list for each piece of text, where there are several. */
function logprobsOf(metadata: unknown): Json | undefined {
  for (const ofProvider of Object.values(fieldsOf(metadata))) {
    const { logprobs } = fieldsOf(ofProvider);
    if (logprobs === undefined || logprobs === null) continue;
    const content = Array.isArray(logprobs) ? { content: listOf(logprobs).flat() } : logprobs;
    return JSON.parse(JSON.stringify(content));
  }
  return undefined;
}
