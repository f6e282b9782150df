import Anthropic from '@anthropic-ai/sdk';
import {
  type AdaptedModel,
  type AdapterAbout,
  type Answer,
  baseUrl,
  credentialFingerprint,
  type Generated,
  type GenerateRequest,
  type Json,
  type LanguageModel,
  neededVariable,
  roughUsage,
  type ServiceCall,
  switchOption,
  TouchstoneError,
  textOption,
  utf8Fetch,
  variable,
  withoutRefusedDefaults,
} from '@touchstone/core';
import { answersByTool, textOfTool } from './answer-tool.ts';
import { type BodyOptions, defaultLimit, defaultNames, messageBody } from './message-body.ts';
import type { AnthropicOptions } from './plugin.ts';
import { readMessage, readStream } from './read-message.ts';
import { toServiceError } from './service-error.ts';

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

/** @throws TouchstoneError `malformed-uri`, `bad-base-url`, `bad-option` */
export function anthropicModel(uri: string, options: Readonly<Record<string, Json>>, plugin: AnthropicOptions): AdaptedModel {
  const model = /^anthropic:\/+(.+)$/iu.exec(uri)?.[1];
  if (model === undefined) {
    throw new TouchstoneError(
      'malformed-uri',
      `'${uri}' names no model: write anthropic:/MODEL, e.g. anthropic:/claude-sonnet-5.`,
    );
  }
  const url = serverOf(uri, options, plugin);
  const key = plugin.apiKey ?? variable('ANTHROPIC_API_KEY');
  const account = `anthropic|${url}|${credentialFingerprint(key)}`;
  const promptCaching = switchOption(uri, options, 'promptCaching');
  const stream = switchOption(uri, options, 'stream');
  const client = (fetch: typeof globalThis.fetch): Anthropic =>
    new Anthropic({
      // Both ways of giving the key: servers of the older API know the second one only.
      apiKey: key ?? null,
      defaultHeaders: { 'x-api-key': key ?? null },
      baseURL: url,
      fetch: utf8Fetch(fetch),
      maxRetries: 0,
      timeout: NO_TIMEOUT_MS,
      // The door makes a span of each call: a second one would count its tokens twice, and this one could be told to hold texts.
      openTelemetry: { traces: false, propagation: false },
    });
  const refused = new Set<string>();
  const languageModel: LanguageModel = {
    kind: 'language',
    id: `anthropic:/${model}`,
    identity: { provider: 'anthropic', baseUrl: url, model, api: 'messages' },
    scopes: async () => [account, `${account}|${model}`],
    ready() {
      if (key === undefined) neededVariable(uri, 'ANTHROPIC_API_KEY');
    },
    estimate: (request) => roughUsage(request, defaultLimit(request)),
    send: (request, io) =>
      withoutRefusedDefaults(defaultNames(request), refused, (left) =>
        ask({ model, client: client(io.fetch), stream, request, io }, { promptCaching, refused: left }),
      ),
  };
  return { languageModel };
}

/** Addresses are given with and without the version at their end; the SDK adds it. */
function serverOf(uri: string, options: Readonly<Record<string, Json>>, plugin: AnthropicOptions): string {
  const given = textOption(uri, options, 'baseUrl');
  if (given !== undefined) return withoutVersion(baseUrl(given, 'base-url'));
  if (plugin.baseUrl !== undefined) return withoutVersion(baseUrl(plugin.baseUrl, 'baseUrl'));
  return withoutVersion(baseUrl(variable('ANTHROPIC_BASE_URL') ?? OWN_URL, 'ANTHROPIC_BASE_URL'));
}

function withoutVersion(url: string): string {
  return url.replace(/\/v1$/u, '');
}

interface Asked {
  readonly model: string;
  readonly client: Anthropic;
  readonly stream: boolean;
  readonly request: GenerateRequest;
  readonly io: ServiceCall;
}

const MESSAGES = '/v1/messages';
type Events = AsyncIterable<Anthropic.RawMessageStreamEvent>;

/** @throws ServiceError */
async function ask({ model, client, stream, request, io }: Asked, options: BodyOptions): Promise<Answer<Generated>> {
  const { body, headers, notes } = messageBody(model, request, options);
  const { signal } = io;
  try {
    // Not `messages.create`, which writes to the console with every call to a model that is going to be withdrawn.
    const read = (message: Anthropic.Message): Answer<Generated> => {
      const answer = readMessage(message, notes);
      return answersByTool(model, request) ? textOfTool(answer) : answer;
    };
    if (!stream) return read(await client.post<Anthropic.Message>(MESSAGES, { body, signal, headers }));
    const streamed = { body: { ...body, stream: true }, stream: true, signal, headers };
    return read(await readStream(await client.post<Events>(MESSAGES, streamed), io));
  } catch (error) {
    throw toServiceError(error);
  }
}
