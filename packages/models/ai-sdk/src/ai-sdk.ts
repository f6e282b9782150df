import { type EmbeddingModel, type Json, type LanguageModel, TouchstoneError, utf8Fetch } from '@touchstone/core';
import { embeddingService } from './embedding-service.ts';
import { languageService } from './language-service.ts';
import {
  type AiSdkEmbeddingModel,
  type AiSdkLanguageModel,
  type AiSdkModel,
  checkModel,
  isLanguageModel,
} from './model-object.ts';
import type { Origin } from './origin.ts';
import { schemeOf } from './scheme.ts';

/**
 * Makes the model with the `fetch` that it is to send with: `(fetch) => createOpenAI({ fetch })('gpt-5')`.
 * Called once at the start, to see which model it is, and once for each request.
 */
export type AiSdkFactory<M extends AiSdkModel> = (fetch: typeof globalThis.fetch) => M;

export interface AiSdkOptions {
  /** Name for people and prices. Default: provider and model, `openai:/gpt-5`. */
  readonly id?: string;
  /**
   * What else can change an answer and cannot be seen in the model object: another server, settings of a middleware. Part of the key of
   * every call and of the plan's fingerprint, so never a credential. Where it is given, the cache of a store may hand an answer to other
   * runs; give `{}` when there is nothing else.
   */
  readonly identity?: Json;
  /** Tells accounts of one provider apart, whose limits are not shared: the object does not show its key. Default: there is one account. */
  readonly account?: string;
  /** Answers are streamed, so that the time to the first token is known. Default: false. */
  readonly stream?: boolean;
}

/**
 * A model of the Vercel AI SDK (provider specification v2, v3 or v4) as a language model or an embedding model of Touchstone: for
 * `evaluate({ model })`, `chat(model, …)` and the roles of metrics. Retries, limits, caches and costs are the door's.
 *
 * Give a function, so that the model sends with the `fetch` of the door:
 *
 * ```ts
 * model: aiSdk((fetch) => createOpenAI({ fetch })('gpt-5'))
 * ```
 *
 * A finished model, `aiSdk(openai('gpt-5'))`, sends by itself. Then the size of answers is not bounded, limits are not learned from
 * headers, and the key is not known to whoever cleans error texts: of an answer that refuses a key only the status is kept, and out of
 * other error texts are taken the values of environment variables that are called a key, a token, a secret or a password, and what
 * looks like a key. A wait that the provider asks for (`retry-after`) is followed in both forms.
 *
 * @throws TouchstoneError `not-a-model` for anything else; `bad-option`
 */
export function aiSdk(model: AiSdkLanguageModel | AiSdkFactory<AiSdkLanguageModel>, options?: AiSdkOptions): LanguageModel;
export function aiSdk(model: AiSdkEmbeddingModel | AiSdkFactory<AiSdkEmbeddingModel>, options?: AiSdkOptions): EmbeddingModel;
export function aiSdk(model: AiSdkModel | AiSdkFactory<AiSdkModel>, options: AiSdkOptions = {}): LanguageModel | EmbeddingModel {
  const made = checkModel(typeof model === 'function' ? model(sendsNothing) : model, 'aiSdk');
  const { provider, modelId } = made;
  const scheme = schemeOf(provider);
  const { account = 'default', identity, id = `${scheme}:/${modelId}` } = options;
  if (account === '' || account.includes('|')) {
    throw new TouchstoneError('bad-option', `aiSdk: 'account' must be a name without '|', and it is '${account}'.`);
  }
  const scope = `${scheme}|ai-sdk|${account}`;
  const origin: Origin = {
    id,
    provider,
    scheme,
    identity: { aiSdk: provider, model: modelId, ...(identity === undefined ? {} : { more: identity }) },
    reuse: identity === undefined ? 'run' : 'store',
    scopes: async () => [scope, `${scope}|${modelId}`],
    sending: typeof model === 'function' ? 'through the door' : 'by itself',
  };
  if (isLanguageModel(made)) {
    const connect = connection(model, made, isLanguageModel);
    return languageService(connect, origin, options.stream === true ? 'stream' : 'whole');
  }
  return embeddingService(
    connection(model, made, (one): one is AiSdkEmbeddingModel => !isLanguageModel(one)),
    origin,
  );
}

/** What a model is made with to be looked at. */
const sendsNothing: typeof globalThis.fetch = async () => {
  throw new TouchstoneError('bad-option', 'aiSdk: the function that makes the model must not send anything.');
};

/** The model for one request. */
function connection<M extends AiSdkModel>(
  model: AiSdkModel | AiSdkFactory<AiSdkModel>,
  made: M,
  isSame: (model: AiSdkModel) => model is M,
): (fetch: typeof globalThis.fetch) => M {
  if (typeof model !== 'function') return () => made;
  return (fetch) => {
    const one = checkModel(model(utf8Fetch(fetch)), 'aiSdk');
    if (isSame(one) && one.modelId === made.modelId && one.provider === made.provider) return one;
    throw new TouchstoneError('not-a-model', `aiSdk: the function made ${made.modelId} first and ${one.modelId} later.`);
  };
}
