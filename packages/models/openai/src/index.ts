export { default, type OpenAIOptions } from './plugin.ts';
