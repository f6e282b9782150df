import { createTouchstone } from '@touchstone/core';
import retrieval, { reciprocalRank } from '@touchstone/metric-retrieval';
import { equal } from './equal.js';

const results = await createTouchstone({ plugins: [retrieval()] }).evaluate({
  data: [{ found: ['a', 'x', 'b'], relevant: ['a', 'b'] }, { found: ['y', 'c'], relevant: ['c'] }],
  predictions: 'found',
  targets: 'relevant',
  modelType: 'retriever',
  evaluatorConfig: { retrieverK: 2 },
  extraMetrics: [reciprocalRank()],
});
equal([results.metrics['recall_at_2/mean'], results.metrics['reciprocal_rank/v1/mean']], [0.75, 0.75]);
