import { createTouchstone, evaluate } from '@touchstone/core';
import { expect, test } from 'vitest';
import { fakeJudge, verdict } from './__fixtures__/fake-judge.ts';
import { answerSimilarity, makeGenaiMetric, makeGenaiMetricFromPrompt, retrieveCustomMetrics } from './index.ts';

const data = [{ inputs: 'q', answer: 'a', gt: 't' }];
const judge = fakeJudge((_, request) => verdict(request, 1));
const metrics = [
  makeGenaiMetric({
    name: 'tone',
    definition: 'How formal it is.',
    gradingPrompt: 'formal: a letter. casual: a chat.',
    labels: { formal: 1, casual: 0 },
    gradingContextColumns: 'targets',
    examples: [{ output: 'Hi', score: 'casual', gradingContext: '안녕' }],
    aggregations: ['mean'],
    metricMetadata: { owner: '김민지' },
    greaterIsBetter: false,
    parameters: { temperature: 0 },
  }),
  makeGenaiMetricFromPrompt({ name: 'follows', judgePrompt: 'Is {predictions} right?', scale: 'boolean' }),
  answerSimilarity(),
];

test('definitions are kept with the run, and make the same metrics again', async () => {
  const results = await evaluate({ data, predictions: 'answer', targets: 'gt', judge, extraMetrics: metrics } as never);
  expect(results.toJSON().artifacts.genai_custom_metrics).toBe('genai_custom_metrics.json');
  const table = await results.tables.genai_custom_metrics?.toJSON();
  expect(table?.columns).toEqual(['name', 'version', 'metric_args']);
  expect(table?.data.map(([name, version]) => [name, version])).toEqual([
    ['tone', 'v1'],
    ['follows', ''],
    ['answer_similarity', 'v1'],
  ]);
  const again = await retrieveCustomMetrics(results);
  expect(again.map(({ signature }) => signature)).toEqual(metrics.map(({ signature }) => signature));
  expect(again[0]).toMatchObject({ greaterIsBetter: false, definition: metrics[0]?.definition });
});

test('also of a stored run, by name', async () => {
  const touchstone = createTouchstone();
  await touchstone.evaluate({ data, predictions: 'answer', targets: 'gt', judge, extraMetrics: metrics } as never);
  const [follows, ...others] = await retrieveCustomMetrics(await touchstone.result('@last'), { name: 'follows' });
  expect(others).toEqual([]);
  expect(follows).toMatchObject({ name: 'follows' });
  expect(follows?.version).toBeUndefined();
});

test('a run without judges has none, and a line of another program is said', async () => {
  expect(await retrieveCustomMetrics({ columns: [], data: [] })).toEqual([]);
  await expect(retrieveCustomMetrics({ columns: ['name', 'version', 'metric_args'], data: [['x', 'v1', {}]] })).rejects.toThrow(
    "The definition of 'x' says nothing of how the metric was made",
  );
});

test('headers and proxies never stand in a definition', () => {
  const metric = answerSimilarity({
    extraHeaders: { authorization: 'Bearer secret-1' },
    proxyUrl: 'https://user:secret-2@proxy.test/x',
  });
  expect(JSON.stringify([metric.definition, metric.spec, metric.signature])).not.toMatch(/secret/u);
});
