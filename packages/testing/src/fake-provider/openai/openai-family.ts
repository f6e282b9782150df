import type { IncomingHttpHeaders } from 'node:http';
import type { Refused, Standing } from '../hidden-limits.ts';
import type { Failure, Family } from '../wire/family.ts';
import { type Incoming, idOf } from '../wire/incoming.ts';
import type { JsonReply, StreamEvent } from '../wire/reply.ts';
import { type OpenAIError, openaiWords } from './openai-words.ts';

export const openaiFamily: Family = {
  api: 'openai',
  needsCredential: true,
  credential: bearer,
  failure: openaiFailure,
  streamFailure: openaiStreamFailure,
  limitHeaders: openaiLimitHeaders,
  headers: (incoming) => ({
    'x-request-id': `req_${idOf(incoming, 32)}`,
    'openai-organization': 'org-fake',
    'openai-processing-ms': '1',
    'openai-version': '2020-10-01',
  }),
};

export function bearer({ authorization }: IncomingHttpHeaders): string | undefined {
  return /^Bearer\s+(\S.*)$/i.exec(authorization ?? '')?.[1];
}

export function openaiFailure(failure: Failure, incoming: Incoming): JsonReply {
  const { status, error } = statusAndError(failure, incoming);
  return { status, json: { error } };
}

function statusAndError(
  failure: Failure,
  { request, headers }: Incoming,
): { readonly status: number; readonly error: OpenAIError } {
  switch (failure.kind) {
    case 'no-credential':
      return {
        status: 401,
        error: invalid(
          "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY).",
        ),
      };
    case 'bad-credential': {
      const shown = failure.shown === 'whole' ? failure.credential : masked(failure.credential);
      return {
        status: 401,
        error: invalid(
          `Incorrect API key provided: ${shown}. You can find your API key at https://platform.openai.com/account/api-keys.`,
          'invalid_api_key',
        ),
      };
    }
    case 'limited':
      return { status: 429, error: limited(failure.refused, failure.standing, failure.tokens, request.model) };
    case 'quota':
      return {
        status: 429,
        error: {
          message: 'You exceeded your current quota, please check your plan and billing details.',
          type: 'insufficient_quota',
          param: null,
          code: 'insufficient_quota',
        },
      };
    case 'server-error':
      return { status: failure.status, error: serverError() };
    case 'overloaded':
      return {
        status: 503,
        error: {
          message: 'The server is currently overloaded with other requests. Sorry about that! You can retry your request.',
          type: 'server_error',
          param: null,
          code: null,
        },
      };
    case 'prompt-filtered':
      return {
        status: 400,
        error: invalid(
          'Invalid prompt: your prompt was flagged as potentially violating our usage policy. Please try again with a different prompt.',
          'invalid_prompt',
        ),
      };
    case 'unknown-path':
      return { status: 404, error: invalid(`Invalid URL (${request.method} ${request.path})`) };
    case 'wrong-method':
      return {
        status: 405,
        error: invalid(
          `Not allowed to ${request.method} on ${request.path}. (HINT: Perhaps you meant to make a POST request?)`,
          'method_not_supported',
        ),
      };
    case 'unknown-model':
      return {
        status: 404,
        error: invalid(`The model \`${request.model}\` does not exist or you do not have access to it.`, 'model_not_found'),
      };
    case 'content-type': {
      const type = headers['content-type'] ?? '';
      return {
        status: 415,
        error: invalid(
          `Unsupported content type: '${type}'. This API method only accepts 'application/json' requests, but you specified the header 'Content-Type: ${type}'.`,
          'unsupported_content_type',
        ),
      };
    }
    case 'no-json':
      return {
        status: 400,
        error: invalid(
          'We could not parse the JSON body of your request. The OpenAI API expects a JSON payload, but what was sent was not valid JSON.',
        ),
      };
    case 'problem':
      return {
        status: failure.problem.kind === 'rule' ? (failure.problem.status ?? 400) : 400,
        error: openaiWords(failure.problem),
      };
  }
}

function limited(refused: Refused, standing: Standing, tokens: number, model: string): OpenAIError {
  const message = limitedWords(refused, standing, tokens, `for ${model} in organization org-fake`);
  return { message, type: refused.by === 'tokens' ? 'tokens' : 'requests', param: null, code: 'rate_limit_exceeded' };
}

function limitedWords({ by, waitMs }: Refused, standing: Standing, tokens: number, whom: string): string {
  const meter = by === 'concurrency' ? undefined : standing[by];
  if (meter === undefined) return `Rate limit reached ${whom}. Please try again later.`;
  const perMinute = by === 'tokens' ? 'tokens per min (TPM)' : 'requests per min (RPM)';
  const unit = meter.perMs === 60_000 ? perMinute : `${by} per ${duration(meter.perMs)}`;
  const requested = by === 'tokens' ? tokens : 1;
  if (waitMs === Number.POSITIVE_INFINITY) {
    return `Request too large ${whom} on ${unit}: Limit ${meter.limit}, Requested ${requested}. The input or output tokens must be reduced in order to run successfully.`;
  }
  const wait = waitMs === undefined ? 'later' : `in ${duration(waitMs)}`;
  return `Rate limit reached ${whom} on ${unit}: Limit ${meter.limit}, Used ${meter.limit - meter.remaining}, Requested ${requested}. Please try again ${wait}.`;
}

/** Chats put the error where a chunk would be; responses have an event for it. */
function openaiStreamFailure({ request }: Incoming, sent: number): StreamEvent {
  const error = serverError();
  if (!request.path.endsWith('/responses')) return { data: { error } };
  const { message, param } = error;
  return { event: 'error', data: { type: 'error', code: 'server_error', message, param, sequence_number: sent } };
}

export function openaiLimitHeaders({ requests, tokens }: Standing): Readonly<Record<string, string>> {
  return {
    ...(requests && {
      'x-ratelimit-limit-requests': String(requests.limit),
      'x-ratelimit-remaining-requests': String(requests.remaining),
      'x-ratelimit-reset-requests': duration(requests.resetMs),
    }),
    ...(tokens && {
      'x-ratelimit-limit-tokens': String(tokens.limit),
      'x-ratelimit-remaining-tokens': String(tokens.remaining),
      'x-ratelimit-reset-tokens': duration(tokens.resetMs),
    }),
  };
}

/** `12ms`, `1.5s`, `6m0s`, `1h0m0s`: Go's notation, rounded up so that waiting so long is enough. */
function duration(ms: number): string {
  if (ms < 1000) return `${Math.ceil(ms)}ms`;
  const seconds = Math.ceil(ms) / 1000;
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), Math.round((seconds % 60) * 1000) / 1000];
  return h > 0 ? `${h}h${m}m${s}s` : m > 0 ? `${m}m${s}s` : `${s}s`;
}

function serverError(): OpenAIError {
  return {
    message: 'The server had an error while processing your request. Sorry about that!',
    type: 'server_error',
    param: null,
    code: null,
  };
}

function invalid(message: string, code: string | null = null): OpenAIError {
  return { message, type: 'invalid_request_error', param: null, code };
}

/** As OpenAI shows a key that it does not know: its ends, and stars. */
function masked(credential: string): string {
  return credential.length < 12
    ? '*'.repeat(credential.length)
    : `${credential.slice(0, 8)}${'*'.repeat(credential.length - 12)}${credential.slice(-4)}`;
}
