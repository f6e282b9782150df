import { ServiceError } from '../contracts/service-error.ts';
import type { Secrets } from './secrets.ts';

/** What the door sees of the answers that one attempt got. */
export interface WireLog {
  /** Of the last answer. */
  headers: Headers | undefined;
  status: number | undefined;
}

export interface WireSetting {
  readonly fetch: typeof globalThis.fetch;
  readonly secrets: Secrets;
  /** Bytes of an answer that are read at most, after decompression. */
  readonly mostBytes: number;
}

/** The platform's fetch, with an eye on credentials, headers and size. Nothing else of it is changed. */
export function wireFetch({ fetch, secrets, mostBytes }: WireSetting, log: WireLog): typeof globalThis.fetch {
  return async (input, init) => {
    if (input instanceof Request) secrets.learnHeaders(input.headers);
    const url = String(input instanceof Request ? input.url : input);
    if (URL.canParse(url)) secrets.learnUrl(new URL(url));
    if (init?.headers !== undefined) secrets.learnHeaders(new Headers(init.headers));
    const response = await fetch(input, init);
    log.headers = response.headers;
    log.status = response.status;
    return bounded(response, mostBytes);
  };
}

/** The response, which errs when more is read of it. */
function bounded(response: Response, mostBytes: number): Response {
  const { body, headers } = response;
  if (body === null) return response;
  const length = Number(headers.get('content-length') ?? Number.NaN);
  if (length > mostBytes) {
    // Nobody reads it; an unread body would keep its connection.
    void body.cancel().catch(() => undefined);
    throw tooLarge(mostBytes);
  }
  if (length <= mostBytes && !headers.has('content-encoding')) return response;
  let bytes = 0;
  const counter = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      bytes += chunk.byteLength;
      if (bytes > mostBytes) controller.error(tooLarge(mostBytes));
      else controller.enqueue(chunk);
    },
  });
  const copy = new Response(body.pipeThrough(counter), {
    status: response.status,
    statusText: response.statusText,
    headers,
  });
  // Programs look at it, e.g. after redirects.
  Object.defineProperty(copy, 'url', { value: response.url });
  return copy;
}

function tooLarge(mostBytes: number): ServiceError {
  const megabytes = Math.round(mostBytes / 2 ** 20);
  return new ServiceError('too-large', `the answer is larger than ${megabytes} MB, and was not read`);
}
