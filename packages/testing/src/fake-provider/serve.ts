import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Arrival } from './call-log.ts';
import { controlPage } from './control.ts';
import { exchange, providerFailure } from './exchange.ts';
import type { FakeRequest } from './fake-request.ts';
import type { ProviderState } from './provider-state.ts';
import { requestRandom } from './request-random.ts';
import { route } from './route.ts';
import { send } from './send.ts';
import type { Incoming } from './wire/incoming.ts';

/** Reads a request, has it judged, and does with the connection what the verdict says. */
export function serve(req: IncomingMessage, res: ServerResponse, state: ProviderState): void {
  const chunks: Buffer[] = [];
  const path = pathOf(req);
  const arrival = path.startsWith('/_fake/') ? undefined : state.log.begin();
  req.on('data', (chunk: Buffer) => chunks.push(chunk));
  req.on('end', () => {
    const text = (chunks.length === 1 ? chunks[0] : Buffer.concat(chunks))?.toString() ?? '';
    if (arrival === undefined) controlPage(req.method ?? '', path, text, res, state);
    else void answer(req, res, state, arrival, text);
  });
  // A client that leaves within its own request is not answered.
  req.on('error', () => res.destroy());
  req.on('close', () => {
    if (!req.complete && arrival !== undefined) state.log.abandon(arrival);
  });
}

async function answer(
  req: IncomingMessage,
  res: ServerResponse,
  state: ProviderState,
  arrival: Arrival,
  text: string,
): Promise<void> {
  const path = pathOf(req);
  const query = queryOf(req);
  const routed = route(path, query);
  const model = (body: unknown) => routed.endpoint?.model(body) ?? '';
  const incoming = incomingOf(req, { state, arrival, text, path, query, model, api: routed.family.api });
  const under = exchange(incoming, state, arrival, routed);
  const { call } = under;
  let cut = false;
  const end = () => under.end(cut ? 'cut' : res.writableFinished ? 'answered' : 'gone');
  if (res.closed) return end();
  res.once('close', end);
  const verdict = await under.verdict();
  if (res.destroyed || verdict.kind === 'hang') return;
  const onCut = () => {
    cut = true;
  };
  if (verdict.kind === 'reset') {
    onCut();
    req.socket.resetAndDestroy();
    return;
  }
  try {
    await send(res, { verdict, incoming, call, tokenMs: state.tokenMs, onCut });
  } catch (error) {
    // What a script gave cannot be sent: a test should see it, not hang.
    if (res.headersSent) return void res.destroy();
    call.status = 500;
    call.answer = providerFailure(error);
    res.writeHead(500, { 'content-type': 'application/json' });
    res.end(JSON.stringify(call.answer));
  }
}

interface Known {
  readonly state: ProviderState;
  readonly arrival: Arrival;
  readonly text: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly api: FakeRequest['api'];
  readonly model: (body: unknown) => string;
}

function incomingOf(req: IncomingMessage, { state, arrival, text, path, query, api, model }: Known): Incoming {
  const method = req.method ?? '';
  const random = requestRandom(state.seed, `${method} ${path}\n${text}`);
  const attempt = (state.attempts.get(random.key) ?? 0) + 1;
  state.attempts.set(random.key, attempt);
  const body = parsed(text);
  let drawn = 0;
  const request: FakeRequest = {
    number: arrival.number,
    attempt,
    api,
    model: model(body),
    method,
    path,
    query,
    headers: headersOf(req),
    body,
    random: () => random.at('script', drawn++, attempt),
  };
  return { request, headers: req.headers, text, random, arrivedAt: arrival.at };
}

function pathOf({ url = '/' }: IncomingMessage): string {
  const end = url.indexOf('?');
  return end < 0 ? url : url.slice(0, end);
}

const NO_QUERY = Object.freeze({});

function queryOf({ url = '/' }: IncomingMessage): Readonly<Record<string, string>> {
  const start = url.indexOf('?');
  return start < 0 ? NO_QUERY : Object.fromEntries(new URLSearchParams(url.slice(start + 1)));
}

function headersOf({ headers }: IncomingMessage): Readonly<Record<string, string>> {
  if (areTexts(headers)) return headers;
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]),
  );
}

/** Node makes a list of this one header only, which no client sends. */
function areTexts(headers: IncomingHttpHeaders): headers is Record<string, string> {
  return headers['set-cookie'] === undefined;
}

function parsed(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
