import {
  credentialFingerprint,
  type Json,
  responseError,
  type Service,
  type ServiceCall,
  thrownError,
  type Usage,
} from '@touchstone/core';
import { checkHeaders, filledHeaders, writtenHeaders } from './request-headers.ts';

/** One request of an application: where, how, and what. */
type JsonRequest = { readonly method: string; readonly url: string; readonly body: Json };

/** What came back: a JSON document, the events of a stream, or a text. */
export type JsonAnswer = { readonly json?: Json; readonly events?: readonly Json[]; readonly text?: string };

/** Its `ready` throws when a header names a variable that is not set. */
export type JsonService = Service<JsonRequest, JsonAnswer> & { readonly ready: () => void };

/** An HTTP application as a service: its identity is its address, its headers are never part of what is stored. */
export function jsonService(
  url: string,
  headers: Readonly<Record<string, string>>,
  usageOf: (answer: JsonAnswer) => Usage | undefined,
): JsonService {
  const origin = new URL(url).origin;
  const account = `http|${origin}|${credentialFingerprint(writtenHeaders(headers))}`;
  return {
    id: withoutQuery(url),
    identity: { http: withoutQuery(url) },
    scopes: async () => [account],
    ready: () => checkHeaders(headers),
    async send(request, io) {
      try {
        const answer = await receive(request, headers, io);
        const usage = usageOf(answer);
        return { value: answer, ...(usage === undefined ? {} : { usage }) };
      } catch (error) {
        throw thrownError(origin, error);
      }
    },
  };
}

async function receive(
  { method, url, body }: JsonRequest,
  headers: Readonly<Record<string, string>>,
  io: ServiceCall,
): Promise<JsonAnswer> {
  const sent = filledHeaders(headers);
  const hasBody = method !== 'GET' && method !== 'HEAD';
  if (hasBody && !sent.has('content-type')) sent.set('content-type', 'application/json');
  if (!sent.has('accept')) sent.set('accept', 'application/json, text/event-stream;q=0.9, */*;q=0.5');
  const response = await io.fetch(url, {
    method,
    headers: sent,
    signal: io.signal,
    ...(hasBody ? { body: typeof body === 'string' ? body : JSON.stringify(body) } : {}),
  });
  const type = response.headers.get('content-type') ?? '';
  if (response.ok && type.includes('text/event-stream')) return { events: await eventsOf(response, io) };
  const text = new TextDecoder('utf-8', { fatal: true }).decode(await response.arrayBuffer());
  const json = parsed(text);
  if (!response.ok)
    throw responseError({
      provider: new URL(url).origin,
      status: response.status,
      headers: response.headers,
      body: json ?? text,
    });
  if (json !== undefined) return { json };
  // A page instead of an answer: a proxy, a login, a wrong path.
  if (type.includes('json') || /^\s*<(?:!doctype|html)/iu.test(text)) throw new SyntaxError('no JSON');
  return { text };
}

/** Data of server-sent events, as JSON where it is JSON. */
async function eventsOf(response: Response, io: ServiceCall): Promise<readonly Json[]> {
  const events: Json[] = [];
  let rest = '';
  const take = (block: string): void => {
    const data = block
      .split('\n')
      .flatMap((line) => (line.startsWith('data:') ? [line.slice(5).replace(/^ /u, '')] : []))
      .join('\n');
    if (data === '' || data === '[DONE]') return;
    io.firstToken();
    events.push(parsed(data) ?? data);
  };
  const decoder = new TextDecoder('utf-8', { fatal: true });
  for await (const chunk of response.body ?? []) {
    rest = (rest + decoder.decode(chunk, { stream: true })).replaceAll('\r\n', '\n');
    const blocks = rest.split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) take(block);
  }
  take(rest);
  return events;
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Keys travel in addresses too. */
function withoutQuery(url: string): string {
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}
