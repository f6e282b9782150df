import { evaluate } from '@touchstone/core';
import { embeddingSimilarity } from '@touchstone/metric-embedding';

const results = await evaluate({
  data: [{ answer: 'What is your age?', expected: 'How old are you?' }],
  predictions: 'answer',
  targets: 'expected',
  extraMetrics: [embeddingSimilarity()],
});
const similarity = results.metrics['embedding_similarity/v1/mean'] ?? 0;
if (similarity < 0.7 || similarity > 1) throw new Error(`the similarity is ${similarity}`);
