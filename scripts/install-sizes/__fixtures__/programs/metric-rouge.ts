import { createTouchstone } from '@touchstone/core';
import rouge, { rougeL } from '@touchstone/metric-rouge';
import { close } from './equal.js';

const touchstone = createTouchstone({ plugins: [rouge()] });
const results = await touchstone.evaluate({
  data: [{ answer: 'A graph without cycles.', expected: 'An acyclic connected graph.' }],
  predictions: 'answer',
  targets: 'expected',
  extraMetrics: [rougeL({ name: 'ours' }), 'rouge1'],
});
close(results.metrics['ours/v1/mean'], 0.25);
close(results.metrics['rouge1/v1/mean'], 0.25);
