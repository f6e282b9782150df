import { oneLine, responseError, ServiceError, type ServiceErrorCode, thrownError, truncate } from '@touchstone/core';
import { type Fields, fieldsOf, textOf } from './fields.ts';
import { withoutKeys } from './hidden-keys.ts';
import type { Origin } from './origin.ts';

/** What a model threw, by kind, and without the request that the error holds. */
export function toServiceError({ provider, sending }: Origin, thrown: unknown): ServiceError {
  const error = answered(provider, thrown) ?? unanswered(provider, thrown);
  return sending === 'by itself' ? withoutKeys(error, provider) : error;
}

/** Errors with the status of an answer: the AI SDK's `APICallError`, and what the AI Gateway makes of it. */
function answered(provider: string, thrown: unknown): ServiceError | undefined {
  const { statusCode: status, responseHeaders, responseBody, isRetryable, message } = fieldsOf(thrown);
  if (typeof status !== 'number' || status < 400) return undefined;
  const words = textOf(responseBody);
  const body = words === undefined ? message : (parsed(words) ?? words);
  const error = responseError({ provider, status, headers: headersOf(responseHeaders), body });
  // A provider that says of a request of this kind that it may succeed knows something that the status does not tell.
  if (isRetryable !== true || error.code !== 'bad-request') return error;
  return new ServiceError(error.code, error.message, {
    status,
    retryable: true,
    ...(error.headers && { headers: error.headers }),
  });
}

function headersOf(headers: unknown): Headers {
  const texts = Object.entries(fieldsOf(headers)).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, value] as [string, string]] : [],
  );
  return new Headers(texts);
}

/** Errors of the AI SDK without a status, by the marks that they carry over copies and versions of its packages. */
const BY_NAME: readonly (readonly [string, ServiceErrorCode])[] = [
  ['AI_LoadAPIKeyError', 'auth'],
  ['AI_NoSuchModelError', 'unknown-model'],
  ['AI_UnsupportedFunctionalityError', 'bad-request'],
  ['AI_InvalidPromptError', 'bad-request'],
  ['AI_InvalidArgumentError', 'bad-request'],
  ['AI_TooManyEmbeddingValuesForCallError', 'bad-request'],
  ['AI_EmptyResponseBodyError', 'bad-response'],
  ['AI_InvalidResponseDataError', 'bad-response'],
  ['AI_NoContentGeneratedError', 'bad-response'],
  ['AI_JSONParseError', 'bad-response'],
  ['AI_TypeValidationError', 'bad-response'],
  // With a status below 400, or none: an answer that could not be read.
  ['AI_APICallError', 'bad-response'],
];

function unanswered(provider: string, thrown: unknown): ServiceError {
  const known = thrownError(provider, thrown);
  if (known.code !== 'exception') return known;
  const code = BY_NAME.find(([name]) => isMarked(thrown, name))?.[1];
  if (code !== undefined) {
    // JSON of another shape than the package expects: the next answer would have it as well.
    const misshapen = isMarked(fieldsOf(thrown).cause, 'AI_TypeValidationError');
    return new ServiceError(code, `${provider}: ${shortly(known.message)}`, misshapen ? { retryable: false } : {});
  }
  // What a stream says in its middle may be anything but an error.
  return thrown instanceof Error ? known : inStream(provider, fieldsOf(thrown), thrown);
}

function isMarked(thrown: unknown, name: string): boolean {
  return typeof thrown === 'object' && thrown !== null && Symbol.for(`vercel.ai.error.${name}`) in thrown;
}

function inStream(provider: string, fields: Fields, thrown: unknown): ServiceError {
  const error = 'error' in fields ? fieldsOf(fields.error) : fields;
  const words = textOf(error.message) ?? textOf(thrown) ?? 'the answer broke off with an error';
  const kinds = `${String(error.type)} ${String(error.code)}`;
  const code = /overloaded/u.test(kinds) ? 'overloaded' : /rate_limit/u.test(kinds) ? 'rate-limit' : 'server';
  return new ServiceError(code, `${provider}: ${shortly(words)}`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Some of the messages hold the whole answer. */
function shortly(text: string): string {
  return truncate(oneLine(text), 300);
}
