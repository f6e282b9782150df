import { evaluate } from '@touchstone/core';
import { contains, exactMatch } from '@touchstone/metric-text';
import { equal } from './equal.js';

const results = await evaluate({
  data: [{ answer: '서울', expected: '서울' }, { answer: 'It is paris.', expected: 'Paris' }],
  predictions: 'answer',
  targets: 'expected',
  extraMetrics: [exactMatch(), contains({ ignoreCase: true })],
});
equal([results.metrics['exact_match/v1'], results.metrics['contains/v1/mean']], [0.5, 1]);
