import { APIError } from '@anthropic-ai/sdk';
import { responseError, ServiceError, type ServiceErrorCode, thrownError } from '@touchstone/core';

/** What the SDK threw, by kind and without the request that it holds. */
export function toServiceError(thrown: unknown): ServiceError {
  if (!(thrown instanceof APIError)) return thrownError('Anthropic', thrown);
  const { status, headers, error, message } = thrown;
  const { type, words } = saidIn(error);
  if (status === undefined) {
    // Within a stream that had begun.
    if (type === undefined) return thrownError('Anthropic', thrown);
    return new ServiceError(REPORTED[type] ?? 'server', `Anthropic: ${words ?? type}`);
  }
  const code = codeOf(type, words ?? '');
  return responseError({
    provider: 'Anthropic',
    status,
    headers: headers ?? new Headers(),
    body: error ?? message,
    ...(code === undefined ? {} : { code }),
  });
}

/** Types of errors, which say what a status would have said. */
const REPORTED: Readonly<Record<string, ServiceErrorCode>> = {
  authentication_error: 'auth',
  permission_error: 'auth',
  billing_error: 'quota',
  rate_limit_error: 'rate-limit',
  overloaded_error: 'overloaded',
  timeout_error: 'timeout',
  invalid_request_error: 'bad-request',
};

/** An empty account and a filter are said in words only, under the type of any bad request. */
function codeOf(type: string | undefined, words: string): ServiceErrorCode | undefined {
  if (type !== 'invalid_request_error') return undefined;
  if (/credit balance is too low/iu.test(words)) return 'quota';
  if (/content filter/iu.test(words)) return 'content-filter';
  return undefined;
}

/** `{ type: 'error', error: { type, message } }` */
function saidIn(body: unknown): { readonly type?: string; readonly words?: string } {
  if (typeof body !== 'object' || body === null || !('error' in body)) return {};
  const { error } = body;
  if (typeof error !== 'object' || error === null) return {};
  return {
    ...('type' in error && typeof error.type === 'string' ? { type: error.type } : {}),
    ...('message' in error && typeof error.message === 'string' ? { words: error.message } : {}),
  };
}
