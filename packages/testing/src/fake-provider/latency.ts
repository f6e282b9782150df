import { normalQuantile } from '@touchstone/stats';
import type { FakeRequest } from './fake-request.ts';
import type { RequestRandom } from './request-random.ts';

/**
 * Milliseconds from the admission of a request to the first byte of its answer: a number, a log-normal distribution, a uniform one,
 * or a function.
 */
export type Latency =
  | number
  /** Log-normal. `p95` defaults to twice the median. */
  | { readonly median: number; readonly p95?: number }
  | { readonly from: number; readonly to: number }
  | ((request: FakeRequest) => number);

/** z of the 95th percentile of the standard normal distribution. */
const Z95 = normalQuantile(0.95);

export function drawLatency(latency: Latency, request: FakeRequest, random: RequestRandom): number {
  if (typeof latency === 'number') return latency;
  if (typeof latency === 'function') return latency(request);
  const u = random.at('latency', request.attempt - 1);
  if ('from' in latency) return latency.from + u * (latency.to - latency.from);
  const spread = Math.log((latency.p95 ?? 2 * latency.median) / latency.median) / Z95;
  return latency.median * Math.exp(spread * normalQuantile(Math.max(u, Number.EPSILON)));
}
