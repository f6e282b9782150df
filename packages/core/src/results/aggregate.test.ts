import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createTouchstone, defineMetric } from '../index.ts';

const path = join(process.env.TOUCHSTONE_GOLDEN ?? '', 'stats/mean-default.json');

interface Case {
  readonly id: string;
  readonly args: {
    readonly values: readonly (number | null)[];
    readonly clusters?: readonly string[];
    readonly range?: readonly [number, number];
  };
  readonly expected: Readonly<Record<string, unknown>>;
}

describe.skipIf(!existsSync(path))('intervals of means through evaluate', () => {
  const cases: readonly Case[] = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).cases : [];

  test.each(cases.filter(({ args }) => args.values.length > 0).map((one) => [one.id, one] as const))(
    '%s',
    async (_, { args, expected }) => {
      const value = defineMetric({
        name: 'value',
        greaterIsBetter: true,
        ...(args.range === undefined ? {} : { range: args.range }),
        needs: { predictions: 'any' },
        aggregations: ['mean'],
        scoreRow: ({ predictions }) => Number(predictions),
      });
      const data = args.values.map((cell, index) => ({
        cell,
        ...(args.clusters === undefined ? {} : { doc: args.clusters[index] }),
      }));
      const request = {
        data,
        predictions: 'cell',
        ...(args.clusters === undefined ? {} : { cluster: 'doc' }),
        extraMetrics: [value()],
      };
      const results = await createTouchstone().evaluate(request as never);
      const interval = results.intervals['value/mean'];
      if ('throws' in expected) {
        // In a run, a score outside of the range is a failure of its row.
        expect(results.coverage.value?.reasons).toEqual({ 'out-of-range': 1 });
        return;
      }
      if ('undefined' in expected) {
        expect(interval).toBeUndefined();
        expect(results.metrics['value/mean']).toBeCloseTo(Number(expected.estimate), 9);
        return;
      }
      for (const field of ['estimate', 'low', 'high'] as const) {
        const want = Number(expected[field]);
        expect(Math.abs((interval?.[field] ?? Number.NaN) - want), field).toBeLessThanOrEqual(1e-9 + 1e-9 * Math.abs(want));
      }
      expect(interval).toMatchObject({ method: expected.method, n: expected.n, level: 0.95 });
      if (args.clusters !== undefined) expect(interval?.clusters).toBe(new Set(args.clusters).size);
      expect(results.metrics['value/mean']).toBe(interval?.estimate);
    },
  );
});

test('intervals of few clusters, and of nearly constant scores, come with a warning', async () => {
  const value = defineMetric({
    name: 'value',
    greaterIsBetter: true,
    range: [0, 1],
    needs: { predictions: 'any' },
    aggregations: ['mean'],
    scoreRow: ({ predictions }) => Number(predictions),
  });
  const data = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6].map((cell, index) => ({ cell, doc: index % 3 }));
  const results = await createTouchstone().evaluate({ data, predictions: 'cell', cluster: 'doc', extraMetrics: [value()] });
  expect(results.intervals['value/mean']).toMatchObject({ clusters: 3, n: 6 });
  expect(results.warnings).toEqual([
    'value/mean: its interval rests on 3 clusters only; it is valid, but wide and sensitive to each of them.',
  ]);
});
