import { TouchstoneError } from '../errors/touchstone-error.ts';

/**
 * What can go wrong with a call, over all providers. The code of {@link ServiceError} and of the failed row.
 *
 * | Code | | Tried again |
 * |---|---|---|
 * | `auth` | the key is missing, wrong, or may not do this | no, and the run stops |
 * | `quota` | the account has no money left | no, and the run stops |
 * | `unknown-model` | the provider has no such model or deployment | no, and the run stops |
 * | `rate-limit` | too much in too little time | yes, after the provider's wait |
 * | `overloaded` | the provider is at its limits (503, 529) | yes |
 * | `server` | any other 5xx | yes |
 * | `timeout` | no answer in time | yes |
 * | `network` | no connection, or it broke | yes |
 * | `bad-response` | something that is no answer: HTML, half a body, no JSON | yes |
 * | `too-large` | the answer is larger than is read | no |
 * | `bad-request` | the provider refuses this request | no |
 * | `content-filter` | the provider will not work on this content | no |
 * | `certificate` | the server cannot prove who it is | no, and the run stops |
 * | `exception` | the adapter itself threw something | no |
 */
export type ServiceErrorCode =
  | 'auth'
  | 'quota'
  | 'unknown-model'
  | 'rate-limit'
  | 'overloaded'
  | 'server'
  | 'timeout'
  | 'network'
  | 'bad-response'
  | 'too-large'
  | 'bad-request'
  | 'content-filter'
  | 'certificate'
  | 'exception';

export interface ServiceErrorOptions {
  /** HTTP status, when there was an answer. */
  readonly status?: number;
  /** How long the provider asks to wait before the next attempt. */
  readonly waitMs?: number;
  readonly headers?: Headers;
  /** Where it is another than the code's own. */
  readonly retryable?: boolean;
}

const RETRIED: ReadonlySet<ServiceErrorCode> = new Set([
  'rate-limit',
  'overloaded',
  'server',
  'timeout',
  'network',
  'bad-response',
]);
const HOPELESS: ReadonlySet<ServiceErrorCode> = new Set(['auth', 'quota', 'unknown-model', 'certificate']);
const MARK = Symbol.for('touchstone.service-error');

/**
 * What a service throws: one small set of codes over all providers, with the provider's own words in the message.
 *
 * @example throw new ServiceError('rate-limit', 'OpenAI: Rate limit reached for gpt-5-mini', { status: 429, waitMs: 1200 });
 */
export class ServiceError extends TouchstoneError {
  declare readonly code: ServiceErrorCode;
  readonly status: number | undefined;
  readonly waitMs: number | undefined;
  readonly headers: Headers | undefined;
  /** Whether the same request may succeed when it is sent again. */
  readonly retryable: boolean;
  /** Whether every other request would fail in the same way. */
  readonly hopeless: boolean;

  constructor(code: ServiceErrorCode, message: string, options: ServiceErrorOptions = {}) {
    // No cause: what an SDK throws holds the request, and that the key.
    super(code, message, { kind: 'run' });
    this.status = options.status;
    this.waitMs = options.waitMs;
    this.headers = options.headers;
    this.retryable = options.retryable ?? RETRIED.has(code);
    this.hopeless = HOPELESS.has(code);
    Object.defineProperty(this, MARK, { value: true });
  }

  /** Like `instanceof`, and true as well for an error of another copy of core in the same process. */
  static override isInstance(error: unknown): error is ServiceError {
    return typeof error === 'object' && error !== null && MARK in error;
  }
}
