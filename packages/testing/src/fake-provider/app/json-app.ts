import type { Json } from '@touchstone/core';
import { bearer, openaiFamily } from '../openai/openai-family.ts';
import { scriptedAnswer } from '../scripted-answer.ts';
import type { Endpoint } from '../wire/endpoint.ts';
import type { Failure, Family } from '../wire/family.ts';
import type { JsonReply } from '../wire/reply.ts';

/** An application of one's own: any method, any path, any JSON. */
export const appFamily: Family = {
  api: 'app',
  needsCredential: false,
  credential: (headers) => (typeof headers['x-api-key'] === 'string' ? headers['x-api-key'] : bearer(headers)),
  failure: appFailure,
  streamFailure: () => ({ data: { error: 'The stream cannot go on.' } }),
  limitHeaders: openaiFamily.limitHeaders,
  headers: () => ({}),
};

const SAID: Readonly<Record<Failure['kind'], readonly [number, string]>> = {
  'no-credential': [401, 'Unauthorized'],
  'bad-credential': [401, 'Unauthorized'],
  limited: [429, 'Too many requests'],
  quota: [402, 'Payment required'],
  'server-error': [500, 'Internal server error'],
  overloaded: [503, 'Service unavailable'],
  'prompt-filtered': [400, 'The input was refused'],
  'unknown-path': [404, 'Not found'],
  'unknown-model': [404, 'Not found'],
  'wrong-method': [405, 'Method not allowed'],
  'content-type': [415, 'Unsupported media type'],
  'no-json': [400, 'Bad request'],
  problem: [400, 'Bad request'],
};

function appFailure(failure: Failure): JsonReply {
  const [status, error] = SAID[failure.kind];
  const shown = failure.kind === 'bad-credential' && failure.shown === 'whole' ? `${error}: ${failure.credential}` : error;
  return { status: failure.kind === 'server-error' ? failure.status : status, json: { error: shown } };
}

export const jsonApp: Endpoint = {
  family: appFamily,
  method: 'any',
  model: () => '',
  open: (incoming, state) => ({
    tokens: 0,
    async answer(instead) {
      if (instead === 'empty') return { json: {} };
      const { method, path, query, body } = incoming.request;
      const scripted = await scriptedAnswer('app', state.answers.app, incoming.request, isJson);
      return { json: scripted ?? { method, path, query, body: body ?? null } };
    },
  }),
};

function isJson(value: unknown): value is Json {
  return typeof value !== 'function' && typeof value !== 'symbol';
}
