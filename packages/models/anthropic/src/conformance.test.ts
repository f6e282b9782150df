import { modelAdapterConformance, pluginConformance } from '@touchstone/testing';
import anthropic from './index.ts';

pluginConformance(anthropic, { manifest: new URL('../package.json', import.meta.url) });

modelAdapterConformance(anthropic, {
  uri: 'anthropic:/claude-haiku-4-5',
  env: { ANTHROPIC_API_KEY: 'sk-ant-test-of-the-suite-0123456789' },
  respond: () =>
    Response.json({
      id: 'm',
      type: 'message',
      role: 'assistant',
      model: 'claude-haiku-4-5',
      content: [{ type: 'text', text: '십사 일입니다.' }],
      stop_reason: 'end_turn',
      stop_sequence: null,
      usage: { input_tokens: 9, output_tokens: 4 },
    }),
  malformed: ['anthropic:/', 'anthropic:claude'],
});
