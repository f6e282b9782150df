import { chat, createTouchstone, metric } from '@touchstone/core';
import huggingface, { fromPipeline } from '@touchstone/model-huggingface';
import { equal } from './equal.js';

declare const process: { readonly env: Readonly<Record<string, string | undefined>> };

const touchstone = createTouchstone({ plugins: [huggingface()] });
const said = metric('said', ({ predictions }) => predictions === 'You said: 한국의 수도는?');
const results = await touchstone.evaluate({
  data: [{ inputs: '한국의 수도는?' }],
  model: chat('huggingface:/Qwen/Qwen3-8B', {
    messages: [{ role: 'user', content: '{inputs}' }],
    options: { baseUrl: process.env.FAKE_HUGGINGFACE ?? '' },
  }),
  extraMetrics: [said],
});
equal(results.metrics['said/mean'], 1);
equal(typeof fromPipeline, 'function');
