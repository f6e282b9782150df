import {
  type AdaptedModel,
  type AdapterAbout,
  baseUrl,
  choiceOption,
  credentialFingerprint,
  type Json,
  neededVariable,
  switchOption,
  TouchstoneError,
  textOption,
  utf8Fetch,
  variable,
} from '@touchstone/core';
import { openaiServices } from '@touchstone/openai-protocol';
import OpenAI from 'openai';
import type { OpenAIOptions } from './plugin.ts';

export const openaiAbout: AdapterAbout = {
  form: 'openai:/MODEL',
  description: "OpenAI's models, and servers that speak its API (vLLM, Ollama, LM Studio, llama.cpp) by base URL",
  kinds: ['language', 'embedding', 'classifier'],
  variables: [
    { name: 'OPENAI_API_KEY', needed: true, credential: true, meaning: 'the key; not needed with a base URL of your own' },
    { name: 'OPENAI_BASE_URL', also: ['OPENAI_API_BASE'], needed: false, meaning: 'another server' },
    { name: 'OPENAI_ORGANIZATION', needed: false, meaning: 'the organization that pays' },
    { name: 'OPENAI_PROJECT', needed: false, meaning: 'its project' },
  ],
  options: {
    baseUrl: 'another server that speaks the API, e.g. http://localhost:11434/v1',
    api: 'chat or responses; by default what the model has',
    stream: 'true: answers are streamed, so that the time to the first token is known',
    organization: 'the organization that pays',
  },
};

const OWN_URL = 'https://api.openai.com/v1';
/** The door has limits of its own, which count what is really waited for. */
const NO_TIMEOUT_MS = 2 ** 31 - 1;

/** @throws TouchstoneError `malformed-uri`, `bad-base-url`, `bad-option` */
export function openaiModel(uri: string, options: Readonly<Record<string, Json>>, plugin: OpenAIOptions): AdaptedModel {
  const model = /^openai:\/+(.+)$/iu.exec(uri)?.[1];
  if (model === undefined)
    throw new TouchstoneError('malformed-uri', `'${uri}' names no model: write openai:/MODEL, e.g. openai:/gpt-5-mini.`);
  const api = choiceOption(uri, options, 'api', ['chat', 'responses']);
  const url = serverOf(uri, options, plugin);
  const own = url === OWN_URL;
  const key = plugin.apiKey ?? variable('OPENAI_API_KEY');
  const organization = textOption(uri, options, 'organization') ?? plugin.organization ?? variable('OPENAI_ORGANIZATION');
  const project = variable('OPENAI_PROJECT');
  // One key may pay for several organizations and projects, and each has limits of its own.
  const payer = [key, organization, project].filter((part) => part !== undefined).join('\n');
  const account = `openai|${url}|${credentialFingerprint(payer)}`;
  return openaiServices({
    provider: own ? 'OpenAI' : `the server at ${url}`,
    id: `openai:/${model}`,
    model,
    baseUrl: url,
    account: async () => account,
    ready() {
      if (own && key === undefined) neededVariable(uri, 'OPENAI_API_KEY');
    },
    client: (fetch) =>
      new OpenAI({
        // The SDK wants one; servers without keys ignore it.
        apiKey: key ?? 'none',
        baseURL: url,
        organization: organization ?? null,
        project: project ?? null,
        adminAPIKey: null,
        fetch: utf8Fetch(fetch),
        maxRetries: 0,
        timeout: NO_TIMEOUT_MS,
      }),
    ...(api === undefined ? {} : { api }),
    stream: switchOption(uri, options, 'stream'),
    outputLimit: own ? 'max_completion_tokens' : 'max_tokens',
  });
}

function serverOf(uri: string, options: Readonly<Record<string, Json>>, plugin: OpenAIOptions): string {
  const given = textOption(uri, options, 'baseUrl');
  if (given !== undefined) return baseUrl(given, 'base-url');
  if (plugin.baseUrl !== undefined) return baseUrl(plugin.baseUrl, 'baseUrl');
  const variables = ['OPENAI_BASE_URL', 'OPENAI_API_BASE'].find((name) => variable(name) !== undefined);
  return variables === undefined ? OWN_URL : baseUrl(variable(variables) ?? OWN_URL, variables);
}
