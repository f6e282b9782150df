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

/** The whole message of a stream. @throws ServiceError `bad-response` for one that stopped in its middle */
export async function readStream(events: AsyncIterable<Event>, io: ServiceCall): Promise<Anthropic.Message> {
  let message: Anthropic.Message | undefined;
  const blocks: Anthropic.ContentBlock[] = [];
  const inputs: string[] = [];
  for await (const event of events) {
    switch (event.type) {
      case 'message_start':
        message = event.message;
        break;
      case 'content_block_start':
        blocks[event.index] = event.content_block;
        break;
      case 'content_block_delta':
        io.firstToken();
        addDelta(blocks, inputs, event);
        break;
      case 'message_delta':
        // Its usage is the sum so far, and leaves out what has not changed.
        if (message !== undefined) message = { ...message, ...event.delta, usage: { ...message.usage, ...told(event.usage) } };
        break;
      case 'message_stop':
        if (message === undefined) break;
        return { ...message, content: blocks.map((block, index) => withInput(block, inputs[index])) };
    }
  }
  throw new ServiceError('bad-response', 'Anthropic ended the stream before the answer was complete');
}

type Event = Anthropic.RawMessageStreamEvent;

function addDelta(
  blocks: Anthropic.ContentBlock[],
  inputs: string[],
  { index, delta }: Extract<Event, { type: 'content_block_delta' }>,
): void {
  const block = blocks[index];
  if (delta.type === 'text_delta' && block?.type === 'text') blocks[index] = { ...block, text: block.text + delta.text };
  if (delta.type === 'thinking_delta' && block?.type === 'thinking')
    blocks[index] = { ...block, thinking: block.thinking + delta.thinking };
  if (delta.type === 'input_json_delta') inputs[index] = (inputs[index] ?? '') + delta.partial_json;
}

/** Arguments come as pieces of JSON; cut off at the limit of tokens they are none, and stay the text. */
function withInput(block: Anthropic.ContentBlock, text: string | undefined): Anthropic.ContentBlock {
  if (block.type !== 'tool_use' || text === undefined || text === '') return block;
  try {
    return { ...block, input: JSON.parse(text) };
  } catch {
    return { ...block, input: text };
  }
}

function told(usage: object): object {
  return Object.fromEntries(Object.entries(usage).filter(([, value]) => value !== null));
}
