export { type AzureOpenAIOptions, default } from './plugin.ts';
