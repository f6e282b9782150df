import { modelAdapterConformance, pluginConformance } from '@touchstone/testing';
import azure from './index.ts';

pluginConformance(azure, { manifest: new URL('../package.json', import.meta.url) });

modelAdapterConformance(azure, {
  uri: 'azure-openai:/mini',
  env: {
    AZURE_OPENAI_API_KEY: 'azure-test-of-the-suite-0123456789',
    AZURE_OPENAI_ENDPOINT: 'https://suite.openai.azure.com',
    AZURE_OPENAI_API_VERSION: '2026-06-01',
  },
  respond(request) {
    const usage = { prompt_tokens: 9, completion_tokens: 4, total_tokens: 13 };
    if (new URL(request.url).pathname.endsWith('/embeddings'))
      return Response.json({
        object: 'list',
        model: 'm',
        data: [{ object: 'embedding', index: 0, embedding: [0.6, 0.8] }],
        usage,
      });
    return Response.json({
      id: 'c',
      object: 'chat.completion',
      created: 1,
      model: 'gpt-4o-mini',
      choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: '십사 일입니다.' } }],
      usage,
    });
  },
  malformed: ['azure-openai:/', 'azure-openai:mini'],
});
