import { definePlugin, versionOf } from '@touchstone/core';
import { anthropicAbout, anthropicModel } from './anthropic-model.ts';

/** What holds for every `anthropic:/…` of a Touchstone; options of a single model win. Left out: the environment says. */
export interface AnthropicOptions {
  /** Default: `ANTHROPIC_API_KEY`. */
  readonly apiKey?: string;
  /** Default: `ANTHROPIC_BASE_URL`, then Anthropic's own. */
  readonly baseUrl?: string;
}

/** Anthropic's models. @example createTouchstone({ plugins: [anthropic()] }) // model: 'anthropic:/claude-sonnet-5' */
export default function anthropic(options: AnthropicOptions = {}) {
  return definePlugin({
    name: '@touchstone/model-anthropic',
    version: versionOf(import.meta.url),
    register: (registry) => registry.adapter('anthropic', (uri, given) => anthropicModel(uri, given, options), anthropicAbout),
  });
}
