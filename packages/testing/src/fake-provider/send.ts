import type { ServerResponse } from 'node:http';
import type { OpenCall } from './call-log.ts';
import type { Breakage, Verdict } from './exchange.ts';
import { bytesOf, oversized, repeated } from './oversized-body.ts';
import { pause } from './pause.ts';
import type { Incoming } from './wire/incoming.ts';
import type { StreamEvent, StreamReply } from './wire/reply.ts';

export interface Sending {
  readonly verdict: Extract<Verdict, { kind: 'answer' }>;
  readonly incoming: Incoming;
  readonly call: OpenCall;
  /** Pause between the events of a stream. */
  readonly tokenMs: number;
  /** Told before the connection is ended on purpose. */
  readonly onCut: () => void;
}

/** Writes an answer, or what a fault leaves of it. */
export async function send(res: ServerResponse, sending: Sending): Promise<void> {
  const { verdict, call } = sending;
  const { reply, headers, breakage } = verdict;
  if ('response' in reply) return sendResponse(res, reply.response, sending);
  call.tokens = reply.tokens;
  if ('events' in reply) return sendEvents(res, reply, sending);
  call.status = reply.status ?? 200;
  if ('body' in reply) {
    call.answer = typeof reply.body === 'string' ? reply.body : Buffer.from(reply.body).toString();
    return sendBody(res, { ...headers, ...reply.headers, 'content-type': reply.contentType }, reply.body, sending);
  }
  call.answer = reply.json;
  const typed = { ...headers, ...reply.headers, 'content-type': 'application/json' };
  if (breakage?.fault === 'oversized') return sendOversized(res, typed, reply.json, bytesOf(breakage), sending);
  const text = JSON.stringify(reply.json);
  return sendBody(res, typed, breakage === undefined ? text : broken(text, breakage), sending);
}

type Headers = Readonly<Record<string, string>>;

async function sendBody(
  res: ServerResponse,
  headers: Headers,
  body: string | Uint8Array,
  { call, verdict, onCut }: Sending,
): Promise<void> {
  const length = typeof body === 'string' ? Buffer.byteLength(body) : body.byteLength;
  res.writeHead(call.status ?? 200, { ...headers, 'content-length': length });
  const fault = verdict.breakage?.fault;
  if (fault !== 'truncated' && fault !== 'reset') {
    res.end(body);
    return;
  }
  await written(res, Buffer.from(body).subarray(0, Math.floor(length / 2)));
  cut(res, fault, onCut);
}

async function sendEvents(res: ServerResponse, reply: StreamReply, sending: Sending): Promise<void> {
  const { verdict, call, tokenMs, incoming } = sending;
  const fault = verdict.breakage?.fault;
  const cutOff = fault === 'truncated' || fault === 'reset' || fault === 'stream-error';
  const sent = reply.events.slice(0, cutOff ? Math.floor(reply.events.length / 2) : undefined);
  const events = fault === 'stream-error' ? [...sent, verdict.family.streamFailure(incoming, sent.length)] : sent;
  const lines = events.map((event) => eventLines(event, verdict.breakage));
  call.status = 200;
  call.answer = fault === 'oversized' ? undefined : events.map(({ data }) => data);
  res.writeHead(200, {
    ...verdict.headers,
    ...reply.headers,
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache',
  });
  if (tokenMs === 0 && verdict.breakage === undefined) {
    for (const line of lines) res.write(line);
    res.end();
    return;
  }
  for (const line of verdict.breakage?.fault === 'oversized' ? repeated(lines, bytesOf(verdict.breakage)) : lines) {
    if (tokenMs > 0 && line !== lines[0]) await pause(tokenMs);
    if (res.destroyed) return;
    await written(res, line);
  }
  if (fault === 'truncated' || fault === 'reset') cut(res, fault, sending.onCut);
  else res.end();
}

function eventLines({ event, data }: StreamEvent, breakage: Breakage | undefined): string | Uint8Array {
  const text = `${event === undefined ? '' : `event: ${event}\n`}data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`;
  return breakage === undefined ? text : broken(text, breakage);
}

/** The response of a script as it is, with the headers that every answer has. */
async function sendResponse(res: ServerResponse, response: Response, { verdict, call }: Sending): Promise<void> {
  call.status = response.status;
  res.writeHead(response.status, { ...verdict.headers, ...Object.fromEntries(response.headers) });
  const chunks: Uint8Array[] = [];
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    await written(res, chunk);
  }
  call.answer = Buffer.concat(chunks).toString();
  res.end();
}

async function sendOversized(
  res: ServerResponse,
  headers: Headers,
  json: unknown,
  bytes: number,
  { call }: Sending,
): Promise<void> {
  call.answer = undefined;
  res.writeHead(call.status ?? 200, headers);
  for (const chunk of oversized(json, bytes)) {
    if (res.destroyed) return;
    await written(res, chunk);
  }
  res.end();
}

function broken(text: string, breakage: Breakage): string | Uint8Array {
  if (breakage.fault === 'invalid-json') return text.replace(/[}\]]+(\s*)$/, ',$1');
  if (breakage.fault !== 'non-utf8') return text;
  // A lone continuation byte and an impossible one, within the first text.
  const bytes = Buffer.from(text);
  const at = bytes.indexOf('":"') + 3;
  return at < 3 ? bytes : Buffer.concat([bytes.subarray(0, at), Buffer.from([0x80, 0xff]), bytes.subarray(at)]);
}

function cut(res: ServerResponse, how: 'truncated' | 'reset', onCut: () => void): void {
  onCut();
  if (how === 'reset') res.socket?.resetAndDestroy();
  else res.socket?.destroySoon();
}

/** Resolves when the chunk has left for the system, or the client is gone. */
function written(res: ServerResponse, chunk: string | Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    if (res.destroyed) return resolve();
    res.once('close', resolve);
    res.write(chunk, () => {
      res.off('close', resolve);
      resolve();
    });
  });
}
