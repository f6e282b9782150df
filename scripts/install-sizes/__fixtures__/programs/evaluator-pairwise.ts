import { createTouchstone, type LanguageModel } from '@touchstone/core';
import pairwise from '@touchstone/evaluator-pairwise';

const judge: LanguageModel = {
  kind: 'language',
  id: 'ours:/judge',
  identity: 'ours',
  scopes: async () => ['ours'],
  send: async () => ({ value: { text: '{"justification": "같다", "verdict": "tie"}' } }),
};
const results = await createTouchstone({ plugins: [pairwise()] }).evaluate({
  data: [{ inputs: '수도는?', output_a: '서울', output_b: '서울' }],
  predictions: 'output_a',
  modelType: 'pairwise',
  judge,
});
// Equal outputs are a tie, and nobody is asked.
if (results.metrics['preference/v1/mean'] !== 0.5) throw new Error(JSON.stringify(results.metrics));
