import { defineEvaluator, latency } from '@touchstone/core';
import { evaluatorConformance, metricConformance } from './index.ts';

metricConformance(latency(), {
  examples: [
    { row: { predictions: 'a' }, score: 0 },
    { row: { predictions: '나' }, score: 0 },
  ],
});

// The default evaluator is core's own and no object of a user's: this one brings what it brings.
evaluatorConformance(defineEvaluator({ name: 'preset', metrics: ({ preset }) => preset('text') }), {
  data: [{ answer: 'Please do.' }, { answer: '기다리세요.' }, { answer: null }],
  predictions: 'answer',
  extraMetrics: [latency()],
  metrics: { 'latency/mean': 0 },
});
