import { ServiceError } from '@touchstone/core';

const CREDENTIAL_NAME = /(?:key|token|secret|password)s?$/iu;
/** What is shorter stands in any text. */
const LEAST_LENGTH = 8;

/**
 * The error of a model that sends by itself, whose key nobody here has seen. Who refuses a key likes to repeat it, so of those answers
 * only the status is kept; out of others is taken what stands in the environment under the name of a credential.
 */
export function withoutKeys(error: ServiceError, provider: string): ServiceError {
  const { status, code, retryable, waitMs, headers } = error;
  const refused = status === 401 || status === 403 || status === 407;
  const message = refused
    ? `${provider} answered ${status}: the key is missing, wrong, or may not do this`
    : redacted(error.message);
  return new ServiceError(code, message, {
    retryable,
    ...(status === undefined ? {} : { status }),
    ...(waitMs === undefined ? {} : { waitMs }),
    ...(headers === undefined ? {} : { headers }),
  });
}

function redacted(text: string): string {
  let safe = text;
  for (const [name, value = ''] of Object.entries(process.env)) {
    if (value.length >= LEAST_LENGTH && CREDENTIAL_NAME.test(name)) safe = safe.replaceAll(value, '[secret]');
  }
  return safe;
}
