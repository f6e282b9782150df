import Anthropic, { APIError } from '@anthropic-ai/sdk';
import {
  type AdaptedModel,
  type AdapterAbout,
  baseUrl,
  credentialFingerprint,
  type Json,
  type LanguageModel,
  neededVariable,
  responseError,
  roughUsage,
  type ServiceError,
  TouchstoneError,
  thrownError,
  variable,
} from '@touchstone/core';
import { DEFAULT_MAX_TOKENS, messageBody } from './message-body.ts';
import type { AnthropicOptions } from './plugin.ts';
import { readMessage, readStream } from './read-message.ts';

export const anthropicAbout: AdapterAbout = {
  form: 'anthropic:/MODEL',
  description: "Anthropic's models",
  kinds: ['language'],
  variables: [
    { name: 'ANTHROPIC_API_KEY', needed: true, credential: true, meaning: 'the key' },
    { name: 'ANTHROPIC_BASE_URL', needed: false, meaning: 'another server' },
  ],
  options: {
    baseUrl: 'another server that speaks the API',
    promptCaching: 'true: the system prompt and the tools are kept in the provider’s cache between calls',
    stream: 'true: answers are streamed, so that the time to the first token is known',
  },
};

const OWN_URL = 'https://api.anthropic.com';
/** The door has limits of its own, which count what is really waited for. */
const NO_TIMEOUT_MS = 2 ** 31 - 1;

/** @throws TouchstoneError `malformed-uri`, `bad-base-url` */
export function anthropicModel(uri: string, options: Readonly<Record<string, Json>>, plugin: AnthropicOptions): AdaptedModel {
  const model = /^anthropic:\/+(.+)$/iu.exec(uri)?.[1];
  if (model === undefined) {
    throw new TouchstoneError(
      'malformed-uri',
      `'${uri}' names no model: write anthropic:/MODEL, e.g. anthropic:/claude-sonnet-5.`,
    );
  }
  const given = typeof options.baseUrl === 'string' ? options.baseUrl : undefined;
  const url = baseUrl(
    given ?? plugin.baseUrl ?? variable('ANTHROPIC_BASE_URL') ?? OWN_URL,
    given === undefined ? 'ANTHROPIC_BASE_URL' : 'base-url',
  );
  const key = plugin.apiKey ?? variable('ANTHROPIC_API_KEY');
  const account = `anthropic|${url}|${credentialFingerprint(key)}`;
  const stream = options.stream === true;
  const languageModel: LanguageModel = {
    kind: 'language',
    id: `anthropic:/${model}`,
    identity: { provider: 'anthropic', baseUrl: url, model, api: 'messages' },
    scopes: async () => [account, `${account}|${model}`],
    ready() {
      if (key === undefined) neededVariable(uri, 'ANTHROPIC_API_KEY');
    },
    estimate: (request) => roughUsage(request, DEFAULT_MAX_TOKENS),
    async send(request, io) {
      const { body, headers, notes } = messageBody(model, request, { promptCaching: options.promptCaching === true });
      const client = new Anthropic({
        // Both ways of giving the key: servers of the older API know the second one only.
        apiKey: key ?? null,
        defaultHeaders: { 'x-api-key': key ?? null },
        baseURL: url,
        fetch: io.fetch,
        maxRetries: 0,
        timeout: NO_TIMEOUT_MS,
      });
      try {
        if (!stream) return readMessage(await client.messages.create(body, { signal: io.signal, headers }), notes);
        return readMessage(await readStream(client.messages.stream(body, { signal: io.signal, headers }), io), notes);
      } catch (error) {
        throw toServiceError(error);
      }
    },
  };
  return { languageModel };
}

/** What the SDK threw, by kind and without the request that it holds. */
function toServiceError(thrown: unknown): ServiceError {
  if (!(thrown instanceof APIError) || thrown.status === undefined) return thrownError('Anthropic', thrown);
  const { status, headers, error, message } = thrown;
  return responseError({ provider: 'Anthropic', status, headers: headers ?? new Headers(), body: error ?? message });
}
