import { evaluate } from '@touchstone/core';
import { profanity, toxicity } from '@touchstone/metric-toxicity';
import { equal } from './equal.js';

const results = await evaluate({
  data: [{ answer: 'You can return the shoes within 14 days.' }, { answer: 'Read the damn manual, you stupid moron.' }],
  predictions: 'answer',
  extraMetrics: [toxicity(), profanity()],
});
equal(results.metrics['toxicity/v1/ratio'], 0.5);
