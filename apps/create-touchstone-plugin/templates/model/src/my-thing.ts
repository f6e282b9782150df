import {
  type AdaptedModel,
  type AdapterAbout,
  baseUrl,
  credentialFingerprint,
  type Generated,
  type Json,
  type LanguageModel,
  neededVariable,
  responseError,
  roughUsage,
  ServiceError,
  TouchstoneError,
  thrownError,
  variable,
} from '@touchstone/core';

export const about: AdapterAbout = {
  form: 'my-thing:/MODEL',
  description: '{description}',
  kinds: ['language'],
  variables: [
    { name: 'MY_THING_API_KEY', needed: true, credential: true, meaning: 'the key' },
    { name: 'MY_THING_URL', needed: false, meaning: 'another server' },
  ],
  options: {},
};

const OWN_URL = 'https://api.my-thing.example/v1';

/** @throws TouchstoneError `malformed-uri`, `bad-base-url` */
export function myThing(uri: string): AdaptedModel {
  const model = /^my-thing:\/+([^/]+)$/u.exec(uri)?.[1];
  if (model === undefined)
    throw new TouchstoneError('malformed-uri', `'${uri}' names no model: write my-thing:/MODEL, e.g. my-thing:/small.`);
  const url = baseUrl(variable('MY_THING_URL') ?? OWN_URL, 'MY_THING_URL');
  // Limits are the account's, and within it the model's. The key itself stands in no name.
  const account = `my-thing|${url}|${credentialFingerprint(variable('MY_THING_API_KEY'))}`;
  const languageModel: LanguageModel = {
    kind: 'language',
    id: uri,
    // All besides the request that can change an answer: it is part of each call's key.
    identity: { provider: 'my-thing', url, model },
    scopes: async () => [account, `${account}|${model}`],
    // Asked before the first row, and not where every answer is recorded.
    ready: () => void neededVariable(uri, 'MY_THING_API_KEY'),
    estimate: (request) => roughUsage(request),
    // Sends once: retries, limits, prices, cache and the call log are done for all services alike.
    async send({ messages, parameters = {} }, { fetch, signal }) {
      try {
        const response = await fetch(`${url}/answers`, {
          method: 'POST',
          headers: {
            authorization: `Bearer ${neededVariable(uri, 'MY_THING_API_KEY')}`,
            'content-type': 'application/json',
          },
          body: JSON.stringify({ model, messages, ...parameters }),
          signal,
        });
        const body = parsed(await response.text());
        if (!response.ok) throw responseError({ provider: 'MyThing', status: response.status, headers: response.headers, body });
        return readAnswer(body);
      } catch (error) {
        throw thrownError('MyThing', error);
      }
    },
  };
  return { languageModel };
}

/** `{ "text": "…", "usage": { "input": 12, "output": 5 } }`. What the service does not say is left out, and never 0. */
function readAnswer(body: Json) {
  if (!isRecord(body) || typeof body.text !== 'string')
    throw new ServiceError('bad-response', 'MyThing sent an answer without text');
  const usage = isRecord(body.usage) ? body.usage : {};
  const value: Generated = { text: body.text };
  return {
    value,
    usage: {
      ...(typeof usage.input === 'number' ? { inputTokens: usage.input } : {}),
      ...(typeof usage.output === 'number' ? { outputTokens: usage.output } : {}),
    },
  };
}

function isRecord(value: Json | undefined): value is { readonly [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
