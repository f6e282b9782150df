import { evaluate } from '@touchstone/core';
import { metricConformance, pluginConformance } from '@touchstone/testing';
import { expect, test } from 'vitest';
import myThingPlugin, { myThing } from './index.ts';

pluginConformance(myThingPlugin, { manifest: new URL('../package.json', import.meta.url) });

metricConformance(myThing, {
  examples: [
    { row: { predictions: 'It says so in the Manual.', context: 'manual' }, score: true },
    { row: { predictions: '설명서에 그렇게 나와 있습니다.', context: '설명서' }, score: true },
    { row: { predictions: 'Nobody knows.', context: 'manual' }, score: false },
    { row: { predictions: '모릅니다.', context: '' }, score: 'skipped' },
  ],
  variants: [{ options: { ignoreCase: false }, changesScores: true }],
});

test('a share of the rows', async () => {
  const results = await evaluate({
    data: [
      { answer: 'See the manual.', source: 'manual' },
      { answer: '모릅니다.', source: '설명서' },
    ],
    predictions: 'answer',
    columns: { context: 'source' },
    extraMetrics: [myThing()],
  });
  expect(results.metrics['my_thing/v1/mean']).toBe(0.5);
});
