import {
  type AdaptedModel,
  type AdapterAbout,
  definePlugin,
  type EmbeddingModel,
  type LanguageModel,
  suggestion,
  TouchstoneError,
  versionOf,
} from '@touchstone/core';

export interface AiSdkPluginOptions {
  /** Models by the name that they have as a URI: `{ fast: aiSdk(openai('gpt-5-mini')) }` is `ai-sdk:/fast`. */
  readonly models?: Readonly<Record<string, LanguageModel | EmbeddingModel>>;
}

const about: AdapterAbout = {
  form: 'ai-sdk:/NAME',
  description: 'models of the Vercel AI SDK, by the names that the program gave them',
  kinds: ['language', 'embedding'],
  variables: [],
  options: {},
};

/**
 * Gives models of the AI SDK a name, for where only a URI goes: a judge in a configuration, `call.generate`, `call.embed`, the command line.
 *
 * @example createTouchstone({ plugins: [aiSdkModels({ models: { fast: aiSdk(openai('gpt-5-mini')) } })] }) // model: 'ai-sdk:/fast'
 */
export default function aiSdkModels({ models = {} }: AiSdkPluginOptions = {}) {
  return definePlugin({
    name: '@touchstone/model-ai-sdk',
    version: versionOf(import.meta.url),
    register: (registry) => registry.adapter('ai-sdk', (uri) => named(uri, models), about),
  });
}

/** @throws TouchstoneError `malformed-uri`, `unknown-model` */
function named(uri: string, models: NonNullable<AiSdkPluginOptions['models']>): AdaptedModel {
  const name = /^ai-sdk:\/+(.+)$/iu.exec(uri)?.[1];
  if (name === undefined) throw new TouchstoneError('malformed-uri', `'${uri}' names no model: write ai-sdk:/NAME.`);
  const model = Object.hasOwn(models, name) ? models[name] : undefined;
  if (model !== undefined) return isEmbedding(model) ? { embeddingModel: model } : { languageModel: model };
  const hint = suggestion(name, Object.keys(models), { list: 'There are' });
  throw new TouchstoneError('unknown-model', `'${uri}': no model of the AI SDK was named '${name}'.${hint}`);
}

function isEmbedding(model: LanguageModel | EmbeddingModel): model is EmbeddingModel {
  return model.kind === 'embedding';
}
