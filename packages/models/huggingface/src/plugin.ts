import { definePlugin, versionOf } from '@touchstone/core';
import { huggingfaceAbout, huggingfaceModel } from './huggingface-model.ts';

/** What holds for every `huggingface:/…` of a Touchstone; options of a single model win. Left out: the environment says. */
export interface HuggingFaceOptions {
  /** Default: `HF_TOKEN`. Not needed where an own endpoint asks for none. */
  readonly token?: string;
  /** Who runs the models, as Hugging Face names them: `together`, `hf-inference`, …, or `auto`. */
  readonly provider?: string;
  /** The organization that pays. */
  readonly billTo?: string;
}

/**
 * Models of Hugging Face: by inference providers, or at an endpoint of your own.
 *
 * @example createTouchstone({ plugins: [huggingface()] }) // model: 'huggingface:/meta-llama/Llama-3.3-70B-Instruct'
 */
export default function huggingface(options: HuggingFaceOptions = {}) {
  return definePlugin({
    name: '@touchstone/model-huggingface',
    version: versionOf(import.meta.url),
    register: (registry) =>
      registry.adapter('huggingface', (uri, given) => huggingfaceModel(uri, given, options), huggingfaceAbout),
  });
}
