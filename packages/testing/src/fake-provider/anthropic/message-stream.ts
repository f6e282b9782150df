import { tokenPieces } from '../token-pieces.ts';
import type { StreamEvent } from '../wire/reply.ts';
import type { ContentBlock } from './messages.ts';

interface Streamed {
  readonly content: readonly ContentBlock[];
  readonly stop_reason: string;
  readonly stop_sequence: string | null;
  readonly stop_details: unknown;
  readonly container: null;
  readonly usage: Readonly<Record<string, unknown>>;
}

/**
 * A message as its events: begun empty, each block opened, filled and closed, the reason of the end with the final usage.
 *
 * @param toolTexts the arguments of the tool calls, in their order
 */
export function messageEvents(message: Streamed, toolTexts: readonly string[]): readonly StreamEvent[] {
  const { content, stop_reason, stop_sequence, stop_details, container, usage } = message;
  const begun = {
    ...message,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    stop_details: null,
    usage: { ...usage, output_tokens: 1 },
  };
  const tools = content.filter(({ type }) => type === 'tool_use');
  const events = [
    { type: 'message_start', message: begun },
    ...content.flatMap((block, index) => [
      ...blockEvents(block, index, toolTexts[tools.indexOf(block)] ?? ''),
      ...(index === 0 ? [{ type: 'ping' }] : []),
    ]),
    { type: 'message_delta', delta: { stop_reason, stop_sequence, stop_details, container }, usage },
    { type: 'message_stop' },
  ];
  return events.map((data) => ({ event: data.type, data }));
}

interface TypedEvent {
  readonly type: string;
  readonly [field: string]: unknown;
}

function blockEvents(block: ContentBlock, index: number, toolText: string): readonly TypedEvent[] {
  const deltas = (type: string, field: string, text: string) =>
    tokenPieces(text).map((piece) => ({ type: 'content_block_delta', index, delta: { type, [field]: piece } }));
  const around = (empty: object, within: readonly TypedEvent[]): readonly TypedEvent[] => [
    { type: 'content_block_start', index, content_block: { ...block, ...empty } },
    ...within,
    { type: 'content_block_stop', index },
  ];
  switch (block.type) {
    case 'text':
      return around({ text: '' }, deltas('text_delta', 'text', block.text));
    case 'thinking': {
      const signature = { type: 'content_block_delta', index, delta: { type: 'signature_delta', signature: block.signature } };
      return around({ thinking: '', signature: '' }, [...deltas('thinking_delta', 'thinking', block.thinking), signature]);
    }
    case 'tool_use':
      return around({ input: {} }, [
        { type: 'content_block_delta', index, delta: { type: 'input_json_delta', partial_json: '' } },
        ...deltas('input_json_delta', 'partial_json', toolText),
      ]);
  }
}
