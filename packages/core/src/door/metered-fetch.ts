import { createHash } from 'node:crypto';
import type { AskedAnswer, Service, ServiceCall, Usage } from '../contracts/index.ts';
import { ServiceError } from '../contracts/service-error.ts';
import { credentialFingerprint } from '../wire/credential.ts';
import { responseError } from '../wire/response-error.ts';
import { roughTokens } from '../wire/text-size.ts';
import { type KnownRequest, knownAnswer, knownLimit, knownRequest } from './known-apis.ts';
import { isCredentialParameter } from './secrets.ts';

/** An HTTP request as the door keeps it. Headers are sent and never stored. */
type Sent = { readonly method: string; readonly url: string; readonly body: string | null; readonly row: string | null };

/** An HTTP answer as the door keeps it. */
type Received = {
  readonly status: number;
  readonly statusText: string;
  readonly headers: { readonly [name: string]: string };
  readonly body: string;
  readonly encoding: 'utf8' | 'base64';
};

type Ask = (service: Service<Sent, Received>, request: Sent, repeat: number) => Promise<AskedAnswer<Received>>;

/** Answers with these are tried again by the door, and then handed over as they are. */
const PASSING: ReadonlySet<number> = new Set([408, 409, 425, 429, 500, 502, 503, 504, 529]);
/** Headers of an answer that tell nothing of the answer, or that no longer hold when its body was read. */
const DROPPED = /^(?:set-cookie|content-encoding|content-length|transfer-encoding|connection|keep-alive|date)$/iu;
const DEFAULT_OUTPUT = 1024;

/**
 * The platform's `fetch` for one piece of work, through the door. Requests to known APIs are priced, and asked once for all rows that
 * ask the same; any other request belongs to its row. Asking twice for the same in one row gives two answers, as it does without us.
 */
export function meteredFetch(ask: Ask, work: { readonly rowKey: string; readonly signal: AbortSignal }): typeof globalThis.fetch {
  const seen = new Map<string, number>();
  return async (input, init) => {
    const request = new Request(input, init);
    request.signal.throwIfAborted();
    const url = new URL(request.url);
    const bytes = request.body === null ? undefined : new Uint8Array(await request.arrayBuffer());
    const text = bytes === undefined ? undefined : utf8(bytes);
    const known = knownRequest(url, text === undefined ? undefined : parsed(text));
    const sent: Sent = {
      method: request.method,
      url: withoutSecrets(url),
      body: bytes === undefined ? null : (text ?? `sha256:${createHash('sha256').update(bytes).digest('hex')}`),
      row: known === undefined ? work.rowKey : null,
    };
    const name = JSON.stringify(sent);
    const repeat = seen.get(name) ?? 0;
    seen.set(name, repeat + 1);
    const service = serviceOf(request, url, bytes, known);
    try {
      const { value } = await untilAborted(ask(service, sent, repeat), request.signal);
      return responseOf(value, request.url);
    } catch (error) {
      if (error instanceof Refused) return responseOf(error.response, request.url);
      if (ServiceError.isInstance(error) && error.code === 'network') throw new TypeError('fetch failed', { cause: error });
      throw error;
    }
  };
}

/** An answer that is an error: the door deals with it, and the program gets it as it came. */
class Refused extends ServiceError {
  readonly response: Received;

  constructor(error: ServiceError, response: Received) {
    const { status, waitMs, headers } = error;
    super(error.code, error.message, {
      ...(status === undefined ? {} : { status }),
      ...(waitMs === undefined ? {} : { waitMs }),
      ...(headers === undefined ? {} : { headers }),
      retryable: PASSING.has(response.status) && error.retryable,
    });
    this.response = response;
  }
}

function serviceOf(
  request: Request,
  url: URL,
  body: Uint8Array<ArrayBuffer> | undefined,
  known: KnownRequest | undefined,
): Service<Sent, Received> {
  const id = known === undefined ? url.origin : `${known.provider}:/${known.model}`;
  const { headers } = request;
  const credential =
    headers.get('authorization')?.replace(/^bearer\s+/iu, '') ?? headers.get('x-api-key') ?? headers.get('api-key');
  const account = `${known?.provider ?? 'http'}|${known?.base ?? url.origin}|${credentialFingerprint(credential ?? undefined)}`;
  return {
    ...(known === undefined ? {} : { kind: known.kind }),
    id,
    identity: { fetch: url.origin },
    scopes: async () => (known === undefined ? [account] : [account, `${account}|${known.model}`]),
    ...(known === undefined ? {} : { estimate: estimateOf }),
    async send(_sent, io: ServiceCall) {
      const response = await io.fetch(request.url, {
        method: request.method,
        headers,
        signal: io.signal,
        redirect: request.redirect,
        ...(body === undefined ? {} : { body }),
      });
      const received = await receive(response);
      if (response.status >= 400) {
        const refusal = { provider: id, status: response.status, headers: response.headers };
        throw new Refused(responseError({ ...refusal, body: parsed(received.body) ?? received.body }), received);
      }
      return { value: received, ...(known === undefined || received.encoding !== 'utf8' ? {} : knownAnswer(received.body)) };
    },
  };
}

function estimateOf({ body }: Sent): Usage {
  return { inputTokens: roughTokens(body ?? ''), outputTokens: knownLimit(parsed(body ?? '')) ?? DEFAULT_OUTPUT };
}

async function receive(response: Response): Promise<Received> {
  const bytes = new Uint8Array(await response.arrayBuffer());
  const text = utf8(bytes);
  const headers: Record<string, string> = {};
  response.headers.forEach((value, name) => {
    if (!DROPPED.test(name)) headers[name] = value;
  });
  return {
    status: response.status,
    statusText: response.statusText,
    headers,
    body: text ?? Buffer.from(bytes).toString('base64'),
    encoding: text === undefined ? 'base64' : 'utf8',
  };
}

function responseOf({ status, statusText, headers, body, encoding }: Received, url: string): Response {
  const empty = status === 204 || status === 205 || status === 304;
  const response = new Response(empty ? null : encoding === 'utf8' ? body : Buffer.from(body, 'base64'), {
    status,
    statusText,
    headers,
  });
  Object.defineProperty(response, 'url', { value: url });
  return response;
}

/** `undefined` for bytes that are no UTF-8. */
function utf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Keys travel in addresses too, and addresses are stored. */
function withoutSecrets(url: URL): string {
  const safe = new URL(url);
  safe.username = '';
  safe.password = '';
  for (const name of [...safe.searchParams.keys()]) {
    const value = safe.searchParams.get(name) ?? '';
    if (isCredentialParameter(name)) safe.searchParams.set(name, credentialFingerprint(value));
  }
  return safe.href;
}

function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
