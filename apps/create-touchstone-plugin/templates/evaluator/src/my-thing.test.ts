import { evaluate } from '@touchstone/core';
import { evaluatorConformance, pluginConformance } from '@touchstone/testing';
import { expect, test } from 'vitest';
import myThingPlugin, { myThing } from './index.ts';

pluginConformance(myThingPlugin, { manifest: new URL('../package.json', import.meta.url) });

const data = [{ answer: 'At nine.' }, { answer: '영업 시간은 매장마다 다르며 '.repeat(8) }, { answer: null }];

evaluatorConformance(myThing, {
  data,
  predictions: 'answer',
  metrics: { 'my-thing/long': 1, 'brief/mean': 0.5 },
  tables: ['my-thing'],
});

test('the table names the rows', async () => {
  const results = await evaluate({ data, predictions: 'answer', evaluators: [myThing] });
  expect(await results.tables['my-thing']?.toArray()).toMatchObject([{ characters: 128 }]);
});
