import type { Answer, Clock, Json, Service } from '../contracts/index.ts';
import { ServiceError } from '../contracts/service-error.ts';
import { truncate } from '../results/display-text.ts';
import { thrownError } from '../wire/thrown-error.ts';
import { RefusedResponse } from './refused-response.ts';
import type { Secrets } from './secrets.ts';
import { type WireLog, type WireSetting, wireFetch } from './wire.ts';

export interface AttemptSetting extends WireSetting {
  readonly clock: Clock;
  readonly timeoutMs: number;
}

export interface Attempt<A> {
  readonly answer?: Answer<A>;
  readonly error?: ServiceError;
  readonly latencyMs: number;
  readonly firstTokenMs?: number;
  readonly headers?: Headers;
}

/**
 * Sends a request once. What goes wrong comes back as a {@link ServiceError} without secrets.
 * @throws the signal's reason when it aborts: then nobody wants to know
 */
export async function attempt<Q extends Json, A extends Json>(
  service: Service<Q, A>,
  request: Q,
  call: { readonly attempt: number; readonly signal: AbortSignal },
  setting: AttemptSetting,
): Promise<Attempt<A>> {
  const { clock, secrets, timeoutMs } = setting;
  const controller = new AbortController();
  const giveUp = (): void => controller.abort(call.signal.reason);
  call.signal.throwIfAborted();
  call.signal.addEventListener('abort', giveUp, { once: true });
  // Made when it is needed: an error takes the time to write down the stack, and nearly every call is in time.
  const late = (): ServiceError => new ServiceError('timeout', `${service.id} did not answer within ${timeoutMs / 1000} s`);
  const timer = setTimeout(() => controller.abort(late()), Math.min(timeoutMs, LONGEST_TIMER_MS));
  const log: WireLog = { headers: undefined, status: undefined, over: false, endTurns: [] };
  const started = clock.monotonic();
  let firstTokenMs: number | undefined;
  const seen = (): Pick<Attempt<A>, 'latencyMs' | 'headers' | 'firstTokenMs'> => ({
    latencyMs: clock.monotonic() - started,
    ...(firstTokenMs === undefined ? {} : { firstTokenMs }),
    ...(log.headers === undefined ? {} : { headers: log.headers }),
  });
  try {
    const sent = service.send(request, {
      signal: controller.signal,
      fetch: wireFetch(setting, log),
      attempt: call.attempt,
      firstToken: () => {
        firstTokenMs ??= clock.monotonic() - started;
      },
    });
    const answer = await settledInTime(sent, controller.signal);
    return { answer, ...seen() };
  } catch (error) {
    call.signal.throwIfAborted();
    const failure = controller.signal.aborted ? late() : thrownError(service.id, error);
    // A service with a fetch of its own may still say what headers came.
    const { headers } = failure;
    return { error: withoutSecrets(failure, secrets), ...(headers === undefined ? {} : { headers }), ...seen() };
  } finally {
    log.over = true;
    for (const endTurn of log.endTurns) endTurn();
    clearTimeout(timer);
    call.signal.removeEventListener('abort', giveUp);
  }
}

/** Of an error, as it is stored and shown. */
const LONGEST_MESSAGE = 600;

/** What timers can wait at most. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** An answer that was on its way when the signal came is paid for, and worth keeping. */
const GRACE_MS = 1_000;

/** The promise's own outcome, for a while also after the signal: an adapter that does not hear it must not hold up the run. */
function settledInTime<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    const abort = (): void => {
      timer = setTimeout(() => reject(signal.reason), GRACE_MS).unref();
    };
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
    });
  });
}

function withoutSecrets(error: ServiceError, secrets: Secrets): ServiceError {
  // In this order: of a key that was cut in two, nobody finds the rest.
  const message = truncate(secrets.redact(error.message), LONGEST_MESSAGE);
  if (message === error.message) return error;
  const { status, waitMs, headers, retryable } = error;
  const safe = new ServiceError(error.code, message, {
    retryable,
    ...(status === undefined ? {} : { status }),
    ...(waitMs === undefined ? {} : { waitMs }),
    ...(headers === undefined ? {} : { headers }),
  });
  return error instanceof RefusedResponse ? new RefusedResponse(safe, error.response, error.api) : safe;
}
