export { type AnthropicOptions, default } from './plugin.ts';
