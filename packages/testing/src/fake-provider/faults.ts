import { suggestion, TouchstoneError } from '@touchstone/core';
import type { FakeRequest } from './fake-request.ts';
import type { RequestRandom } from './request-random.ts';

/** Something that goes wrong, in the words and with the status of the API that is asked. */
export type Fault =
  /** 429. With no `waitMs` it does not say how long; `headers` chooses where it says so (default `retry-after`, whole seconds). */
  | { readonly fault: 'rate-limit'; readonly waitMs?: number; readonly headers?: RetryHeaders }
  /** Credits are used up: 429 `insufficient_quota` of OpenAI, 402 or 400 elsewhere. Waiting does not help. */
  | { readonly fault: 'quota' }
  /** The key is refused, and the error text repeats it in full. */
  | { readonly fault: 'auth' }
  /** Default 500. */
  | { readonly fault: 'server-error'; readonly status?: 500 | 502 | 503 | 504 }
  /** 529 of Anthropic, 503 elsewhere. */
  | { readonly fault: 'overloaded' }
  /** Answers, but so many milliseconds later. */
  | { readonly fault: 'slow'; readonly ms: number }
  /** Never answers; the connection stays open until the client gives up or the provider is disposed. */
  | { readonly fault: 'hang' }
  /** A TCP reset before the answer, or after the first half of its body. */
  | { readonly fault: 'reset'; readonly at?: 'before' | 'within' }
  /** The connection is closed in an orderly way after half of the body. */
  | { readonly fault: 'truncated' }
  /** A stream that is told to fail in its middle by an error event; an answer in one piece is a `server-error`. */
  | { readonly fault: 'stream-error' }
  /** A web page, as gateways send it. Default 200. */
  | { readonly fault: 'html'; readonly status?: number }
  /** Status 200, content type JSON, and a body that is not. */
  | { readonly fault: 'invalid-json' }
  /** Valid JSON but for bytes that are no UTF-8 within its texts. */
  | { readonly fault: 'non-utf8' }
  // What follows are answers that are none; an API that has no such thing answers as ever.
  /** No choices, no results, no content. */
  | { readonly fault: 'empty' }
  /** The model declines to answer. */
  | { readonly fault: 'refusal' }
  /** The filter of the provider stops the question (an error) or the answer (a finish reason). Default `answer`. */
  | { readonly fault: 'content-filter'; readonly of?: 'prompt' | 'answer' }
  /** The answer is cut off by its token limit. */
  | { readonly fault: 'length' }
  /** A valid answer whose first text is filled up to so many bytes. Default 100 MB. */
  | { readonly fault: 'oversized'; readonly bytes?: number };

export type FaultName = Fault['fault'];

export type RetryHeaders = 'none' | 'retry-after' | 'retry-after-ms' | 'retry-after-date';

/** When a fault happens. All conditions that are given must hold; with none, it always happens. */
export type FaultRule = Fault & {
  /** In [0, 1]. Drawn from the seed, the request and its attempt: independent of the order of arrival, and a retry draws anew. */
  readonly probability?: number;
  /** Numbers of requests, from 1. */
  readonly on?: readonly number[];
  readonly when?: (request: FakeRequest) => boolean;
};

const NAMES: Readonly<Record<FaultName, true>> = {
  'rate-limit': true,
  quota: true,
  auth: true,
  'server-error': true,
  overloaded: true,
  slow: true,
  hang: true,
  reset: true,
  truncated: true,
  'stream-error': true,
  html: true,
  'invalid-json': true,
  'non-utf8': true,
  empty: true,
  refusal: true,
  'content-filter': true,
  length: true,
  oversized: true,
};

export function isFault(value: unknown): value is Fault {
  return typeof value === 'object' && value !== null && 'fault' in value && Object.hasOwn(NAMES, String(value.fault));
}

/** The first rule that applies to the request. */
export function chooseFault(rules: readonly FaultRule[], request: FakeRequest, random: RequestRandom): Fault | undefined {
  return rules.find(
    (rule, i) =>
      (rule.on === undefined || rule.on.includes(request.number)) &&
      (rule.when === undefined || rule.when(request)) &&
      (rule.probability === undefined || random.at('fault', request.attempt - 1, i) < rule.probability),
  );
}

/** @throws TouchstoneError `fault-unknown`, `fault-probability` */
export function checkFaults(rules: readonly FaultRule[]): void {
  for (const { fault, probability } of rules) {
    if (!Object.hasOwn(NAMES, fault)) {
      throw new TouchstoneError(
        'fault-unknown',
        `There is no fault '${fault}'.${suggestion(String(fault), Object.keys(NAMES), { list: 'There are' })}`,
      );
    }
    if (probability !== undefined && !(probability >= 0 && probability <= 1)) {
      throw new TouchstoneError('fault-probability', `The probability of '${fault}' must be in [0, 1], not ${probability}.`);
    }
  }
}
