import { createHash, randomUUID } from 'node:crypto';
import type { AskedAnswer, Service, ServiceCall, Usage } from '../contracts/index.ts';
import { ServiceError } from '../contracts/service-error.ts';
import { credentialFingerprint } from '../wire/credential.ts';
import { responseError } from '../wire/response-error.ts';
import { roughTokens } from '../wire/text-size.ts';
import { type KnownRequest, knownAnswer, knownLimit, knownRequest } from './known-apis.ts';
import { type Received, RefusedResponse } from './refused-response.ts';
import type { Cassette } from './replay/open-cassette.ts';
import { isCredentialParameter, type Secrets } from './secrets.ts';

/** An HTTP request as the door keeps it. Of its headers only those are stored that say how a known API is to answer. */
type Sent = {
  readonly method: string;
  readonly url: string;
  readonly body: string | null;
  readonly row: string | null;
  readonly headers?: { readonly [name: string]: string };
  /** Tells it from an equal one whose recorded answer is of no use. */
  readonly again?: string;
};

type Ask = (service: Service<Sent, Received>, request: Sent, repeat: number) => Promise<AskedAnswer<Received>>;

/** Headers of an answer that tell nothing of the answer, or that no longer hold when its body was read. */
const DROPPED = /^(?:set-cookie|content-encoding|content-length|transfer-encoding|connection|keep-alive|date)$/iu;
/** Headers of known APIs that change what is answered: versions and experiments. */
const ANSWERING = /^(?:anthropic-(?:version|beta)|openai-beta)$/u;
const DEFAULT_OUTPUT = 1024;

/**
 * The platform's `fetch` for one piece of work, through the door. Requests to known APIs are priced, and asked once for all rows that
 * ask the same; any other request belongs to its row. Asking twice for the same in one row gives two answers, as it does without us.
 */
export function meteredFetch(
  ask: Ask,
  work: { readonly rowKey: string; readonly signal: AbortSignal },
  { secrets, cassette }: { readonly secrets: Secrets; readonly cassette: Pick<Cassette, 'mode'> | undefined },
): typeof globalThis.fetch {
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
      ...(known === undefined ? {} : answeringHeaders(request.headers)),
    };
    const name = JSON.stringify(sent);
    const repeat = seen.get(name) ?? 0;
    seen.set(name, repeat + 1);
    // The dispatcher of Node's fetch, e.g. of a proxy, is no part of a request.
    const { service, whole } = serviceOf(request, url, bytes, known, secrets, init?.dispatcher);
    const askOnce = async (one: Sent): Promise<Received> => {
      const { value, cached } = await untilAborted(ask(service, one, repeat), request.signal);
      return cached ? value : (whole() ?? value);
    };
    try {
      const recorded = await askOnce(sent);
      // What a resumed run gets instead of, say, a token is of no use to it. A replay sends nothing that it could be used for.
      const isUseless = recorded.withheld && cassette?.mode !== 'replay';
      const received = isUseless ? await askOnce({ ...sent, again: randomUUID() }) : recorded;
      return responseOf(received, request.url);
    } catch (error) {
      const refused = refusalIn(error);
      if (refused !== undefined) return responseOf(withoutRetries(refused), request.url);
      if (ServiceError.isInstance(error) && error.code === 'network') throw new TypeError('fetch failed', { cause: error });
      throw error;
    }
  };
}

function answeringHeaders(headers: Headers): Pick<Sent, 'headers'> {
  const answering = [...headers].filter(([name]) => ANSWERING.test(name));
  return answering.length === 0 ? {} : { headers: Object.fromEntries(answering) };
}

/** Also where the run stops because of it: a program may have another way. */
function refusalIn(error: unknown): RefusedResponse | undefined {
  if (error instanceof RefusedResponse) return error;
  return error instanceof Error && error.cause instanceof RefusedResponse ? error.cause : undefined;
}

/** The door has tried as often as it is worth it. SDKs of OpenAI and Anthropic look at this header before they try again. */
function withoutRetries({ response, retryable }: RefusedResponse): Received {
  return retryable ? { ...response, headers: { ...response.headers, 'x-should-retry': 'false' } } : response;
}

function serviceOf(
  request: Request,
  url: URL,
  body: Uint8Array<ArrayBuffer> | undefined,
  known: KnownRequest | undefined,
  secrets: Secrets,
  dispatcher: RequestInit['dispatcher'],
): { readonly service: Service<Sent, Received>; readonly whole: () => Received | undefined } {
  const id = known === undefined ? url.origin : `${known.provider}:/${known.model}`;
  const { headers } = request;
  const credential =
    headers.get('authorization')?.replace(/^bearer\s+/iu, '') ?? headers.get('x-api-key') ?? headers.get('api-key');
  const account = `${known?.provider ?? 'http'}|${known?.base ?? url.origin}|${credentialFingerprint(credential ?? undefined)}`;
  let whole: Received | undefined;
  const service: Service<Sent, Received> = {
    ...(known === undefined ? {} : { kind: known.kind }),
    id,
    identity: { fetch: url.origin },
    scopes: async () => (known === undefined ? [account] : [account, `${account}|${known.model}`]),
    ...(known === undefined ? {} : { estimate: (sent: Sent) => estimateOf(sent, known) }),
    async send(_sent, io: ServiceCall) {
      const response = await io.fetch(request.url, {
        method: request.method,
        headers,
        signal: io.signal,
        redirect: request.redirect,
        ...(dispatcher === undefined ? {} : { dispatcher }),
        ...(body === undefined ? {} : { body }),
      });
      const received = await receive(response);
      if (response.status >= 400) {
        const refusal = { provider: id, status: response.status, headers: response.headers };
        const error = responseError({ ...refusal, body: parsed(received.body) ?? received.body });
        throw new RefusedResponse(error, received, known === undefined ? 'unknown' : 'known');
      }
      whole = received;
      if (known === undefined) learnTokens(received, secrets);
      const value = withoutKeys(received, secrets);
      return { value, ...(known === undefined || received.encoding !== 'utf8' ? {} : knownAnswer(received.body)) };
    },
  };
  return { service, whole: () => whole };
}

function estimateOf({ body }: Sent, { kind }: KnownRequest): Usage {
  const inputTokens = roughTokens(body ?? '');
  if (kind !== 'language') return { inputTokens, outputTokens: 0 };
  return { inputTokens, outputTokens: knownLimit(parsed(body ?? '')) ?? DEFAULT_OUTPUT };
}

/** Credentials that an answer hands out (RFC 6749 §5.1): what is sent with them repeats them, and errors do. */
function learnTokens({ body }: Received, secrets: Secrets): void {
  const answer = parsed(body);
  if (typeof answer !== 'object' || answer === null) return;
  for (const [name, value] of Object.entries(answer)) {
    if (/^(?:access|refresh|id)_token$/u.test(name) && typeof value === 'string') secrets.learn(value);
  }
}

/** What may be written down of an answer. */
function withoutKeys(received: Received, secrets: Secrets): Received {
  const text = JSON.stringify(received);
  const safe = secrets.withoutKeys(text);
  return safe === text ? received : { ...JSON.parse(safe), withheld: true };
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
