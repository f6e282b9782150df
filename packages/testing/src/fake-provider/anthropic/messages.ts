import { type ChatOutcome, chatOutcome } from '../chat-outcome.ts';
import { objectIn, textIn } from '../json-access.ts';
import { traitsOf } from '../model-traits.ts';
import type { ProviderState } from '../provider-state.ts';
import { declineFor, knownModel } from '../wire/decline.ts';
import type { Endpoint, Task } from '../wire/endpoint.ts';
import { idOf } from '../wire/incoming.ts';
import type { Reply } from '../wire/reply.ts';
import { anthropicFamily } from './anthropic-family.ts';
import { countRequestProblem, messageRequestProblem, type ReadMessage, readMessage } from './message-request.ts';
import { messageEvents } from './message-stream.ts';
import { type CacheUse, useCache } from './prompt-cache.ts';

/** `POST /v1/messages` */
export const messages: Endpoint = {
  family: anthropicFamily,
  method: 'POST',
  model: (body) => textIn(objectIn(body).model),
  open(incoming, state): Task {
    const { model } = incoming.request;
    const body = objectIn(incoming.request.body);
    const [version, beta] = [incoming.request.headers['anthropic-version'], incoming.request.headers['anthropic-beta']];
    declineFor(anthropicFamily, incoming, messageRequestProblem(body, traitsOf(state, model) ?? {}, version, beta));
    const traits = knownModel(anthropicFamily, incoming, state);
    const asked = readMessage(body, incoming);
    return {
      tokens: asked.inputTokens + (asked.maxTokens ?? 0),
      async answer(instead) {
        const outcome = await chatOutcome(asked, state, 0, instead);
        const owner = `${anthropicFamily.credential(incoming.headers)}\n${model}`;
        return render(asked, outcome, useCache(state.cachedPrefixes, owner, asked.cachable), traits.servedBy ?? model);
      },
    };
  },
};

/** `POST /v1/messages/count_tokens` */
export const countTokensOfMessages: Endpoint = {
  ...messages,
  open(incoming, state) {
    const body = objectIn(incoming.request.body);
    declineFor(anthropicFamily, incoming, countRequestProblem(body));
    knownModel(anthropicFamily, incoming, state);
    return { tokens: 0, answer: () => ({ json: { input_tokens: readMessage(body, incoming).inputTokens } }) };
  },
};

/** `GET /v1/models` */
export const anthropicModels: Endpoint = {
  family: anthropicFamily,
  method: 'GET',
  model: () => '',
  open: (_, state: ProviderState) => ({
    tokens: 0,
    answer() {
      const ids = state.models === undefined ? ['claude-haiku-5-5', 'claude-sonnet-5-5'] : Object.keys(state.models);
      const data = ids.map((id) => ({ type: 'model', id, display_name: id, created_at: '2026-01-01T00:00:00Z' }));
      return { json: { data, has_more: false, first_id: ids[0] ?? null, last_id: ids.at(-1) ?? null } };
    },
  }),
};

export type ContentBlock =
  | { readonly type: 'text'; readonly text: string; readonly citations?: null }
  | { readonly type: 'thinking'; readonly thinking: string; readonly signature: string }
  | {
      readonly type: 'tool_use';
      readonly id: string;
      readonly name: string;
      readonly input: unknown;
      readonly caller: { readonly type: 'direct' };
    };

function render(asked: ReadMessage, outcome: ChatOutcome, cache: CacheUse, model: string): Reply {
  const { incoming } = asked;
  const usage = usageOf(outcome, {
    ...cache,
    ...(outcome.usage.cachedTokens > 0 && { cachedTokens: outcome.usage.cachedTokens }),
  });
  const message = {
    id: `msg_${idOf(incoming, 24)}`,
    type: 'message',
    role: 'assistant',
    model,
    content: blocksOf(asked, outcome),
    ...stopOf(outcome),
    container: null,
    diagnostics: null,
    usage,
  };
  const tokens = outcome.usage.inputTokens + outcome.usage.outputTokens;
  return asked.streamed ? { events: messageEvents(message, toolTexts(outcome)), tokens } : { json: message, tokens };
}

function blocksOf(asked: ReadMessage, outcome: ChatOutcome): readonly ContentBlock[] {
  if (outcome.empty) return [];
  const thought = asked.thinking || outcome.reasoning !== '';
  const said = outcome.refusal ?? outcome.text;
  // Clients of the older version know a list, or nothing.
  const citations = asked.incoming.headers['anthropic-version'] === '2023-06-01' ? {} : { citations: null };
  return [
    ...(thought
      ? [{ type: 'thinking', thinking: outcome.reasoning, signature: `sig${idOf(asked.incoming, 32, 7)}` } as const]
      : []),
    ...(said === '' ? [] : [{ type: 'text', text: said, ...citations } as const]),
    ...outcome.toolCalls.map(
      ({ id, name, arguments: text }) =>
        ({
          type: 'tool_use',
          id: id.replace(/^call_/, 'toolu_'),
          name,
          input: parsed(text),
          caller: { type: 'direct' },
        }) as const,
    ),
  ];
}

/** Anthropic gives arguments as JSON; a text that is none becomes an argument itself. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return { text };
  }
}

/** The arguments as they are streamed. */
function toolTexts({ toolCalls }: ChatOutcome): readonly string[] {
  return toolCalls.map(({ arguments: text }) => text);
}

function stopOf({ finish, stoppedBy, refusal }: ChatOutcome) {
  const declined = finish === 'refusal' || finish === 'filter';
  const reason = declined ? 'refusal' : { stop: 'end_turn', length: 'max_tokens', tool: 'tool_use' }[finish];
  return {
    stop_reason: stoppedBy === undefined ? reason : 'stop_sequence',
    stop_sequence: stoppedBy ?? null,
    stop_details: declined ? { type: 'refusal', category: null, explanation: refusal ?? null } : null,
  };
}

function usageOf({ usage }: ChatOutcome, { cachedTokens, cacheWriteTokens }: CacheUse) {
  const read = Math.min(cachedTokens, usage.inputTokens);
  const written = Math.min(usage.cacheWriteTokens || cacheWriteTokens, usage.inputTokens - read);
  return {
    input_tokens: usage.inputTokens - read - written,
    cache_creation_input_tokens: written,
    cache_read_input_tokens: read,
    cache_creation: { ephemeral_5m_input_tokens: written, ephemeral_1h_input_tokens: 0 },
    output_tokens: usage.outputTokens,
    output_tokens_details: usage.reasoningTokens > 0 ? { thinking_tokens: usage.reasoningTokens } : null,
    server_tool_use: null,
    service_tier: 'standard',
    inference_geo: null,
    speed: null,
  };
}
