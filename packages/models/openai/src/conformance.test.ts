import { modelAdapterConformance, pluginConformance } from '@touchstone/testing';
import openai from './index.ts';

pluginConformance(openai, { manifest: new URL('../package.json', import.meta.url) });

modelAdapterConformance(openai, {
  uri: 'openai:/gpt-4o-mini',
  env: { OPENAI_API_KEY: 'sk-test-of-the-suite-0123456789' },
  respond(request) {
    const usage = { prompt_tokens: 9, completion_tokens: 4, total_tokens: 13 };
    if (request.url.endsWith('/embeddings'))
      return Response.json({
        object: 'list',
        model: 'm',
        data: [{ object: 'embedding', index: 0, embedding: [0.6, 0.8] }],
        usage,
      });
    if (request.url.endsWith('/moderations'))
      return Response.json({
        id: 'm',
        model: 'm',
        results: [{ flagged: false, categories: {}, category_scores: { hate: 0.1 } }],
      });
    return Response.json({
      id: 'c',
      object: 'chat.completion',
      created: 1,
      model: 'gpt-4o-mini-2026-07-18',
      choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: '십사 일입니다.' } }],
      usage,
    });
  },
  malformed: ['openai:/', 'openai:gpt-4o'],
});
