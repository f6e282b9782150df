import { responseError, ServiceError, type ServiceErrorCode, thrownError } from '@touchstone/core';
import { APIError } from 'openai';

/** What the SDK threw, by kind and without the request that it holds. */
export function toServiceError(provider: string, thrown: unknown): ServiceError {
  if (!(thrown instanceof APIError)) return thrownError(provider, thrown);
  const { status, headers, error, message } = thrown;
  if (status === undefined) return isObject(error) ? reportedError(provider, error) : thrownError(provider, thrown);
  const body = isObject(error) ? { error } : message.replace(/^\d+ /u, '');
  const code = codeOf(status, thrown.code, message);
  return responseError({ provider, status, headers: headers ?? new Headers(), body, ...(code === undefined ? {} : { code }) });
}

/** An error that is told within an answer: by an event of a stream, or by a response that has failed. */
export function reportedError(provider: string, error: object): ServiceError {
  const { code, type, message }: { readonly code?: unknown; readonly type?: unknown; readonly message?: unknown } = error;
  const words = typeof message === 'string' && message !== '' ? message : 'the answer failed';
  const kind = [code, type].map((one) => (typeof one === 'string' ? REPORTED[one] : undefined)).find((one) => one !== undefined);
  return new ServiceError(kind ?? 'server', `${provider}: ${words}`);
}

/** Codes of failed responses, which say what a status would have said. */
const REPORTED: Readonly<Record<string, ServiceErrorCode>> = {
  rate_limit_exceeded: 'rate-limit',
  rate_limit_error: 'rate-limit',
  insufficient_quota: 'quota',
  overloaded_error: 'overloaded',
  invalid_prompt: 'content-filter',
  content_filter: 'content-filter',
  invalid_request_error: 'bad-request',
  invalid_image: 'bad-request',
  invalid_image_url: 'bad-request',
  invalid_image_format: 'bad-request',
  invalid_base64_image: 'bad-request',
  image_too_large: 'bad-request',
  image_file_not_found: 'bad-request',
  failed_to_download_image: 'bad-request',
};

/** What OpenAI says with a code or words of its own, under a status that says something else. */
function codeOf(status: number, code: string | null | undefined, message: string): ServiceErrorCode | undefined {
  if (code === 'invalid_prompt' && /flagged|policy/iu.test(message)) return 'content-filter';
  if (status === 403 && /request logprobs/iu.test(message)) return 'bad-request';
  return undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
