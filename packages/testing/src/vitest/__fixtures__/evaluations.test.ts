import { metric } from '@touchstone/core';
import { expect, test } from 'vitest';
import { evaluation, matchers } from '../index.ts';

expect.extend(matchers);

const brief = metric('brief', ({ predictions, targets }) => predictions.length / targets.length, {
  needs: ['predictions', 'targets'],
});
const polite = metric('polite', ({ predictions }) => predictions.endsWith('요'));
const strict = metric('strict', ({ predictions }) => {
  if (predictions.startsWith('부산')) throw new Error('너무 짧습니다');
  return 1;
});

const data = [
  { question: '수도는?', expected: '서울입니다', answer: '서울이에요' },
  { question: '두 번째 도시는?', expected: '부산입니다', answer: '부산' },
  { question: '빵은?', expected: '효모로 부풀립니다', answer: '효모' },
];
const request = { data, inputs: 'question', targets: 'expected', predictions: 'answer' } as const;

evaluation('is met', { ...request, extraMetrics: [brief, polite], atLeast: { 'brief/mean': 0.5 }, atMost: { 'polite/mean': 0.4 } });
evaluation('misses a bound', { ...request, extraMetrics: [brief, polite], atLeast: { 'brief/mean': 0.9 } });
evaluation('misses a share', { ...request, extraMetrics: [polite], atLeast: { 'polite/mean': 0.5 }, atMost: { 'polit/mean': 1 } });
evaluation('has a row that failed', { ...request, extraMetrics: [strict], atLeast: { 'strict/mean': 1 } });
evaluation('has few rows that failed', { ...request, extraMetrics: [strict], atLeast: { 'strict/mean': 1 }, coverage: 0.6 });
evaluation('was never recorded', {
  data,
  inputs: 'question',
  targets: 'expected',
  model: async ({ question }, call) => (await call.fetch(`${process.env.SERVER}/${question}`)).text(),
  extraMetrics: [brief],
  cassette: `${process.env.CASSETTE}`,
});

test('a matcher says what it saw', async () => {
  await expect('효모').toScore(brief, { targets: '효모로 부풀립니다', atLeast: 0.5 });
});
