import { type AnyMetricFactory, DEFAULT_JUDGE } from '@touchstone/core';
import { evaluatorConformance, metricConformance, pluginConformance } from '@touchstone/testing';
import { comparingJudge, preferring } from './__fixtures__/comparing-judge.ts';
import pairwisePlugin, { pairwise, preference } from './index.ts';

pluginConformance(pairwisePlugin, { manifest: new URL('../package.json', import.meta.url) });

const data = [
  { inputs: '환불은 어떻게 받나요?', output_a: 'mini: in the shop', output_b: 'big: 매장에서' },
  { inputs: 'Do you ship?', output_a: 'big: yes', output_b: 'mini: no' },
];
const judge = comparingJudge(preferring('big', 'mini'));

metricConformance(preference as unknown as AnyMetricFactory, {
  examples: [
    { row: data[0] ?? {}, score: 0 },
    { row: data[1] ?? {}, score: 1 },
  ],
  models: {
    judge: async (request) => {
      const io = { signal: new AbortController().signal, fetch, attempt: 1, firstToken: () => undefined };
      return (await judge.send(request as never, io)).value;
    },
  },
});

evaluatorConformance(pairwise(), {
  data,
  predictions: 'output_a',
  modelType: 'pairwise',
  plugins: [pairwisePlugin()],
  provide: (registry) => registry.provide(DEFAULT_JUDGE, { model: judge }),
  metrics: { 'preference/v1/mean': 0.5 },
});
