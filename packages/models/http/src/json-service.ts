import {
  credentialFingerprint,
  type Json,
  responseError,
  type Service,
  type ServiceCall,
  ServiceError,
  thrownError,
  type Usage,
} from '@touchstone/core';
import { eventsOf } from './event-stream.ts';
import type { HeaderParts, RequestHeaders } from './request-headers.ts';

/** One request of an application: where, how, what, and what the row says in its headers. */
export type JsonRequest = { readonly method: string; readonly url: string; readonly body: Json } & HeaderParts;

/** What came back: a JSON document, the events of a stream, or a text. */
export type JsonAnswer = { readonly json?: Json; readonly events?: readonly Json[]; readonly text?: string };

export interface JsonServiceOptions {
  readonly url: string;
  readonly headers: RequestHeaders;
  readonly usageOf?: (answer: JsonAnswer) => Usage | undefined;
  /** Whether an event of a stream holds a piece of the output. Default: all do. */
  readonly isToken?: (event: Json) => boolean;
}

/** Its `ready` throws when a header names a variable that is not set. */
export type JsonService = Service<JsonRequest, JsonAnswer> & { readonly ready: () => void };

/** An HTTP application as a service: its identity is its address, its headers are never part of what is stored. */
export function jsonService(options: JsonServiceOptions): JsonService {
  const { url, headers } = options;
  const origin = new URL(url).origin;
  const account = `http|${origin}|${credentialFingerprint(headers.written)}`;
  const address = addressOf(url);
  return {
    id: address,
    identity: { http: address },
    scopes: async () => [account],
    ready: () => headers.check(),
    async send(request, io) {
      try {
        const answer = await receive(request, options, io);
        const usage = options.usageOf?.(answer);
        return { value: answer, ...(usage === undefined ? {} : { usage }) };
      } catch (error) {
        throw thrownError(origin, error);
      }
    },
  };
}

async function receive(
  { method, url, body, ...parts }: JsonRequest,
  { headers, isToken = () => true }: JsonServiceOptions,
  io: ServiceCall,
): Promise<JsonAnswer> {
  const sent = headers.fill(parts);
  const hasBody = method !== 'GET' && method !== 'HEAD';
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  if (hasBody && !sent.has('content-type')) sent.set('content-type', typeOf(body));
  if (!sent.has('accept')) sent.set('accept', 'application/json, text/event-stream;q=0.9, */*;q=0.5');
  const response = await io.fetch(url, { method, headers: sent, signal: io.signal, ...(hasBody ? { body: text } : {}) });
  const type = response.headers.get('content-type') ?? '';
  if (response.ok && type.includes('text/event-stream')) {
    return { events: await eventsOf(response, (event) => (isToken(event) ? io.firstToken() : undefined)) };
  }
  return answerOf(response, type);
}

/** A template that is a text may be JSON, or a text. */
function typeOf(body: Json): string {
  return typeof body !== 'string' || parsed(body) !== undefined ? 'application/json' : 'text/plain;charset=UTF-8';
}

async function answerOf(response: Response, type: string): Promise<JsonAnswer> {
  const { ok, status, headers, url } = response;
  const text = new TextDecoder('utf-8', { fatal: true }).decode(await response.arrayBuffer());
  const json = parsed(text);
  if (!ok) throw responseError({ provider: new URL(url).origin, status, headers, body: json ?? text });
  if (json !== undefined) return { json };
  // A page instead of an answer: a proxy, a login, a wrong path.
  if (type.includes('json') || /^\s*<(?:!doctype|html)/iu.test(text)) {
    throw new ServiceError('bad-response', `${new URL(url).origin} sent something that is no JSON`);
  }
  return { text };
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Keys travel in addresses too, behind the question mark. */
function addressOf(url: string): string {
  return url.replace(/[?#].*$/su, '');
}
