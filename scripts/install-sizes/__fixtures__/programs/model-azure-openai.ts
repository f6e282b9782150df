import { chat, createTouchstone, metric } from '@touchstone/core';
import azureOpenai from '@touchstone/model-azure-openai';
import { equal } from './equal.js';

// The address of a fake provider and a key are in the environment.
const results = await createTouchstone({ plugins: [azureOpenai()] }).evaluate({
  data: [{ question: '한국의 수도는?' }],
  model: chat('azure-openai:/deployment', { messages: [{ role: 'user', content: '{question}' }], parameters: { maxOutputTokens: 300 } }),
  extraMetrics: [metric('said', ({ predictions }) => predictions === 'You said: 한국의 수도는?')],
});
equal(results.metrics['said/mean'], 1);
