import {
  type AdaptedModel,
  type AdapterAbout,
  credentialFingerprint,
  definePlugin,
  type Json,
  type LanguageModel,
  neededVariable,
  type Plugin,
  responseError,
  roughUsage,
  ServiceError,
  TouchstoneError,
  thrownError,
  variable,
} from '@touchstone/core';

export const about: AdapterAbout = {
  form: 'echo:/MODEL',
  description: 'says again what it is told',
  kinds: ['language'],
  variables: [{ name: 'ECHO_API_KEY', needed: true, credential: true, meaning: 'the key' }],
  options: {},
};

/** A service that says again what it is told. */
export function echoModel(uri: string, change: Partial<LanguageModel> = {}): LanguageModel {
  const name = /^echo:\/([a-z]+)$/u.exec(uri)?.[1];
  if (name === undefined) throw new TouchstoneError('malformed-uri', `'${uri}' is no echo:/MODEL.`);
  return {
    kind: 'language',
    id: uri,
    identity: { provider: 'echo', model: name },
    scopes: async () => {
      const account = `echo|${credentialFingerprint(variable('ECHO_API_KEY'))}`;
      return [account, `${account}|${name}`];
    },
    ready: () => void neededVariable(uri, 'ECHO_API_KEY'),
    estimate: (request) => roughUsage(request),
    async send({ messages }, { fetch, signal }) {
      try {
        const response = await fetch('https://echo.example/say', {
          method: 'POST',
          headers: { authorization: `Bearer ${neededVariable(uri, 'ECHO_API_KEY')}`, 'content-type': 'application/json' },
          body: JSON.stringify({ model: name, text: messages.at(-1)?.content }),
          signal,
        });
        const text = await response.text();
        if (!response.ok) throw responseError({ provider: 'Echo', status: response.status, headers: response.headers, body: parsed(text) });
        const body = parsed(text);
        if (typeof body !== 'object' || body === null || !('reply' in body)) throw new ServiceError('bad-response', 'Echo sent no reply');
        return { value: { text: String(body.reply) }, usage: { inputTokens: 3, outputTokens: 4 } };
      } catch (error) {
        throw thrownError('Echo', error);
      }
    },
    ...change,
  };
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** A plug-in with one scheme. */
export function adapterPlugin(make: (uri: string) => AdaptedModel, say: AdapterAbout | undefined = about): Plugin {
  return definePlugin({ name: 'touchstone-echo', register: (registry) => registry.adapter('echo', make, say) });
}
