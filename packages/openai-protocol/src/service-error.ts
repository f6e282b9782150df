import { responseError, type ServiceError, thrownError } from '@touchstone/core';
import { APIError } from 'openai';

/** What the SDK threw, by kind and without the request that it holds. */
export function toServiceError(provider: string, thrown: unknown): ServiceError {
  if (!(thrown instanceof APIError) || thrown.status === undefined) return thrownError(provider, thrown);
  const { status, headers, error, message } = thrown;
  const body = typeof error === 'object' && error !== null ? { error } : message.replace(/^\d+ /u, '');
  return responseError({ provider, status, headers: headers ?? new Headers(), body });
}
