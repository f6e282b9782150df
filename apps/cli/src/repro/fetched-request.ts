import type { SentCall } from '@touchstone/core';
import type { HttpRequest } from './captured-request.ts';

/** As core writes down what went through `call.fetch`. */
interface Fetched {
  readonly method: string;
  readonly url: string;
  readonly body: string | null;
  /** `null`: a known API, of which equal requests of all rows are one. */
  readonly row: string | null;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Whether an application has sent it with the `fetch` that it was given. */
export function isFetched(sent: SentCall): sent is SentCall & { readonly request: Fetched } {
  const { identity, request } = sent;
  return (
    typeof identity === 'object' &&
    identity !== null &&
    'fetch' in identity &&
    typeof request === 'object' &&
    request !== null &&
    'method' in request &&
    'url' in request &&
    (!('body' in request) || request.body === null || typeof request.body === 'string')
  );
}

/** The request that an application has sent, but for its own headers, which are not kept: a credential is called `CREDENTIAL`. */
export function fetchedRequest({ request }: SentCall & { readonly request: Fetched }): HttpRequest {
  const { method, url, body, row, headers = {} } = request;
  const type = body === null ? {} : { 'content-type': 'application/json' };
  const credential = row === null ? credentialHeader(url) : {};
  return {
    method,
    url,
    headers: Object.entries({ ...credential, ...type, ...headers }),
    ...(body === null ? {} : { body }),
  };
}

/** What known APIs read the key from. */
function credentialHeader(url: string): Readonly<Record<string, string>> {
  const { hostname, pathname } = new URL(url);
  if (pathname.endsWith('/messages')) return { 'x-api-key': NO_CREDENTIAL };
  if (hostname.endsWith('.azure.com') || pathname.includes('/openai/deployments/')) return { 'api-key': NO_CREDENTIAL };
  return { authorization: `Bearer ${NO_CREDENTIAL}` };
}

/** Comes out as a variable, like any other credential. */
const NO_CREDENTIAL = 'not-kept';
