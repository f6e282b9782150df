import { tokenPieces } from '../token-pieces.ts';
import type { StreamEvent } from '../wire/reply.ts';
import type { OutputItem, OutputPart } from './responses.ts';

interface Streamed {
  readonly status: string;
  readonly [field: string]: unknown;
}

/** A response as its events: begun empty, each item added, filled and done, and the whole response at the end. */
export function responseEvents(response: Streamed, output: readonly OutputItem[]): readonly StreamEvent[] {
  const begun = { ...response, status: 'in_progress', output: [], usage: null, completed_at: null, incomplete_details: null };
  const events = [
    { type: 'response.created', response: begun },
    { type: 'response.in_progress', response: begun },
    ...output.flatMap((item, output_index) => itemEvents(item, output_index)),
    { type: `response.${response.status}`, response },
  ];
  return events.map(({ type, ...rest }, sequence_number) => ({ event: type, data: { type, sequence_number, ...rest } }));
}

interface TypedEvent {
  readonly type: string;
  readonly [field: string]: unknown;
}

function itemEvents(item: OutputItem, output_index: number): readonly TypedEvent[] {
  const added = (empty: Partial<Record<string, unknown>>): TypedEvent => ({
    type: 'response.output_item.added',
    output_index,
    item: { ...item, ...empty },
  });
  const done: TypedEvent = { type: 'response.output_item.done', output_index, item };
  const at = { item_id: item.id, output_index };
  switch (item.type) {
    case 'reasoning':
      return [
        added({ summary: [] }),
        ...item.summary.flatMap(({ text }, summary_index) => summaryEvents(text, { ...at, summary_index })),
        done,
      ];
    case 'function_call':
      return [
        added({ status: 'in_progress', arguments: '' }),
        ...tokenPieces(item.arguments).map((delta) => ({ type: 'response.function_call_arguments.delta', ...at, delta })),
        { type: 'response.function_call_arguments.done', ...at, name: item.name, arguments: item.arguments },
        done,
      ];
    case 'message':
      return [
        added({ status: 'in_progress', content: [] }),
        ...item.content.flatMap((part, content_index) => partEvents(part, { ...at, content_index })),
        done,
      ];
  }
}

function partEvents(part: OutputPart, at: object): readonly TypedEvent[] {
  const done: TypedEvent = { type: 'response.content_part.done', ...at, part };
  if (part.type === 'refusal') {
    return [
      { type: 'response.content_part.added', ...at, part: { ...part, refusal: '' } },
      ...tokenPieces(part.refusal).map((delta) => ({ type: 'response.refusal.delta', ...at, delta })),
      { type: 'response.refusal.done', ...at, refusal: part.refusal },
      done,
    ];
  }
  const deltas = tokenPieces(part.text).map((delta, i) => {
    return { type: 'response.output_text.delta', ...at, delta, logprobs: part.logprobs.slice(i, i + 1) };
  });
  return [
    { type: 'response.content_part.added', ...at, part: { ...part, text: '', logprobs: [] } },
    ...deltas,
    { type: 'response.output_text.done', ...at, text: part.text, logprobs: part.logprobs },
    done,
  ];
}

function summaryEvents(text: string, at: object): readonly TypedEvent[] {
  const part = { type: 'summary_text', text };
  return [
    { type: 'response.reasoning_summary_part.added', ...at, part: { ...part, text: '' } },
    ...tokenPieces(text).map((delta) => ({ type: 'response.reasoning_summary_text.delta', ...at, delta })),
    { type: 'response.reasoning_summary_text.done', ...at, text },
    { type: 'response.reasoning_summary_part.done', ...at, part },
  ];
}
