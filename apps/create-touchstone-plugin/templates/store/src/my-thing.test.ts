import { createTouchstone, latency } from '@touchstone/core';
import { pluginConformance, storeConformance } from '@touchstone/testing';
import { expect, test } from 'vitest';
import myThingPlugin, { myThing } from './index.ts';

pluginConformance(myThingPlugin, { manifest: new URL('../package.json', import.meta.url) });

storeConformance('myThing', () => myThing());

test('a run is found again by its name', async () => {
  await using touchstone = createTouchstone({ store: myThing() });
  await touchstone.evaluate({
    data: ['안녕하세요'],
    model: ({ inputs }) => `${inputs}!`,
    extraMetrics: [latency()],
    run: { name: '첫 실행' },
  });
  expect((await touchstone.runs()).map(({ name, status }) => [name, status])).toEqual([['첫 실행', 'finished']]);
});
