import { datasetLoaderConformance, pluginConformance } from '@touchstone/testing';
import myThingPlugin, { myThing } from './index.ts';

pluginConformance(myThingPlugin, { manifest: new URL('../package.json', import.meta.url) });

datasetLoaderConformance(myThing, {
  files: [
    {
      path: new URL('../examples/questions.my-thing', import.meta.url),
      rows: [
        { inputs: 'When do you open?', targets: 'At nine.' },
        { inputs: '환불은 며칠 안에 되나요?', targets: '14일 안에 됩니다.' },
      ],
    },
  ],
  broken: [{ path: new URL('../examples/broken.my-thing', import.meta.url), says: /line 2/ }],
});
