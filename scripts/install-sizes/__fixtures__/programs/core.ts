import { createTouchstone, defineMetric, evaluate, metric } from '@touchstone/core';
import { equal } from './equal.js';

const data = [{ question: '수도는?', answer: '서울' }, { question: 'Why?', answer: 'Please ask again.' }];
const polite = metric('polite', ({ predictions }) => /please/i.test(predictions));
const results = await evaluate({ data, predictions: 'answer', extraMetrics: [polite] });
equal(results.metrics['polite/mean'], 0.5);

const length = defineMetric({ name: 'length', greaterIsBetter: false, needs: ['predictions'], scoreRow: ({ predictions }) => predictions.length });
await using touchstone = createTouchstone();
const asked = await touchstone.evaluate({
  data,
  inputs: 'question',
  model: ({ question }) => question.toUpperCase(),
  extraMetrics: [length(), 'latency'],
});
equal(asked.metrics['length/mean'], 4);
equal(asked.run.status, 'finished');
equal((await touchstone.runs()).length, 1);
