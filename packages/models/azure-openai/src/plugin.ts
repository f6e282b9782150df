import { definePlugin, versionOf } from '@touchstone/core';
import { azureAbout, azureModel } from './azure-model.ts';

/** What holds for every deployment of a Touchstone; options of a single model win. Left out: the environment says. */
export interface AzureOpenAIOptions {
  /** Default: `AZURE_OPENAI_API_KEY`, then `OPENAI_API_KEY`, which holds a token where `OPENAI_API_TYPE` is `azuread`. */
  readonly apiKey?: string;
  /** Gives a Microsoft Entra token for each request, e.g. that of `getBearerTokenProvider`; instead of a key. */
  readonly tokenProvider?: () => Promise<string>;
  /** A name for the account behind `tokenProvider`, because its tokens change: limits are kept under it. Default: `entra`. */
  readonly tenant?: string;
  /** `https://NAME.openai.azure.com`. Default: `AZURE_OPENAI_ENDPOINT`, then `OPENAI_API_BASE`. */
  readonly endpoint?: string;
  /** A dated version of the API, or `v1`. Default: `AZURE_OPENAI_API_VERSION`, `OPENAI_API_VERSION`, then `v1`. */
  readonly apiVersion?: string;
}

/**
 * Azure OpenAI deployments. With `OPENAI_API_TYPE=azure` (or `azuread`) it answers for `openai:/…` as well, as MLflow does.
 *
 * @example createTouchstone({ plugins: [azureOpenai()] }) // model: 'azure-openai:/my-deployment'
 */
export default function azureOpenai(options: AzureOpenAIOptions = {}) {
  return definePlugin({
    name: '@touchstone/model-azure-openai',
    version: versionOf(import.meta.url),
    register: (registry) => registry.adapter('azure-openai', (uri, given) => azureModel(uri, given, options), azureAbout),
  });
}
