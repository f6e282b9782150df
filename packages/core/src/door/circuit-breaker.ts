import type { ServiceError } from '../contracts/service-error.ts';

/** Rows that fail in the same way, one after the other, before it is believed that all the others would as well. */
const SAME_FAILURES = 10;
/** A server that nobody has reached yet: this often, and then the address is wrong. */
const UNREACHED_ATTEMPTS = 4;

/** Answers that cannot be read: a gateway has such moments, and a server that is none of the kind has nothing else. */
const UNREADABLE_ATTEMPTS = 5;

/** Tells when going on is of no use. One for each evaluation. */
export class CircuitBreaker {
  readonly #services = new Map<string, Health>();

  /** The service has answered. */
  answered(service: string): void {
    const health = this.#of(service);
    health.answered = true;
    health.failures.clear();
    health.kind = undefined;
  }

  /** Whether an attempt that failed is worth another one. */
  mayRetry(service: string, error: ServiceError, attempts: number): boolean {
    if (error.code === 'network' && !this.#of(service).answered && attempts >= UNREACHED_ATTEMPTS) return false;
    return error.retryable && !(error.code === 'bad-response' && attempts >= UNREADABLE_ATTEMPTS);
  }

  /**
   * A call has failed for good.
   * @returns the sentence to stop the run with
   */
  failed(service: string, error: ServiceError, rowKey: string): string | undefined {
    const health = this.#of(service);
    if (error.hopeless) return error.message;
    if (error.code === 'network' && !health.answered) return `${error.message}: no call of ${service} has reached it`;
    // What a filter refuses is a matter of the row, and what may succeed later is no mistake of the request.
    if (error.code === 'content-filter' || (error.retryable && error.code !== 'bad-response')) return undefined;
    const kind = `${error.code} ${error.message.replace(/\d+/gu, '0')}`;
    if (health.kind !== kind) health.failures.clear();
    health.kind = kind;
    health.failures.add(rowKey);
    if (health.failures.size < SAME_FAILURES) return undefined;
    return `${SAME_FAILURES} rows in a row failed in the same way: ${error.message}`;
  }

  #of(service: string): Health {
    const known = this.#services.get(service);
    if (known !== undefined) return known;
    const health: Health = { answered: false, failures: new Set(), kind: undefined };
    this.#services.set(service, health);
    return health;
  }
}

interface Health {
  answered: boolean;
  /** Rows, since the last answer. */
  readonly failures: Set<string>;
  kind: string | undefined;
}
