import { createTouchstone, definePlugin, metric } from '@touchstone/core';
import { openaiServices } from '@touchstone/openai-protocol';
import OpenAI from 'openai';
import { equal } from './equal.js';

declare const process: { readonly env: Readonly<Record<string, string | undefined>> };

const baseUrl = process.env.OPENAI_BASE_URL ?? '';
const ours = definePlugin({
  name: 'our-server',
  register: (registry) =>
    registry.adapter('ours', (uri) =>
      openaiServices({
        provider: 'our server',
        id: uri,
        model: uri.slice('ours:/'.length),
        baseUrl,
        account: async () => `ours|${baseUrl}|no-key`,
        client: (fetch) => new OpenAI({ baseURL: baseUrl, apiKey: 'test-key', fetch, maxRetries: 0 }),
        stream: false,
        outputLimit: 'max_tokens',
      }),
    ),
});
const results = await createTouchstone({ plugins: [ours] }).evaluate({
  data: [{ inputs: '한국의 수도는?' }],
  model: 'ours:/gpt-4o',
  extraMetrics: [metric('said', ({ predictions }) => predictions === 'You said: 한국의 수도는?')],
});
equal(results.metrics['said/mean'], 1);
