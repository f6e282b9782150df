import {
  type AdaptedModel,
  type AdapterAbout,
  baseUrl,
  choiceOption,
  credentialFingerprint,
  type Json,
  switchOption,
  TouchstoneError,
  textOption,
  utf8Fetch,
  variable,
} from '@touchstone/core';
import { openaiServices } from '@touchstone/openai-protocol';
import OpenAI, { AzureOpenAI } from 'openai';
import { credentialOf, fingerprinted, noCredential } from './azure-credential.ts';
import type { AzureOpenAIOptions } from './plugin.ts';

export const azureAbout: AdapterAbout = {
  form: 'azure-openai:/DEPLOYMENT',
  description: 'Azure OpenAI deployments; with OPENAI_API_TYPE=azure also openai:/…',
  kinds: ['language', 'embedding'],
  variables: [
    { name: 'AZURE_OPENAI_API_KEY', also: ['OPENAI_API_KEY'], needed: true, credential: true, meaning: 'the key' },
    {
      name: 'AZURE_OPENAI_ENDPOINT',
      also: ['OPENAI_API_BASE'],
      needed: true,
      meaning: 'https://NAME.openai.azure.com',
    },
    {
      name: 'AZURE_OPENAI_API_VERSION',
      also: ['OPENAI_API_VERSION'],
      needed: false,
      meaning: 'a dated version of the API; without one, v1',
    },
    {
      name: 'AZURE_OPENAI_AD_TOKEN',
      needed: false,
      credential: true,
      meaning: 'a Microsoft Entra token instead of the key',
    },
    {
      name: 'OPENAI_API_TYPE',
      needed: false,
      meaning: 'azure: openai:/… is answered by Azure, as in MLflow; azuread: and OPENAI_API_KEY is an Entra token',
    },
    { name: 'OPENAI_DEPLOYMENT_NAME', needed: false, meaning: 'the deployment that answers for openai:/… then' },
  ],
  options: {
    baseUrl: 'the endpoint, https://NAME.openai.azure.com',
    apiVersion: 'a dated version of the API, or v1',
    api: 'chat or responses',
    stream: 'true: answers are streamed, so that the time to the first token is known',
  },
};

const NO_TIMEOUT_MS = 2 ** 31 - 1;

/** @throws TouchstoneError `malformed-uri`, `missing-endpoint`, `bad-base-url`, `bad-option` */
export function azureModel(uri: string, options: Readonly<Record<string, Json>>, plugin: AzureOpenAIOptions): AdaptedModel {
  const deployment = deploymentOf(uri);
  const api = choiceOption(uri, options, 'api', ['chat', 'responses']);
  const endpoint = endpointOf(uri, options, plugin);
  const version =
    textOption(uri, options, 'apiVersion') ??
    plugin.apiVersion ??
    variable('AZURE_OPENAI_API_VERSION', 'OPENAI_API_VERSION') ??
    'v1';
  const credential = credentialOf(plugin);
  const account = `azure-openai|${endpoint}|${credentialFingerprint(fingerprinted(credential, endpoint))}`;
  // Said outright, because the SDK reads what is left out from variables that are meant for others.
  const common = { maxRetries: 0, timeout: NO_TIMEOUT_MS, organization: null, project: null, adminAPIKey: null };
  return openaiServices({
    provider: 'Azure OpenAI',
    id: `azure-openai:/${deployment}`,
    model: deployment,
    baseUrl: `${endpoint} ${version}`,
    account: async () => account,
    ready() {
      if (credential === undefined) throw noCredential(uri);
    },
    client: (given) => {
      if (credential === undefined) throw noCredential(uri);
      const fetch = utf8Fetch(given);
      if (version === 'v1' || version === 'preview') {
        const baseURL = `${endpoint}/openai/v1`;
        const defaultQuery = version === 'v1' ? {} : { 'api-version': version };
        if ('token' in credential) return new OpenAI({ ...common, baseURL, defaultQuery, apiKey: credential.token, fetch });
        const { key } = credential;
        return new OpenAI({ ...common, baseURL, defaultQuery, apiKey: key, defaultHeaders: { 'api-key': key }, fetch });
      }
      const known = 'token' in credential ? { azureADTokenProvider: credential.token } : { apiKey: credential.key };
      return new AzureOpenAI({ ...common, ...known, baseURL: `${endpoint}/openai`, apiVersion: version, deployment, fetch });
    },
    ...(api === undefined ? {} : { api }),
    stream: switchOption(uri, options, 'stream'),
    outputLimit: 'max_completion_tokens',
    // Moderation is a service of its own at Azure, with another API.
    moderates: false,
  });
}

/**
 * With `OPENAI_API_TYPE=azure`, `openai:/MODEL` is the deployment of the environment, or one that is called like the model. Embeddings
 * have a deployment of their own, because the one of the environment chats.
 */
function deploymentOf(uri: string): string {
  const [, scheme, name] = /^(azure-openai|openai):\/+(.+)$/iu.exec(uri) ?? [];
  if (name === undefined) {
    throw new TouchstoneError('malformed-uri', `'${uri}' names no deployment: write azure-openai:/DEPLOYMENT.`);
  }
  if (scheme?.toLowerCase() === 'azure-openai' || /embed/iu.test(name)) return name;
  return variable('OPENAI_DEPLOYMENT_NAME') ?? name;
}

function endpointOf(uri: string, options: Readonly<Record<string, Json>>, plugin: AzureOpenAIOptions): string {
  const given = textOption(uri, options, 'baseUrl') ?? plugin.endpoint ?? variable('AZURE_OPENAI_ENDPOINT', 'OPENAI_API_BASE');
  if (given !== undefined) return baseUrl(given, 'the endpoint').replace(/\/openai(?:\/v1)?$/u, '');
  const message = `'${uri}' needs an endpoint: set AZURE_OPENAI_ENDPOINT (or OPENAI_API_BASE) to https://NAME.openai.azure.com.`;
  throw new TouchstoneError('missing-endpoint', message);
}
