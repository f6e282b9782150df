import type { Question } from '@touchstone/core';
import { TouchstoneError } from '@touchstone/core';

/** What would go over the wire. */
export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Absent: none. */
  readonly body?: string;
}

/**
 * The request that the adapter sends for a question: it is driven to its `fetch`, which sends nothing.
 *
 * @returns the request, or why there is none: a clause
 * @throws TouchstoneError `missing-key`
 */
export async function capturedRequest({ service, request, made }: Question): Promise<HttpRequest | string> {
  if (made === 'object') return `${service.id} is an object of your code, which may send in its own way`;
  service.ready?.();
  let captured: Request | undefined;
  const { fetch } = globalThis;
  const capture: typeof fetch = async (input, init) => {
    captured ??= new Request(input, init);
    throw new TypeError('nothing is sent');
  };
  // For services that do not send with the fetch that they are given.
  globalThis.fetch = capture;
  try {
    await service.send(request, {
      signal: new AbortController().signal,
      fetch: capture,
      attempt: 1,
      firstToken() {},
    });
  } catch (error) {
    if (TouchstoneError.isInstance(error) && error.code === 'missing-key') throw error;
  } finally {
    globalThis.fetch = fetch;
  }
  if (captured === undefined) return `${service.id} sends no HTTP request`;
  if (service.kind !== undefined && captured.body === null) return `${service.id} looks something up before it asks`;
  return toHttpRequest(captured);
}

async function toHttpRequest(request: Request): Promise<HttpRequest | string> {
  const { method, url, headers } = request;
  const head = { method, url, headers: [...headers] };
  if (request.body === null) return head;
  try {
    return { ...head, body: new TextDecoder('utf-8', { fatal: true }).decode(await request.arrayBuffer()) };
  } catch {
    return 'its body is no text';
  }
}
