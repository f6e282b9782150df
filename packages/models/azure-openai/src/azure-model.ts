import {
  type AdaptedModel,
  type AdapterAbout,
  baseUrl,
  credentialFingerprint,
  type Json,
  TouchstoneError,
  variable,
} from '@touchstone/core';
import { openaiServices } from '@touchstone/openai-protocol';
import OpenAI, { AzureOpenAI } from 'openai';
import type { AzureOpenAIOptions } from './plugin.ts';

export const azureAbout: AdapterAbout = {
  form: 'azure-openai:/DEPLOYMENT',
  description: 'Azure OpenAI deployments; with OPENAI_API_TYPE=azure also openai:/…',
  kinds: ['language', 'embedding', 'classifier'],
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
    { name: 'OPENAI_API_TYPE', needed: false, meaning: 'azure: openai:/… is answered by Azure, as in MLflow' },
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
  const { api, stream } = options;
  if (api !== undefined && api !== 'chat' && api !== 'responses') {
    throw new TouchstoneError('bad-option', `'${uri}': api must be chat or responses, and it is ${JSON.stringify(api)}.`);
  }
  const endpoint = endpointOf(uri, options, plugin);
  const version =
    text(options.apiVersion) ?? plugin.apiVersion ?? variable('AZURE_OPENAI_API_VERSION', 'OPENAI_API_VERSION') ?? 'v1';
  const { tokenProvider } = plugin;
  const key = plugin.apiKey ?? variable('AZURE_OPENAI_API_KEY', 'OPENAI_API_KEY');
  const who = tokenProvider === undefined ? key : `entra ${plugin.tenant ?? 'entra'} ${endpoint}`;
  const account = `azure-openai|${endpoint}|${credentialFingerprint(who)}`;
  const common = { maxRetries: 0, timeout: NO_TIMEOUT_MS, organization: null, project: null };
  return openaiServices({
    provider: 'Azure OpenAI',
    id: `azure-openai:/${deployment}`,
    model: deployment,
    baseUrl: `${endpoint} ${version}`,
    account: async () => account,
    ready() {
      if (tokenProvider !== undefined || key !== undefined) return;
      const message = `'${uri}' needs a key: set AZURE_OPENAI_API_KEY (or OPENAI_API_KEY) in the environment, or give the pack a tokenProvider.`;
      throw new TouchstoneError('missing-key', message);
    },
    client: (fetch) => {
      if (version === 'v1' || version === 'preview') {
        const baseURL = `${endpoint}/openai/v1`;
        if (tokenProvider !== undefined) return new OpenAI({ ...common, baseURL, apiKey: tokenProvider, fetch });
        return new OpenAI({ ...common, baseURL, apiKey: key ?? '', defaultHeaders: { 'api-key': key ?? '' }, fetch });
      }
      const credential = tokenProvider === undefined ? { apiKey: key ?? '' } : { azureADTokenProvider: tokenProvider };
      return new AzureOpenAI({ ...common, ...credential, endpoint, apiVersion: version, deployment, fetch });
    },
    ...(api === undefined ? {} : { api }),
    stream: stream === true,
    outputLimit: 'max_completion_tokens',
  });
}

/** With `OPENAI_API_TYPE=azure`, `openai:/MODEL` is the deployment of the environment, or one that is called like the model. */
function deploymentOf(uri: string): string {
  const [, scheme, name] = /^(azure-openai|openai):\/+(.+)$/iu.exec(uri) ?? [];
  if (name === undefined) {
    throw new TouchstoneError('malformed-uri', `'${uri}' names no deployment: write azure-openai:/DEPLOYMENT.`);
  }
  return scheme?.toLowerCase() === 'openai' ? (variable('OPENAI_DEPLOYMENT_NAME') ?? name) : name;
}

function endpointOf(uri: string, options: Readonly<Record<string, Json>>, plugin: AzureOpenAIOptions): string {
  const given = text(options.baseUrl) ?? plugin.endpoint ?? variable('AZURE_OPENAI_ENDPOINT', 'OPENAI_API_BASE');
  if (given !== undefined) return baseUrl(given, 'the endpoint').replace(/\/openai(?:\/v1)?$/u, '');
  const message = `'${uri}' needs an endpoint: set AZURE_OPENAI_ENDPOINT (or OPENAI_API_BASE) to https://NAME.openai.azure.com.`;
  throw new TouchstoneError('missing-endpoint', message);
}

function text(value: Json | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
