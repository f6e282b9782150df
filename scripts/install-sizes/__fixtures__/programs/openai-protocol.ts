import { openaiServices } from '@touchstone/openai-protocol';

if (typeof openaiServices !== 'function') throw new Error('openaiServices is no function');
