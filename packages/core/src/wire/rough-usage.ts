import type { ContentPart, GenerateRequest, Usage } from '../contracts/index.ts';
import { roughTokens } from './text-size.ts';

/** What an image costs, about: providers count it by its size, which is not known here. */
const IMAGE_TOKENS = 1_000;
/** Output where the request sets no limit. */
const DEFAULT_OUTPUT = 1_024;

/**
 * What a request to a language model uses at most, roughly: for reservations and estimates before it is sent.
 *
 * @param mostOutput output tokens where the request does not say; default 1,024
 */
export function roughUsage(
  { messages, parameters, defaults, tools, output }: GenerateRequest,
  mostOutput = DEFAULT_OUTPUT,
): Usage {
  let inputTokens = 0;
  for (const message of messages) {
    inputTokens += 4;
    const { content } = message;
    if (typeof content === 'string') inputTokens += roughTokens(content);
    else for (const part of content ?? []) inputTokens += tokensOf(part);
    if ('toolCalls' in message && message.toolCalls !== undefined) inputTokens += roughTokens(JSON.stringify(message.toolCalls));
  }
  if (tools !== undefined) inputTokens += roughTokens(JSON.stringify(tools));
  if (output !== undefined) inputTokens += roughTokens(JSON.stringify(output.schema));
  const limit = parameters?.maxOutputTokens ?? defaults?.maxOutputTokens;
  return { inputTokens, outputTokens: typeof limit === 'number' ? limit : mostOutput };
}

function tokensOf(part: ContentPart): number {
  if (part.type === 'text') return roughTokens(part.text);
  return part.type === 'image' ? IMAGE_TOKENS : Math.ceil(part.data.length / 6);
}
