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
  TouchstoneError,
  textOption,
  thrownError,
  variable,
} from '@touchstone/core';
import type { ParleyOptions } from './plugin.ts';
import { readAnswer } from './read-answer.ts';
import { refusedAnswer } from './refused-answer.ts';
import { turnsOf } from './turns-of.ts';

export const parleyAbout: AdapterAbout = {
  form: 'parley:/VOICE',
  description: 'voices of a Parley server',
  kinds: ['language'],
  variables: [
    { name: 'PARLEY_URL', needed: true, meaning: 'the address of the server' },
    { name: 'PARLEY_KEY', needed: true, credential: true, meaning: 'the key' },
  ],
  options: { url: 'another server' },
};

/** @throws TouchstoneError `malformed-uri`, `missing-url`, `bad-base-url`, `bad-option` */
export function parleyModel(uri: string, options: Readonly<Record<string, Json>>, plugin: ParleyOptions): AdaptedModel {
  const voice = /^parley:\/+([^/]+)$/iu.exec(uri)?.[1];
  if (voice === undefined) {
    throw new TouchstoneError('malformed-uri', `'${uri}' names no voice: write parley:/VOICE, e.g. parley:/clara.`);
  }
  const url = addressOf(uri, options, plugin);
  const key = plugin.apiKey ?? variable('PARLEY_KEY');
  // Limits are the account's, and within it the voice's. The key itself never stands in a name.
  const account = `parley|${url}|${credentialFingerprint(key)}`;
  const languageModel: LanguageModel = {
    kind: 'language',
    id: `parley:/${voice}`,
    // All besides the request that can change an answer: it is part of each call's key.
    identity: { provider: 'parley', url, voice, api: 2 },
    scopes: async () => [account, `${account}|${voice}`],
    // Asked before the first row, and not when all answers may be recorded: a cassette needs no key.
    ready() {
      if (key === undefined) neededVariable(uri, 'PARLEY_KEY');
    },
    estimate: (request) => roughUsage(request),
    send: (request, io) => ask({ url, voice, key }, request, io),
  };
  return { languageModel };
}

function addressOf(uri: string, options: Readonly<Record<string, Json>>, plugin: ParleyOptions): string {
  const given = textOption(uri, options, 'url');
  if (given !== undefined) return baseUrl(given, 'url');
  if (plugin.url !== undefined) return baseUrl(plugin.url, 'url');
  const set = variable('PARLEY_URL');
  if (set !== undefined) return baseUrl(set, 'PARLEY_URL');
  throw new TouchstoneError(
    'missing-url',
    `'${uri}' needs a server: set PARLEY_URL, or parley({ url: 'http://localhost:7070' }).`,
  );
}

interface Server {
  readonly url: string;
  readonly voice: string;
  readonly key: string | undefined;
}

/** Sends once. Retries, limits, prices, cache and the call log are the door's business. @throws ServiceError by kind */
async function ask(
  { url, voice, key }: Server,
  request: GenerateRequest,
  { fetch, signal }: ServiceCall,
): Promise<Answer<Generated>> {
  const { turns, extras, notes } = turnsOf(request);
  try {
    const response = await fetch(`${url}/v2/answers`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(key === undefined ? {} : { 'parley-key': key }) },
      body: JSON.stringify({ voice, turns, ...extras }),
      signal,
    });
    const text = await response.text();
    if (!response.ok) throw refusedAnswer(response, text);
    return readAnswer(text, notes);
  } catch (error) {
    throw thrownError('Parley', error);
  }
}
