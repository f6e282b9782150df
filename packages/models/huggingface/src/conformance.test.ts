import { modelAdapterConformance, pluginConformance } from '@touchstone/testing';
import huggingface from './index.ts';

pluginConformance(huggingface, { manifest: new URL('../package.json', import.meta.url) });

modelAdapterConformance(huggingface, {
  uri: 'huggingface:/Qwen/Qwen3-8B',
  env: { HF_TOKEN: 'hf_test_of_the_suite_0123456789' },
  kinds: ['language'],
  respond: () =>
    Response.json({
      id: 'c',
      object: 'chat.completion',
      created: 1,
      model: 'Qwen/Qwen3-8B',
      choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: '십사 일입니다.' } }],
      usage: { prompt_tokens: 9, completion_tokens: 4, total_tokens: 13 },
    }),
  malformed: ['huggingface:/'],
});
