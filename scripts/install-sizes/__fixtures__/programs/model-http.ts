import { evaluate, metric } from '@touchstone/core';
import { http } from '@touchstone/model-http';
import { equal } from './equal.js';

declare const process: { readonly env: Readonly<Record<string, string | undefined>> };

const results = await evaluate({
  data: [{ question: '한국의 수도는?' }],
  model: http({ url: process.env.FAKE_APP ?? '', body: { q: '{question}' }, outputs: { answer: '$.answer' } }),
  extraMetrics: [metric('said', ({ predictions }) => predictions === 'You said: 한국의 수도는?')],
});
equal(results.metrics['said/mean'], 1);
