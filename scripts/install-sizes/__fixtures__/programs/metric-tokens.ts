import { evaluate } from '@touchstone/core';
import { tokenCount, wordCount } from '@touchstone/metric-tokens';
import { equal } from './equal.js';

const results = await evaluate({
  data: [{ answer: '서울은 한국의 수도입니다.' }, { answer: 'Seoul is the capital of Korea.' }],
  predictions: 'answer',
  extraMetrics: [tokenCount(), tokenCount({ name: 'token_count_gpt5', model: 'gpt-5-mini' }), wordCount()],
});
equal([results.metrics['token_count/mean'], results.metrics['token_count_gpt5/mean'], results.metrics['word_count/v1/mean']], [10, 7.5, 4.5]);
