import { definePlugin, versionOf } from '@touchstone/core';
import { openaiAbout, openaiModel } from './openai-model.ts';

/** What holds for every `openai:/…` of a Touchstone; options of a single model win. Left out: the environment says. */
export interface OpenAIOptions {
  /** Default: `OPENAI_API_KEY`. Not needed where the server asks for none. */
  readonly apiKey?: string;
  /** Of another server that speaks the API: vLLM, Ollama, LM Studio, llama.cpp. Default: `OPENAI_BASE_URL`, `OPENAI_API_BASE`, then OpenAI's own. */
  readonly baseUrl?: string;
  /** Default: `OPENAI_ORGANIZATION`. */
  readonly organization?: string;
}

/**
 * OpenAI's models, and any server that speaks OpenAI's API.
 *
 * @example createTouchstone({ plugins: [openai()] }) // model: 'openai:/gpt-5-mini'
 */
export default function openai(options: OpenAIOptions = {}) {
  return definePlugin({
    name: '@touchstone/model-openai',
    version: versionOf(import.meta.url),
    register: (registry) => registry.adapter('openai', (uri, given) => openaiModel(uri, given, options), openaiAbout),
  });
}
