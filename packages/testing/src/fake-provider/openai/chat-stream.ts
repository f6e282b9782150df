import type { ChatOutcome } from '../chat-outcome.ts';
import { objectIn } from '../json-access.ts';
import { tokenPieces } from '../token-pieces.ts';
import type { StreamEvent } from '../wire/reply.ts';
import { type ChatHead, chatLogprobs, finishReason, type RenderedChat } from './chat.ts';

/** The chunks of a streamed chat completion: a role, one piece after the other, the reason of the end, and usage when it was asked for. */
export function chatEvents(
  { incoming, outcomes, filters }: RenderedChat,
  head: ChatHead,
  usage: unknown,
): readonly StreamEvent[] {
  const told = objectIn(objectIn(incoming.request.body).stream_options).include_usage === true;
  const chunk = (choices: readonly unknown[]): StreamEvent => ({ data: { ...head, choices, ...(told && { usage: null }) } });
  return [
    // Azure begins with a chunk that has no choices.
    ...(filters === undefined
      ? []
      : [{ data: { id: '', object: '', created: 0, model: '', choices: [], prompt_filter_results: filters.prompt } }]),
    ...outcomes.flatMap((outcome, index) => {
      const logprobs = chatLogprobs(outcome, incoming)?.content;
      const deltas = deltasOf(outcome).map(({ piece, ...delta }) => {
        const of = piece === undefined ? undefined : logprobs?.[piece];
        return chunk([
          { index, delta, logprobs: of === undefined ? null : { content: [of], refusal: null }, finish_reason: null },
        ]);
      });
      const finish_reason = finishReason(outcome);
      const end = {
        index,
        delta: {},
        logprobs: null,
        finish_reason,
        ...(filters && { content_filter_results: filters.choice(finish_reason) }),
      };
      return [...deltas, chunk([end])];
    }),
    ...(told ? [{ data: { ...head, choices: [], usage } }] : []),
    { data: '[DONE]' },
  ];
}

interface Delta {
  /** Which piece of the text it is. */
  readonly piece?: number;
  readonly [field: string]: unknown;
}

function deltasOf(outcome: ChatOutcome): readonly Delta[] {
  const calls = outcome.toolCalls.flatMap(({ id, name, arguments: text }, index) => [
    { tool_calls: [{ index, id, type: 'function', function: { name, arguments: '' } }] },
    ...tokenPieces(text).map((piece) => ({ tool_calls: [{ index, function: { arguments: piece } }] })),
  ]);
  return [
    { role: 'assistant', content: outcome.text === '' ? null : '', refusal: null },
    ...tokenPieces(outcome.text).map((content, piece) => ({ piece, content })),
    ...tokenPieces(outcome.refusal ?? '').map((refusal) => ({ refusal })),
    ...calls,
  ];
}
