import type Anthropic from '@anthropic-ai/sdk';
import {
  type Answer,
  type FinishReason,
  type Generated,
  type ServiceCall,
  ServiceError,
  type ToolCall,
  type Usage,
} from '@touchstone/core';

const FINISH: Readonly<Record<string, FinishReason>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  tool_use: 'tool',
  refusal: 'refusal',
};

export function readMessage(message: Anthropic.Message, notes: readonly string[]): Answer<Generated> {
  if (!Array.isArray(message.content)) throw new ServiceError('bad-response', 'Anthropic sent an answer without content');
  const texts: string[] = [];
  const thoughts: string[] = [];
  const toolCalls: ToolCall[] = [];
  for (const block of message.content) {
    if (block.type === 'text') texts.push(block.text);
    if (block.type === 'thinking') thoughts.push(block.thinking);
    if (block.type === 'tool_use')
      toolCalls.push({ id: block.id, name: block.name, arguments: JSON.parse(JSON.stringify(block.input)) });
  }
  const finish = FINISH[message.stop_reason ?? ''];
  const usage = usageOf(message.usage);
  const text = texts.length === 0 ? null : texts.join('');
  return {
    value: {
      text: finish === 'refusal' ? null : text,
      ...(toolCalls.length === 0 ? {} : { toolCalls }),
      ...(finish === 'refusal' ? { refusal: text ?? '' } : {}),
      ...(thoughts.length === 0 ? {} : { reasoning: thoughts.join('\n') }),
      ...(notes.length === 0 ? {} : { notes }),
    },
    ...(usage === undefined ? {} : { usage }),
    ...(message.model === undefined ? {} : { servedBy: message.model }),
    ...(finish === undefined ? {} : { finish }),
  };
}

/** Anthropic counts what its cache has apart from the input; ours is all of it. */
function usageOf(usage: Anthropic.Usage | undefined): Usage | undefined {
  // Servers that only look like Anthropic leave it out.
  if (typeof usage?.input_tokens !== 'number' || typeof usage.output_tokens !== 'number') return undefined;
  const read = usage.cache_read_input_tokens ?? 0;
  const written = usage.cache_creation_input_tokens ?? 0;
  const thought = usage.output_tokens_details?.thinking_tokens;
  return {
    inputTokens: usage.input_tokens + read + written,
    outputTokens: usage.output_tokens,
    ...(read + written === 0 ? {} : { cachedTokens: read }),
    ...(thought === undefined || thought === null ? {} : { reasoningTokens: thought }),
  };
}

/** The whole message of a stream. */
export async function readStream(
  stream: ReturnType<Anthropic['messages']['stream']>,
  io: ServiceCall,
): Promise<Anthropic.Message> {
  for await (const event of stream) if (event.type === 'content_block_delta') io.firstToken();
  return stream.finalMessage();
}
