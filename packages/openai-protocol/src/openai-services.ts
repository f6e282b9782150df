import {
  type AdaptedModel,
  type Classifier,
  type EmbeddingModel,
  type LanguageModel,
  roughTokens,
  roughUsage,
} from '@touchstone/core';
import type OpenAI from 'openai';
import { askChat } from './chat-completions.ts';
import type { OutputLimit } from './chat-format.ts';
import { embed } from './embeddings.ts';
import { moderate } from './moderations.ts';
import { askResponses } from './responses.ts';
import { toServiceError } from './service-error.ts';

/** A model behind OpenAI's API, wherever it is spoken. */
export interface OpenAIConnection {
  /** For people: `OpenAI`, in errors. */
  readonly provider: string;
  /** `openai:/gpt-5-mini` */
  readonly id: string;
  /** The model, or the deployment, as the API knows it. */
  readonly model: string;
  readonly baseUrl: string;
  /** What the account is called in scopes. */
  readonly account: () => Promise<string>;
  /** Throws when the key is not there. */
  readonly ready?: () => void;
  /** A client that sends with this fetch, and never tries again on its own. */
  readonly client: (fetch: typeof globalThis.fetch) => OpenAI;
  readonly api?: 'chat' | 'responses';
  /** Whether answers are streamed, so that the time to the first token is known. */
  readonly stream: boolean;
  readonly outputLimit: OutputLimit;
  /** Whether the server scores categories of harm; then a model is one for that if its name says so. Default: `true`. */
  readonly moderates?: boolean;
}

/** What a model has turned out to take, although its name did not say so; found once, for all calls after. */
export interface Learned {
  readonly refused: Set<string>;
  outputLimit: OutputLimit;
}

/** Models of OpenAI that only the newer API has. */
const RESPONSES_ONLY =
  /^(?:o\d+-pro|gpt-[\d.]+-pro|codex-mini|gpt-[\d.]+-codex|o\d+(?:-mini)?-deep-research|computer-use-preview)(?:-|$)/u;
const EMBEDS = /embed/iu;
const MODERATES = /moderation/iu;

/** What the model can be asked: by its name, which is all that is known before it is asked. */
export function openaiServices(connection: OpenAIConnection): AdaptedModel {
  const { id, model, baseUrl } = connection;
  const api = connection.api ?? (RESPONSES_ONLY.test(model) ? 'responses' : 'chat');
  const scopes = async (): Promise<readonly string[]> => {
    const account = await connection.account();
    return [account, `${account}|${model}`];
  };
  const about = (kind: string) => ({ provider: 'openai', baseUrl, model, api: kind });
  const learned: Learned = { refused: new Set(), outputLimit: connection.outputLimit };
  const ready = connection.ready === undefined ? {} : { ready: connection.ready };
  const languageModel: LanguageModel = {
    kind: 'language',
    id,
    identity: about(api),
    scopes,
    ...ready,
    estimate: (request) => roughUsage(request),
    send: (request, io) =>
      api === 'chat' ? askChat(connection, request, io, learned) : askResponses(connection, request, io, learned),
  };
  const embeddingModel: EmbeddingModel = {
    kind: 'embedding',
    id,
    identity: about('embeddings'),
    scopes,
    ...ready,
    estimate: ({ texts }) => ({ inputTokens: texts.reduce((sum, text) => sum + roughTokens(text), 0) }),
    send: (request, io) => mapped(connection, () => embed(connection, request, io)),
  };
  const classifier: Classifier = {
    kind: 'classifier',
    id,
    identity: about('moderations'),
    scopes,
    ...ready,
    send: (request, io) => mapped(connection, () => moderate(connection, request, io)),
  };
  if (connection.moderates !== false && MODERATES.test(model)) return { classifier };
  if (EMBEDS.test(model)) return { embeddingModel };
  return { languageModel, embeddingModel };
}

async function mapped<T>({ provider }: OpenAIConnection, send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (error) {
    throw toServiceError(provider, error);
  }
}
