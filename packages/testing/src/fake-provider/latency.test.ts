import { expect, test } from 'vitest';
import type { FakeRequest } from './fake-request.ts';
import { drawLatency } from './latency.ts';
import { requestRandom } from './request-random.ts';

const request: FakeRequest = {
  number: 1,
  attempt: 1,
  api: 'app',
  model: '',
  method: 'GET',
  path: '/app',
  query: {},
  headers: {},
  body: undefined,
  random: () => 0,
};

/** Of 4,000 requests, sorted. */
function sample(latency: Parameters<typeof drawLatency>[0]): readonly number[] {
  return Array.from({ length: 4000 }, (_, i) => drawLatency(latency, request, requestRandom(7, `request ${i}`))).sort(
    (a, b) => a - b,
  );
}

test('a log-normal latency has the median and the 95th percentile that were asked for', () => {
  const drawn = sample({ median: 100, p95: 400 });
  // Standard errors of sample quantiles, √(q(1−q)/n) over the density: 1.7 of the median, 22 of the 95th percentile.
  expect(drawn[2000]).toBeGreaterThan(92);
  expect(drawn[2000]).toBeLessThan(108);
  expect(drawn[3800]).toBeGreaterThan(310);
  expect(drawn[3800]).toBeLessThan(490);
});

test('a range is filled evenly', () => {
  const drawn = sample({ from: 10, to: 20 });
  expect(drawn[0]).toBeGreaterThanOrEqual(10);
  expect(drawn.at(-1)).toBeLessThan(20);
  expect(drawn[1000]).toBeCloseTo(12.5, 0);
  expect(drawn[3000]).toBeCloseTo(17.5, 0);
});
