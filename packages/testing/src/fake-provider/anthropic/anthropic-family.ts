import type { IncomingHttpHeaders } from 'node:http';
import type { Refused, Standing } from '../hidden-limits.ts';
import { bearer } from '../openai/openai-family.ts';
import type { Failure, Family } from '../wire/family.ts';
import { type Incoming, idOf } from '../wire/incoming.ts';
import type { JsonReply } from '../wire/reply.ts';
import { anthropicWords } from './anthropic-words.ts';

export const anthropicFamily: Family = {
  api: 'anthropic',
  needsCredential: true,
  credential: anthropicCredential,
  failure: anthropicFailure,
  streamFailure: (incoming) => ({ event: 'error', data: errorBody('overloaded_error', 'Overloaded', incoming) }),
  limitHeaders: ({ requests, tokens }: Standing) => ({
    ...(requests && {
      'anthropic-ratelimit-requests-limit': String(requests.limit),
      'anthropic-ratelimit-requests-remaining': String(requests.remaining),
      'anthropic-ratelimit-requests-reset': timeOf(requests.resetMs),
    }),
    ...(tokens && {
      'anthropic-ratelimit-tokens-limit': String(tokens.limit),
      'anthropic-ratelimit-tokens-remaining': String(tokens.remaining),
      'anthropic-ratelimit-tokens-reset': timeOf(tokens.resetMs),
    }),
  }),
  headers: (incoming) => ({ 'request-id': requestId(incoming), 'anthropic-organization-id': 'fake-organization' }),
};

/** With both headers, the older one counts. */
function anthropicCredential(headers: IncomingHttpHeaders): string | undefined {
  const key = headers['x-api-key'];
  return typeof key === 'string' && key !== '' ? key : bearer(headers);
}

function anthropicFailure(failure: Failure, incoming: Incoming): JsonReply {
  const { status, type, message } = statusAndError(failure, incoming);
  return { status, json: errorBody(type, message, incoming) };
}

interface Said {
  readonly status: number;
  readonly type: string;
  readonly message: string;
}

function statusAndError(failure: Failure, { request }: Incoming): Said {
  switch (failure.kind) {
    case 'no-credential':
      return { status: 401, type: 'authentication_error', message: 'x-api-key header is required' };
    case 'bad-credential': {
      const shown = failure.shown === 'whole' ? `: ${failure.credential}` : '';
      return { status: 401, type: 'authentication_error', message: `invalid x-api-key${shown}` };
    }
    case 'limited':
      return { status: 429, type: 'rate_limit_error', message: limited(failure.refused) };
    case 'quota':
      return {
        status: 400,
        type: 'invalid_request_error',
        message:
          'Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits.',
      };
    case 'server-error':
      return failure.status === 504
        ? { status: 504, type: 'timeout_error', message: 'Request timed out' }
        : { status: failure.status, type: 'api_error', message: 'Internal server error' };
    case 'overloaded':
      return { status: 529, type: 'overloaded_error', message: 'Overloaded' };
    case 'prompt-filtered':
      return { status: 400, type: 'invalid_request_error', message: 'Output blocked by content filtering policy' };
    case 'unknown-path':
      return { status: 404, type: 'not_found_error', message: 'Not Found' };
    case 'wrong-method':
      return { status: 405, type: 'invalid_request_error', message: 'Method Not Allowed' };
    case 'unknown-model':
      return { status: 404, type: 'not_found_error', message: `model: ${request.model}` };
    case 'content-type':
    case 'no-json':
      return { status: 400, type: 'invalid_request_error', message: 'The request body is not valid JSON' };
    case 'problem':
      return { status: 400, type: 'invalid_request_error', message: anthropicWords(failure.problem) };
  }
}

function limited({ by, rate }: Refused): string {
  if (rate === undefined || by === 'concurrency') {
    return "This request would exceed your account's rate limit. Please try again later.";
  }
  const per = rate.perMs === 60_000 ? 'minute' : `${rate.perMs / 1000} s`;
  return `This request would exceed the rate limit for your organization (fake-organization) of ${rate.limit} ${by} per ${per}. Please reduce the prompt length or the maximum tokens requested, or try again later.`;
}

function errorBody(type: string, message: string, incoming: Incoming) {
  return { type: 'error', error: { type, message }, request_id: requestId(incoming) };
}

function requestId(incoming: Incoming): string {
  return `req_${idOf(incoming, 24)}`;
}

function timeOf(msFromNow: number): string {
  return new Date(Math.ceil((Date.now() + msFromNow) / 1000) * 1000).toISOString().replace('.000Z', 'Z');
}
