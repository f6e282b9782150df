import { ServiceError } from '../contracts/service-error.ts';

/** An HTTP answer as the door keeps it. */
export type Received = {
  readonly status: number;
  readonly statusText: string;
  readonly headers: { readonly [name: string]: string };
  readonly body: string;
  readonly encoding: 'utf8' | 'base64';
  /** Something in it was secret, and is not in what was recorded. */
  readonly withheld?: true;
};

/** Answers with these are tried again by the door, and then handed over as they are. */
const PASSING: ReadonlySet<number> = new Set([408, 409, 425, 429, 500, 502, 503, 504, 529]);

/** An answer to a program's own request that is an error: the door deals with it, and the program gets it as it came. */
export class RefusedResponse extends ServiceError {
  readonly response: Received;
  /** What an application's own addresses refuse is no sign that all other calls would fail: a page may just not be there. */
  readonly api: 'known' | 'unknown';

  constructor(error: ServiceError, response: Received, api: 'known' | 'unknown') {
    const { status, waitMs, headers } = error;
    super(error.code, error.message, {
      ...(status === undefined ? {} : { status }),
      ...(waitMs === undefined ? {} : { waitMs }),
      ...(headers === undefined ? {} : { headers }),
      retryable: PASSING.has(response.status) && error.retryable,
    });
    this.response = response;
    this.api = api;
  }
}
