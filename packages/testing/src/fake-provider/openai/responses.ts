import { type ChatOutcome, chatOutcome } from '../chat-outcome.ts';
import { type JsonObject, listIn, numberIn, objectIn, textIn } from '../json-access.ts';
import { reasons, traitsOf } from '../model-traits.ts';
import type { ProviderState } from '../provider-state.ts';
import { tokenPieces } from '../token-pieces.ts';
import { declineFor, knownModel } from '../wire/decline.ts';
import type { Endpoint, Instead, Task } from '../wire/endpoint.ts';
import type { Family } from '../wire/family.ts';
import { idOf, secondsOf } from '../wire/incoming.ts';
import type { Reply } from '../wire/reply.ts';
import type { Problem } from '../wire/shape.ts';
import { sizeProblem } from './chat-request.ts';
import { logprobsOf, type TokenLogprobs } from './logprobs.ts';
import { type ReadResponses, readResponses, responsesRequestProblem } from './responses-request.ts';
import { responseEvents } from './responses-stream.ts';

/** `POST /v1/responses` */
export function responses(family: Family): Endpoint {
  return {
    family,
    method: 'POST',
    model: (body) => textIn(objectIn(body).model),
    open(incoming, state): Task {
      const { model } = incoming.request;
      const body = objectIn(incoming.request.body);
      const guessed = traitsOf(state, model) ?? {};
      const reasoning = reasons(guessed, guessed.servedBy ?? model);
      declineFor(family, incoming, responsesRequestProblem(body, reasoning) ?? previousProblem(body, state));
      const traits = knownModel(family, incoming, state);
      const asked = readResponses(body, incoming, reasoning, state.responses.get(textIn(body.previous_response_id)) ?? '');
      declineFor(family, incoming, sizeProblem(traits, asked.inputTokens, asked.maxTokens));
      return {
        tokens: asked.inputTokens + (asked.maxTokens ?? 0),
        answer: async (instead) =>
          render(asked, await chatOutcome(asked, state, 0, instead), traits.servedBy ?? model, state, instead),
      };
    },
  };
}

function previousProblem(body: JsonObject, state: ProviderState): Problem | undefined {
  const id = body.previous_response_id;
  if (typeof id !== 'string' || state.responses.has(id)) return undefined;
  return {
    kind: 'rule',
    path: ['previous_response_id'],
    code: 'previous_response_not_found',
    message: `Previous response with id '${id}' not found.`,
  };
}

/** An item of the output. The first is what a reasoning model thought. */
export type OutputItem =
  | {
      readonly type: 'reasoning';
      readonly id: string;
      readonly summary: readonly { readonly type: 'summary_text'; readonly text: string }[];
      readonly encrypted_content?: string;
    }
  | {
      readonly type: 'message';
      readonly id: string;
      readonly status: string;
      readonly role: 'assistant';
      readonly content: readonly OutputPart[];
    }
  | {
      readonly type: 'function_call';
      readonly id: string;
      readonly status: string;
      readonly call_id: string;
      readonly name: string;
      readonly arguments: string;
    };

export type OutputPart =
  | {
      readonly type: 'output_text';
      readonly text: string;
      readonly annotations: readonly never[];
      readonly logprobs: readonly TokenLogprobs[];
    }
  | { readonly type: 'refusal'; readonly refusal: string };

