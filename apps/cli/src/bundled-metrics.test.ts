import { type Json, type Metric, TouchstoneRuntime } from '@touchstone/core';
import { expect, test } from 'vitest';
import { discoverPlugins } from './discover-plugins.ts';

const { bundled } = await discoverPlugins();
const touchstone = new TouchstoneRuntime({ plugins: bundled });
/** Of metrics that have no default. */
const OPTIONS: Readonly<Record<string, Readonly<Record<string, Json>>>> = {
  guidelines: { guidelines: ['The answer is in Korean.'] },
  g_eval: { name: 'helpfulness', criteria: 'The answer helps.' },
};
const computed = [...touchstone.registrations.metrics.keys()]
  .map((name) => touchstone.metric(name, OPTIONS[name]))
  .filter(({ cost, form, signature }) => cost === 'cpu' && form !== 'dataset' && signature !== 'latency');

test('there are bundled metrics of pure computation', () => {
  expect(computed.length).toBeGreaterThan(20);
});

test.each(computed.map((metric) => [metric.name, metric] as const))(
  '%s can be made again from its spec, as worker threads and resumes do',
  async (_, metric) => {
    const { spec, origin } = metric;
    const { [spec?.export ?? '']: make }: Record<string, (options?: unknown) => Metric> = await import(origin?.url ?? '');
    const again = make?.(spec?.options ?? undefined);
    expect(again).toMatchObject({ name: metric.name, signature: metric.signature, form: metric.form, needs: metric.needs });
  },
);
