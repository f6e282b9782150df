import { ServiceError } from '../contracts/service-error.ts';
import type { Secrets } from './secrets.ts';
import type { Turns } from './turns.ts';

/** What the door sees of the answers that one attempt got. */
export interface WireLog {
  /** Of the last answer. */
  headers: Headers | undefined;
  status: number | undefined;
  /** Nobody reads on, whatever was begun. */
  over: boolean;
  /** Of large answers that are being read. */
  readonly endTurns: (() => void)[];
}

export interface WireSetting {
  readonly fetch: typeof globalThis.fetch;
  readonly secrets: Secrets;
  /** Bytes of an answer that are read at most, after decompression. */
  readonly mostBytes: number;
  /** Of large answers: as many as may be in flight would fill the memory together. */
  readonly turns: Turns;
}

/** From here on an answer is large. */
const LARGE_BYTES = 4 * 2 ** 20;

/** The platform's fetch, with an eye on credentials, headers and size. Nothing else of it is changed. */
export function wireFetch(setting: WireSetting, log: WireLog): typeof globalThis.fetch {
  const { fetch, secrets } = setting;
  return async (input, init) => {
    if (input instanceof Request) secrets.learnHeaders(input.headers);
    const url = String(input instanceof Request ? input.url : input);
    if (URL.canParse(url)) secrets.learnUrl(new URL(url));
    if (init?.headers !== undefined) secrets.learnHeaders(new Headers(init.headers));
    const response = await fetch(input, init);
    log.headers = response.headers;
    log.status = response.status;
    return bounded(response, setting, log);
  };
}

/** The response, which errs when too much is read of it. */
function bounded(response: Response, setting: WireSetting, log: WireLog): Response {
  const { body, headers, status, statusText, url } = response;
  if (body === null) return response;
  const length = Number(headers.get('content-length') ?? Number.NaN);
  if (length > setting.mostBytes) {
    // Nobody reads it; an unread body would keep its connection.
    void body.cancel().catch(() => undefined);
    throw tooLarge(setting.mostBytes);
  }
  if (length <= LARGE_BYTES && !headers.has('content-encoding')) return response;
  const copy = new Response(ReadableStream.from(counted(body, setting, log)), { status, statusText, headers });
  // Programs look at it, e.g. after redirects.
  Object.defineProperty(copy, 'url', { value: url });
  return copy;
}

async function* counted(
  body: ReadableStream<Uint8Array>,
  { mostBytes, turns }: WireSetting,
  log: WireLog,
): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  let endTurn: (() => void) | undefined;
  try {
    for await (const chunk of body) {
      bytes += chunk.byteLength;
      if (bytes > mostBytes) throw tooLarge(mostBytes);
      if (bytes > LARGE_BYTES && endTurn === undefined) {
        endTurn = await turns.take();
        log.endTurns.push(endTurn);
        if (log.over) return;
      }
      yield chunk;
    }
  } finally {
    endTurn?.();
  }
}

function tooLarge(mostBytes: number): ServiceError {
  const megabytes = Math.round(mostBytes / 2 ** 20);
  return new ServiceError('too-large', `the answer is larger than ${megabytes} MB, and was not read`);
}
