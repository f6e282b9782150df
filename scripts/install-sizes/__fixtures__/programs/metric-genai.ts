import { createTouchstone, definePlugin, type LanguageModel } from '@touchstone/core';
import genai, { makeGenaiMetric } from '@touchstone/metric-genai';
import { equal } from './equal.js';

const judge: LanguageModel = {
  kind: 'language',
  id: 'ours:/judge',
  identity: 'ours',
  scopes: async () => ['ours'],
  send: async () => ({ value: { text: '{"justification": "공손하다", "score": 5}' } }),
};
const models = definePlugin({ name: 'ours', register: (registry) => registry.adapter('ours', () => ({ languageModel: judge })) });
const polite = makeGenaiMetric({ name: 'polite', definition: 'How polite the answer is.', gradingPrompt: 'Score 1: rude. Score 5: polite.' });
const results = await createTouchstone({ plugins: [models, genai({ judge: 'ours:/judge' })] }).evaluate({
  data: [{ inputs: '안녕?', answer: '안녕하세요.' }],
  predictions: 'answer',
  extraMetrics: [polite],
});
equal(results.metrics['polite/v1/mean'], 5);
