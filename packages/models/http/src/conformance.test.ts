import { modelAdapterConformance, pluginConformance } from '@touchstone/testing';
import httpModels from './index.ts';

pluginConformance(httpModels, { manifest: new URL('../package.json', import.meta.url) });

modelAdapterConformance(httpModels, {
  uri: 'https://app.example/answer',
  options: { body: '{"q": "{inputs}"}', 'outputs.answer': '$.answer' },
  respond: () => Response.json({ answer: '십사 일입니다.' }),
});
