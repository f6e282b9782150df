import { chat, createTouchstone, metric } from '@touchstone/core';
import openai from '@touchstone/model-openai';
import { equal } from './equal.js';

// The address of a fake provider and a key are in the environment.
const results = await createTouchstone({ plugins: [openai()] }).evaluate({
  data: [{ question: '한국의 수도는?' }],
  model: chat('openai:/gpt-5-mini', { messages: [{ role: 'user', content: '{question}' }], parameters: { maxOutputTokens: 300 } }),
  extraMetrics: [metric('said', ({ predictions }) => predictions === 'You said: 한국의 수도는?')],
});
equal(results.metrics['said/mean'], 1);
