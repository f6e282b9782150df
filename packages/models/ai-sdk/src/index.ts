export { type AiSdkFactory, type AiSdkOptions, aiSdk } from './ai-sdk.ts';
export type { AiSdkEmbeddingModel, AiSdkLanguageModel } from './model-object.ts';
export { type AiSdkPluginOptions, default } from './plugin.ts';
