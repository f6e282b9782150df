import type { Answer, Json } from '../../contracts/index.ts';
import { canonicalJson } from '../../data/canonical-json.ts';
import { bodiesIn, withBodies, withoutLongBodies } from './long-bodies.ts';
import { keyOf, type RecordedCall } from './recorded-call.ts';

/** The first line of the file. A later version is refused, and not guessed at. */
export const HEADER = '{"touchstone":"cassette","version":1}';

/** A line as it stands in the file, and what it is found by. */
export interface CassetteLine {
  readonly key: string;
  readonly text: string;
}

/**
 * A call as a line. What is asked comes first, with sorted members, so that lines in the order of their texts are lines in the order of
 * services and requests, and equal recordings are equal files. The answer keeps its own order: it is handed over as it came.
 *
 * @param call without credentials
 * @param bodies gets what is too long for a line
 */
export function lineOf(call: RecordedCall, bodies: Map<string, string>): CassetteLine {
  const { service, identity, request, trial, repeat, latencyMs } = call;
  const { value, usage, servedBy, finish } = call.answer;
  const key = keyOf(call);
  const answer = JSON.stringify({ value: withoutLongBodies(value, bodies), usage, servedBy, finish });
  const members = [
    ['service', JSON.stringify(service)],
    ['request', canonicalJson(withoutLongBodies(request, bodies))],
    ['identity', canonicalJson(withoutLongBodies(identity, bodies))],
    ['trial', JSON.stringify(trial)],
    ['repeat', JSON.stringify(repeat)],
    ['key', JSON.stringify(key)],
    ['answer', answer],
    ['latencyMs', JSON.stringify(latencyMs)],
  ];
  return { key, text: `{${members.map(([name, text]) => `"${name}":${text}`).join()}}` };
}

/** A line as read, with references in the place of its bodies. */
export interface OutlinedCall extends RecordedCall {
  readonly key: string;
}

/** @returns what is wrong with it, in words, if it is no recorded call */
export function readLine(text: string): OutlinedCall | string {
  let line: unknown;
  try {
    line = JSON.parse(text);
  } catch {
    return 'is no JSON';
  }
  if (!isObject(line)) return 'is no object';
  const { key, service, identity, request, trial, repeat, answer, latencyMs } = line;
  if (typeof key !== 'string' || !/^[0-9a-f]{64}$/u.test(key)) return "has no 'key' of 64 hexadecimal digits";
  if (typeof service !== 'string') return "has no 'service'";
  if (!isCount(trial) || !isCount(repeat)) return "needs whole numbers as 'trial' and 'repeat'";
  if (!isAnswer(answer)) return "has no 'answer' with a 'value'";
  if (typeof latencyMs !== 'number' || latencyMs < 0) return "has no 'latencyMs'";
  if (identity === undefined || request === undefined) return "needs an 'identity' and a 'request'";
  return { key, service, identity, request, trial, repeat, answer, latencyMs };
}

/** The call with its bodies. @param read the JSON text of a body */
export function wholeCall(line: OutlinedCall, read: (hash: string) => string): RecordedCall {
  const { key: _, answer, ...call } = line;
  return {
    ...call,
    request: withBodies(call.request, read),
    identity: withBodies(call.identity, read),
    answer: { ...answer, value: withBodies(answer.value, read) },
  };
}

/** Hashes of the bodies that a line refers to. */
export function bodiesOf({ request, identity, answer }: OutlinedCall): readonly string[] {
  return [request, identity, answer.value].flatMap(bodiesIn);
}

function isObject(value: unknown): value is Readonly<Record<string, Json | undefined>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function isAnswer(value: unknown): value is Answer<Json> {
  return isObject(value) && value.value !== undefined;
}
