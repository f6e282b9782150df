import type { RetryHeaders } from '../faults.ts';

/** How long to wait, as a header says it. Nothing when nobody knows. */
export function waitHeaders(waitMs: number | undefined, headers: RetryHeaders): Readonly<Record<string, string>> {
  if (waitMs === undefined || !Number.isFinite(waitMs) || headers === 'none') return {};
  if (headers === 'retry-after-date') {
    return { 'retry-after': new Date(Math.ceil((Date.now() + waitMs) / 1000) * 1000).toUTCString() };
  }
  const seconds = { 'retry-after': String(Math.ceil(waitMs / 1000)) };
  return headers === 'retry-after' ? seconds : { ...seconds, 'retry-after-ms': String(Math.ceil(waitMs)) };
}
