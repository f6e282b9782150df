import { ServiceError, type ServiceErrorCode } from '../contracts/service-error.ts';
import { oneLine } from '../results/display-text.ts';
import { waitOfHeaders } from './wait-of-headers.ts';

/** An answer that is an error, as any provider may send it. */
export interface RefusedResponse {
  /** Whose answer it is, for people: `OpenAI`. */
  readonly provider: string;
  readonly status: number;
  readonly headers: Headers;
  /** The parsed body, or its text. */
  readonly body: unknown;
  /** What the adapter knows better than the status tells: a code that only this provider uses. */
  readonly code?: ServiceErrorCode;
}

/**
 * The error of an answer with a status of 400 and more: by the status, and by the words that all providers use for an empty account, an
 * unknown model and refused content. The message is the provider's own.
 */
export function responseError({ provider, status, headers, body, code }: RefusedResponse): ServiceError {
  const words = oneLine(wordsOf(body).slice(0, MOST_WORDS));
  const waitMs = waitOfHeaders(headers, Date.now());
  const message = `${provider} answered ${status}${words === '' ? '' : `: ${words}`}`;
  return new ServiceError(code ?? codeOf(status, body), message, {
    status,
    headers,
    ...(waitMs === undefined ? {} : { waitMs }),
  });
}

/** Far more than is shown. The door cuts it short when it has removed the keys: it would not find one that was cut in two. */
const MOST_WORDS = 65_536;
const BY_STATUS: Readonly<Record<number, ServiceErrorCode>> = {
  401: 'auth',
  402: 'quota',
  403: 'auth',
  407: 'auth',
  408: 'timeout',
  409: 'server',
  413: 'bad-request',
  425: 'overloaded',
  429: 'rate-limit',
  498: 'overloaded',
  503: 'overloaded',
  504: 'timeout',
  529: 'overloaded',
};

function codeOf(status: number, body: unknown): ServiceErrorCode {
  const said = identifiersOf(body);
  const has = (pattern: RegExp): boolean => said.some((one) => pattern.test(one));
  if (has(/insufficient_quota|billing|credit_balance|exceeded_current_quota/u)) return 'quota';
  if (has(/content_filter|content_policy|responsibleai|^invalid_prompt$/iu)) return 'content-filter';
  if (has(/^(model_not_found|deploymentnotfound|invalid_model|model_not_supported)$/iu)) return 'unknown-model';
  if (status === 404) return 'unknown-model';
  const known = BY_STATUS[status];
  if (known !== undefined) return known;
  return status >= 500 ? 'server' : 'bad-request';
}

/** Codes and types in the places where providers put them, for machines. */
function identifiersOf(body: unknown): readonly string[] {
  if (!isObject(body)) return [];
  const error = isObject(body.error) ? body.error : {};
  const inner = isObject(error.innererror) ? error.innererror : {};
  return [body.code, body.type, body.error_type, error.code, error.type, inner.code].filter((one) => typeof one === 'string');
}

function wordsOf(body: unknown): string {
  if (typeof body === 'string') return /^\s*</u.test(body) ? 'a web page' : body;
  if (!isObject(body)) return '';
  const { error } = body;
  for (const one of [isObject(error) ? error.message : undefined, error, body.message, body.detail, body.error_msg]) {
    if (typeof one === 'string' && one !== '') return one;
    if (Array.isArray(one)) return JSON.stringify(one);
  }
  return JSON.stringify(body);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