function render(
  asked: ReadResponses,
  outcome: ChatOutcome,
  model: string,
  state: ProviderState,
  instead: Instead | undefined,
): Reply {
  const { incoming } = asked;
  const body = objectIn(incoming.request.body);
  const id = `resp_${idOf(incoming, 40)}`;
  const incomplete =
    outcome.finish === 'length' ? 'max_output_tokens' : outcome.finish === 'filter' ? 'content_filter' : undefined;
  const output = instead === 'empty' ? [] : outputOf(asked, outcome, incomplete === undefined ? 'completed' : 'incomplete');
  const usage = usageOf(outcome);
  const response = {
    id,
    object: 'response',
    created_at: secondsOf(incoming),
    status: incomplete === undefined ? 'completed' : 'incomplete',
    background: false,
    completed_at: incomplete === undefined ? secondsOf(incoming) : null,
    error: null,
    incomplete_details: incomplete === undefined ? null : { reason: incomplete },
    instructions: body.instructions ?? null,
    max_output_tokens: body.max_output_tokens ?? null,
    max_tool_calls: body.max_tool_calls ?? null,
    model,
    output,
    parallel_tool_calls: body.parallel_tool_calls ?? true,
    previous_response_id: body.previous_response_id ?? null,
    reasoning: { effort: null, summary: null, ...objectIn(body.reasoning) },
    safety_identifier: null,
    service_tier: 'default',
    store: body.store ?? true,
    temperature: body.temperature ?? 1,
    text: { format: { type: 'text' }, verbosity: 'medium', ...objectIn(body.text) },
    tool_choice: body.tool_choice ?? 'auto',
    tools: body.tools ?? [],
    top_logprobs: body.top_logprobs ?? 0,
    top_p: body.top_p ?? 1,
    truncation: body.truncation ?? 'disabled',
    usage,
    user: body.user ?? null,
    metadata: body.metadata ?? {},
  };
  if (body.store !== false) state.responses.set(id, [...asked.messages.map(({ text }) => text), outcome.text].join('\n'));
  if (asked.streamed) return { events: responseEvents(response, output), tokens: usage.total_tokens };
  return { json: response, tokens: usage.total_tokens };
}

function outputOf(asked: ReadResponses, outcome: ChatOutcome, status: string): readonly OutputItem[] {
  const { incoming } = asked;
  const id = (prefix: string, which: number) => `${prefix}_${idOf(incoming, 40, which)}`;
  const encrypted = listIn(objectIn(incoming.request.body).include).includes('reasoning.encrypted_content');
  const thought: OutputItem[] =
    outcome.usage.reasoningTokens === 0
      ? []
      : [
          {
            type: 'reasoning',
            id: id('rs', 101),
            summary: outcome.reasoning === '' ? [] : [{ type: 'summary_text', text: outcome.reasoning }],
            ...(encrypted && { encrypted_content: Buffer.from(outcome.reasoning || 'thoughts').toString('base64') }),
          },
        ];
  const calls = outcome.toolCalls.map((call, i): OutputItem => {
    return {
      type: 'function_call',
      id: id('fc', 200 + i),
      status: 'completed',
      call_id: call.id,
      name: call.name,
      arguments: call.arguments,
    };
  });
  const part = partOf(asked, outcome);
  return [
    ...thought,
    ...(part === undefined ? [] : [{ type: 'message', id: id('msg', 102), status, role: 'assistant', content: [part] } as const]),
    ...calls,
  ];
}

/** Nothing was said when there are calls only, or when thinking took all the tokens. */
function partOf({ incoming, logprobs }: ReadResponses, outcome: ChatOutcome): OutputPart | undefined {
  if (outcome.refusal !== undefined) return { type: 'refusal', refusal: outcome.refusal };
  if (outcome.text === '' && (outcome.toolCalls.length > 0 || outcome.finish === 'length')) return undefined;
  const alternatives = numberIn(objectIn(incoming.request.body).top_logprobs) ?? 0;
  return {
    type: 'output_text',
    text: outcome.text,
    annotations: [],
    logprobs: logprobs ? logprobsOf(tokenPieces(outcome.text), alternatives, incoming.random) : [],
  };
}

function usageOf({ usage }: ChatOutcome) {
  return {
    input_tokens: usage.inputTokens,
    input_tokens_details: { cached_tokens: usage.cachedTokens, cache_write_tokens: usage.cacheWriteTokens },
    output_tokens: usage.outputTokens,
    output_tokens_details: { reasoning_tokens: usage.reasoningTokens },
    total_tokens: usage.inputTokens + usage.outputTokens,
  };
}
