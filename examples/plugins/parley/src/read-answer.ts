import { type Answer, type FinishReason, type Generated, ServiceError } from '@touchstone/core';

const ENDS: Readonly<Record<string, FinishReason>> = { done: 'stop', limit: 'length', declined: 'refusal' };

/**
 * `{ "said": "…", "ended": "done", "meter": { "read": 12, "written": 5 }, "voice": "clara-7" }`. What the server does not say is left out,
 * and never 0.
 *
 * @throws ServiceError `bad-response`
 */
export function readAnswer(text: string, notes: readonly string[]): Answer<Generated> {
  const body: unknown = JSON.parse(text);
  if (!isRecord(body) || typeof body.said !== 'string') {
    throw new ServiceError('bad-response', 'Parley sent an answer without "said"');
  }
  const finish = typeof body.ended === 'string' ? ENDS[body.ended] : undefined;
  const meter = isRecord(body.meter) ? body.meter : {};
  const said: Generated = finish === 'refusal' ? { text: null, refusal: body.said } : { text: body.said };
  return {
    value: { ...said, ...(notes.length === 0 ? {} : { notes }) },
    usage: {
      ...(typeof meter.read === 'number' ? { inputTokens: meter.read } : {}),
      ...(typeof meter.written === 'number' ? { outputTokens: meter.written } : {}),
    },
    ...(typeof body.voice === 'string' ? { servedBy: body.voice } : {}),
    ...(finish === undefined ? {} : { finish }),
  };
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
