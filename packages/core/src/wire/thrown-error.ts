import { ServiceError, type ServiceErrorCode } from '../contracts/service-error.ts';
import { messageOf } from '../errors/touchstone-error.ts';

/**
 * The error of a call that threw instead of answering: what `fetch`, a timer or an SDK around them throws. Looks through the causes,
 * because `fetch` says only that it failed.
 *
 * @param provider whose server it was, for people
 */
export function thrownError(provider: string, thrown: unknown): ServiceError {
  for (const error of causesOf(thrown)) {
    if (ServiceError.isInstance(error)) return error;
    const code = codeIn(error);
    const [kind, words] = (code === undefined ? undefined : BY_CODE[code]) ?? certificateOf(code) ?? [];
    if (kind !== undefined) return new ServiceError(kind, `${provider}: ${words}${addressOf(error)}`);
    if (isNamed(error, 'TimeoutError')) return new ServiceError('timeout', `${provider} did not answer in time`);
  }
  const [outer] = causesOf(thrown);
  if (outer instanceof SyntaxError) return new ServiceError('bad-response', `${provider} sent something that is no JSON`);
  if (causesOf(thrown).some(isFetchFailure)) {
    return new ServiceError('network', `${provider}: ${messageOf(causesOf(thrown).at(-1))}`);
  }
  return new ServiceError('exception', messageOf(thrown));
}

/** Codes of Node and of its fetch. */
const BY_CODE: Readonly<Record<string, readonly [ServiceErrorCode, string]>> = {
  ECONNREFUSED: ['network', 'nobody answers'],
  ECONNRESET: ['network', 'the connection was cut'],
  EPIPE: ['network', 'the connection was cut'],
  ENOTFOUND: ['network', 'there is no such host'],
  EAI_AGAIN: ['network', 'the host could not be looked up'],
  ENETUNREACH: ['network', 'there is no way to the host'],
  EHOSTUNREACH: ['network', 'there is no way to the host'],
  ETIMEDOUT: ['timeout', 'no connection in time'],
  UND_ERR_CONNECT_TIMEOUT: ['timeout', 'no connection in time'],
  UND_ERR_HEADERS_TIMEOUT: ['timeout', 'no answer in time'],
  UND_ERR_BODY_TIMEOUT: ['timeout', 'the answer stopped in its middle'],
  UND_ERR_SOCKET: ['network', 'the connection was cut'],
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: ['network', 'the connection was cut in the middle of the answer'],
  ERR_ENCODING_INVALID_ENCODED_DATA: ['bad-response', 'the answer is no UTF-8'],
  ERR_INVALID_URL: ['bad-request', 'the address is no URL'],
};

function certificateOf(code: string | undefined): readonly [ServiceErrorCode, string] | undefined {
  if (code === undefined || !/CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS/u.test(code)) return undefined;
  return ['certificate', `the server's certificate is not accepted (${code})`];
}

function causesOf(thrown: unknown): readonly unknown[] {
  const causes: unknown[] = [];
  for (let error = thrown; error !== undefined && error !== null && causes.length < 8; ) {
    causes.push(error);
    // Several addresses of one host were tried.
    error = error instanceof AggregateError ? error.errors[0] : error instanceof Error ? error.cause : undefined;
  }
  return causes;
}

function isFetchFailure(error: unknown): boolean {
  return error instanceof TypeError && /fetch failed|terminated/iu.test(error.message);
}

function codeIn(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}

function addressOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  if ('hostname' in error && typeof error.hostname === 'string') return ` (${error.hostname})`;
  if ('address' in error && 'port' in error) return ` (${String(error.address)}:${String(error.port)})`;
  return '';
}
