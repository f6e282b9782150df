import type { Json } from '@touchstone/core';

/**
 * Options as plain data, so that the metric can be made again from them; `undefined` where they hold code or a model object.
 * Headers and addresses of proxies are never written down: they may hold a credential.
 */
export function plainOptions(options: object): Json | undefined {
  const { extraHeaders, proxyUrl, ...rest }: Readonly<Record<string, unknown>> = { ...options };
  if (extraHeaders !== undefined || proxyUrl !== undefined || holdsCode(rest)) return undefined;
  return JSON.parse(JSON.stringify(rest));
}

function holdsCode(value: unknown): boolean {
  if (typeof value === 'function') return true;
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsCode);
}
