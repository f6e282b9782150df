import { metricConformance, pluginConformance } from '@touchstone/testing';
import myThingPlugin, { myThing } from './index.ts';

pluginConformance(myThingPlugin, { manifest: new URL('../package.json', import.meta.url) });

// A judge that is played: it likes what says where to look. What a real one says of your rubric, try with a real one.
metricConformance(myThing(), {
  examples: [
    { row: { inputs: 'How do I return it?', predictions: 'Open your orders and press Return.' }, score: 5 },
    { row: { inputs: '어떻게 반납하나요?', predictions: '주문 내역에서 반품을 누르세요.' }, score: 5 },
    { row: { inputs: 'How do I return it?', predictions: 'It is possible.' }, score: 2 },
  ],
  models: {
    judge: (request) => {
      const score = /press Return\.|반품을 누르세요/u.test(JSON.stringify(request)) ? 5 : 2;
      return JSON.stringify({ justification: 'because of where it points', score });
    },
  },
});
