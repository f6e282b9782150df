import { evaluate, metric } from '@touchstone/core';
import { aiSdk } from '@touchstone/model-ai-sdk';
import { equal } from './equal.js';

const echo = {
  specificationVersion: 'v2',
  provider: 'ours',
  modelId: 'echo',
  supportedUrls: {},
  doGenerate: async () => ({
    content: [{ type: 'text', text: '서울' }],
    finishReason: 'stop',
    usage: { inputTokens: 3, outputTokens: 1, totalTokens: 4 },
    warnings: [],
  }),
  doStream: async () => {
    throw new Error('nobody asked for a stream');
  },
} as const;
const results = await evaluate({
  data: [{ inputs: '한국의 수도는?' }],
  model: aiSdk(echo),
  extraMetrics: [metric('said', ({ predictions }) => predictions === '서울')],
});
equal(results.metrics['said/mean'], 1);
