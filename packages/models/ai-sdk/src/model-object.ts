import { TouchstoneError } from '@touchstone/core';

/**
 * A language model of the AI SDK, as its provider packages make it. Only what all versions of the specification have in common is typed:
 * v2 (AI SDK 5), v3 (6) and v4 (7) differ in what goes in and what comes out, so both are read with care.
 */
export interface AiSdkLanguageModel {
  readonly specificationVersion: SpecificationVersion;
  /** `openai.chat` */
  readonly provider: string;
  /** `gpt-5` */
  readonly modelId: string;
  doGenerate(options: object): PromiseLike<object>;
  doStream(options: object): PromiseLike<object>;
}

/** An embedding model of the AI SDK; see {@link AiSdkLanguageModel}. */
export interface AiSdkEmbeddingModel {
  readonly specificationVersion: SpecificationVersion;
  readonly provider: string;
  readonly modelId: string;
  /** The most texts of one request. */
  readonly maxEmbeddingsPerCall: PromiseLike<number | undefined> | number | undefined;
  doEmbed(options: object): PromiseLike<object>;
}

export type AiSdkModel = AiSdkLanguageModel | AiSdkEmbeddingModel;
export type SpecificationVersion = (typeof VERSIONS)[number];

const VERSIONS = ['v2', 'v3', 'v4'] as const;

export function isLanguageModel(model: AiSdkModel): model is AiSdkLanguageModel {
  return 'doGenerate' in model;
}

/**
 * What a program gave as a model, if it is one.
 * @param given `aiSdk`, or where else it was given
 * @throws TouchstoneError `not-a-model`
 */
export function checkModel(model: unknown, given: string): AiSdkModel {
  if (isModel(model)) return model;
  throw new TouchstoneError('not-a-model', `${given}: ${mistakeIn(model)}`);
}

function isModel(model: unknown): model is AiSdkModel {
  return (
    typeof model === 'object' &&
    model !== null &&
    'modelId' in model &&
    typeof model.modelId === 'string' &&
    'provider' in model &&
    typeof model.provider === 'string' &&
    'specificationVersion' in model &&
    VERSIONS.some((version) => version === model.specificationVersion) &&
    (hasMethod(model, 'doGenerate') || hasMethod(model, 'doEmbed'))
  );
}

function mistakeIn(model: unknown): string {
  if (typeof model === 'string') {
    return `'${model}' is the name of a model; give the model itself, e.g. openai('gpt-5'), or gateway('${model}').`;
  }
  if (typeof model !== 'object' || model === null || !('specificationVersion' in model)) {
    const what = typeof model === 'function' ? 'a function' : model === null ? 'null' : `a value of type ${typeof model}`;
    return `${what} is no model of the AI SDK; give what a provider makes, e.g. openai('gpt-5').`;
  }
  const { specificationVersion: version } = model;
  if (!VERSIONS.some((known) => known === version)) {
    return `the model follows version ${String(version)} of the AI SDK's specification, and known are ${VERSIONS.join(', ')} (AI SDK 5 to 7).`;
  }
  return 'the model neither generates text nor embeds it: give a language model or an embedding model.';
}

function hasMethod(model: object, name: string): boolean {
  return name in model && typeof Reflect.get(model, name) === 'function';
}
