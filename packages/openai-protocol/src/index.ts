export { type OpenAIConnection, openaiServices } from './openai-services.ts';
