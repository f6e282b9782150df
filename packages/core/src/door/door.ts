import type {
  Answer,
  AskedAnswer,
  CallOutcome,
  CallRecord,
  CallStore,
  Clock,
  Governor,
  Json,
  LimitChange,
  Prices,
  SentCall,
  Service,
  Usage,
} from '../contracts/index.ts';
import { ServiceError } from '../contracts/service-error.ts';
import { messageOf } from '../errors/touchstone-error.ts';
import { type Attempt, attempt } from './attempt.ts';
import { backoff } from './backoff.ts';
import { type Budget, BudgetSpent, noBudget, openBudget, type Reservation } from './budget.ts';
import { callKey } from './call-key.ts';
import { CallNotSent } from './call-not-sent.ts';
import { CircuitBreaker } from './circuit-breaker.ts';
import { normalRequest } from './normal-request.ts';
import { RefusedResponse } from './refused-response.ts';
import { type Cassette, type CassetteSetting, openCassette } from './replay/open-cassette.ts';
import type { RecordedCall } from './replay/recorded-call.ts';
import { type Secrets, secrets } from './secrets.ts';
import { sentCall } from './sent-call.ts';
import { claimShared, type SharedClaim, type SharingSetting } from './shared-answers.ts';
import { type SpanRecorder, spanRecorder } from './spans.ts';
import { turns } from './turns.ts';

/** The door as the work of one evaluation reaches it. */
export interface RunDoor {
  ask<Q extends Json, A extends Json>(service: Service<Q, A>, request: Q, call: CallTag): Promise<AskedAnswer<A>>;
  readonly secrets: Secrets;
  /** What the call log does not tell: how often it or a cassette had the answer, and attempts of calls that failed for good. */
  readonly counts: { readonly cachedCalls: number; readonly failedCalls: number; readonly failedAttempts: number };
  readonly limitHistory: () => readonly LimitChange[];
  /** To be closed when nothing is asked any more. */
  readonly cassette: Cassette | undefined;
}

export interface DoorSetting {
  readonly calls: Omit<CallStore, 'entries' | 'find'>;
  readonly governor: Governor;
  readonly prices: Prices | undefined;
  readonly clock: Clock;
  readonly fetch: typeof globalThis.fetch;
  /** The evaluation of the run, from 1. */
  readonly evaluation: number;
  /** Of one attempt. */
  readonly timeoutMs: number;
  /** Attempts of one call, at most; answers that only ask to wait do not count. */
  readonly attempts: number;
  readonly maxUsd: number | undefined;
  /** What is known to be secret before it is sent. */
  readonly credentials?: readonly string[];
  readonly cassette?: CassetteSetting;
  /** Absent: answers are of this run alone. */
  readonly sharing?: SharingSetting;
  /** Told once, when going on is of no use: what is in flight may be finished, and nothing more is sent. */
  readonly onStop: (reason: string) => void;
}

interface CallTag {
  readonly trial: number;
  readonly repeat: number;
  readonly signal: AbortSignal;
  readonly rowKey: string;
  /** Who asks: `model`, or the metric's name. */
  readonly purpose: string;
}

/** Ends of an attempt after which the provider may have worked, and asks to be paid. */
const UNSURE: ReadonlySet<string> = new Set(['timeout', 'network', 'bad-response', 'too-large']);
/** More than anything a model says. */
const MOST_BYTES = 64 * 2 ** 20;
/** Answers that ask to wait are followed for so long, counted from the first one. */
const LONGEST_WAIT_MS = 15 * 60_000;

/** What stands under the key of a call. */
interface Recorded<A> {
  readonly answer: Answer<A>;
  readonly latencyMs: number;
}

/**
 * Replay → call log → cache → budget → governor → attempt → retry → record, for every call. Answers are durable before they are handed
 * over, and equal questions in flight are asked once: by this run because of the call log's claim, by all runs because of the cache's.
 */
export async function openDoor(setting: DoorSetting): Promise<RunDoor> {
  const { calls, clock } = setting;
  const budget = setting.maxUsd === undefined ? noBudget : await openBudget(calls, setting.maxUsd);
  const counts = { cachedCalls: 0, failedCalls: 0, failedAttempts: 0 };
  const known = secrets();
  for (const credential of setting.credentials ?? []) known.learn(credential);
  const state: DoorState = {
    setting,
    budget,
    breaker: new CircuitBreaker(),
    attempt: {
      clock,
      secrets: known,
      fetch: setting.fetch,
      timeoutMs: setting.timeoutMs,
      mostBytes: MOST_BYTES,
      turns: turns(),
    },
    spans: await spanRecorder(),
    stopped: undefined,
  };
  // The last thing to be opened: whoever has the door closes it.
  const cassette = setting.cassette === undefined ? undefined : openCassette(setting.cassette, known.keys);

  return {
    counts,
    secrets: known,
    limitHistory: () => setting.governor.history?.() ?? [],
    cassette,
    async ask<Q extends Json, A extends Json>(service: Service<Q, A>, given: Q, call: CallTag): Promise<AskedAnswer<A>> {
      const request = normalRequest(service, given);
      const callId = callKey(service, request, call.trial, call.repeat);
      if (cassette === undefined) return askOnce(service, request, call, callId);
      const { trial, repeat } = call;
      const asked = { service: service.id, identity: service.identity, request, trial, repeat };
      const recorded = cassette.answer(asked);
      if (recorded !== undefined) {
        counts.cachedCalls++;
        return { ...answerOf<A>(recorded), callId, cached: true, latencyMs: recorded.latencyMs };
      }
      // What the call log has from an earlier part of the run belongs in the cassette as well.
      const { callId: _, cached, latencyMs, ...answer } = await askOnce(service, request, call, callId);
      const kept = cassette.record({ ...asked, answer, latencyMs });
      return { ...answerOf<A>(kept), callId, cached, latencyMs: kept.latencyMs };
    },
  };

  /** All that comes after the replay. */
  async function askOnce<Q extends Json, A extends Json>(
    service: Service<Q, A>,
    request: Q,
    call: CallTag,
    callId: string,
  ): Promise<AskedAnswer<A>> {
    const claim = await calls.claim(callId, call.signal);
    if (claim.hit !== undefined) {
      counts.cachedCalls++;
      await calls.share(callId, call.rowKey);
      return handedOver(claim.hit, callId);
    }
    let shared: SharedClaim | undefined;
    try {
      shared = await claimShared(service, callId, call.signal, setting.sharing);
      if (shared.hit !== undefined) {
        const known = handedOver<A>(shared.hit, callId);
        await claim.settle(shared.hit, { ...fromCache(service, call, known.latencyMs), sent: asked(service, request, call) });
        return known;
      }
      const sent = await send(service, request, call, state);
      // Handed over as it was recorded: whoever asks again, or after a resume, gets the same.
      const text = JSON.stringify(sent.answer);
      const recorded: Answer<A> = JSON.parse(text);
      const { latencyMs, firstTokenMs } = sent;
      const usage = sent.answer.usage ?? {};
      const price = priceOf(service, usage, setting.prices);
      const usd = price === undefined ? undefined : price + sent.lost;
      const { reservation } = sent;
      const kept: Json = { answer: JSON.parse(text), latencyMs };
      const settled = claim.settle(kept, {
        evaluation: setting.evaluation,
        service: service.id,
        purpose: call.purpose,
        attempts: sent.attempts,
        usage,
        ...(usd === undefined ? {} : { usd }),
        latencyMs,
        waitMs: sent.waitMs,
        ...(firstTokenMs === undefined ? {} : { firstTokenMs }),
        ...(reservation === undefined || usd === undefined ? {} : { reservation: reservation.id }),
        sent: asked(service, request, call),
      });
      // At the same time, so that a store can write both down together.
      await Promise.all([settled, shared.keep(recorded, kept)]);
      if (usd !== undefined) reservation?.settled(usd);
      // It did not say what it used, e.g. a stream without usage: within a cap it has cost what was reserved for it.
      else await reservation?.spent(sent.most + sent.lost);
      return { ...recorded, callId, cached: false, latencyMs };
    } catch (error) {
      if (ServiceError.isInstance(error)) {
        counts.failedCalls++;
        counts.failedAttempts += attemptsOf.get(error) ?? 1;
      }
      // Whatever went wrong, others may be waiting for these claims. After `settle` and `keep` this does nothing.
      if (shared?.hit === undefined) await shared?.release();
      await claim.release();
      throw error;
    }
  }

  /** As it may be written down, once it was sent and its credentials are known. */
  function asked({ identity }: Pick<Service, 'identity'>, request: Json, { rowKey, trial, repeat }: CallTag): SentCall {
    return sentCall({ row: rowKey, trial, repeat, identity, request }, known.keys());
  }

  /** Nothing was sent, so nothing was used: what the answer has cost stands in the run that paid for it. */
  function fromCache(service: Pick<Service, 'id'>, { purpose }: CallTag, latencyMs: number): CallRecord {
    const { evaluation } = setting;
    return { evaluation, service: service.id, purpose, attempts: 0, usage: {}, usd: 0, latencyMs, waitMs: 0 };
  }
}

/** What stands under the key of a call was written above, for this service and request: its shape is the service's own. */
function handedOver<A extends Json>(hit: Json, callId: string): AskedAnswer<A> {
  const { answer, latencyMs } = hit as unknown as Recorded<A>;
  return { ...answer, callId, cached: true, latencyMs };
}

/** What stands under the key of a call was recorded for this service and request: its shape is the service's own. */
function answerOf<A extends Json>({ answer }: RecordedCall): Answer<A> {
  return answer as Answer<A>;
}

interface DoorState {
  readonly setting: DoorSetting;
  readonly budget: Budget;
  readonly breaker: CircuitBreaker;
  readonly attempt: Parameters<typeof attempt>[3];
  readonly spans: SpanRecorder;
  /** Why nothing is sent any more. */
  stopped: string | undefined;
}

interface Sent<A> {
  readonly answer: Answer<A>;
  readonly latencyMs: number;
  readonly firstTokenMs?: number;
  readonly attempts: number;
  readonly waitMs: number;
  /** Money that earlier attempts may have cost. */
  readonly lost: number;
  /** Money that one attempt may cost at most, as far as it is known. */
  readonly most: number;
  readonly reservation: Reservation | undefined;
}

/** How often a call was tried that has failed for good; the error is the one that the caller gets. */
const attemptsOf = new WeakMap<ServiceError, number>();

async function send<Q extends Json, A extends Json>(
  service: Service<Q, A>,
  request: Q,
  call: CallTag,
  state: DoorState,
): Promise<Sent<A>> {
  const { setting, breaker } = state;
  const { clock } = setting;
  checkGoing(state);
  checkReady(service, state);
  const need = service.estimate?.(request) ?? {};
  const most = priceOf(service, need, setting.prices) ?? 0;
  const arrived = clock.monotonic();
  const scopes = await service.scopes();
  const reservation = await admit(most, call.signal, state);
  const span = state.spans.start(service, request);
  let lost = 0;
  let failures = 0;
  let limitedSince: number | undefined;
  try {
    for (let attempts = 1; ; attempts++) {
      const admission = await setting.governor.enter(scopes, need, call.signal);
      let tried: Attempt<A>;
      try {
        checkGoing(state);
        tried = await attempt(service, request, { attempt: attempts, signal: call.signal }, state.attempt);
      } catch (error) {
        admission.done({ kind: 'error' });
        throw error;
      }
      admission.done(outcomeOf(tried));
      const { answer, error } = tried;
      if (answer !== undefined) {
        breaker.answered(service.id);
        const waitMs = clock.monotonic() - arrived - tried.latencyMs;
        span.answered(answer, tried);
        return {
          answer,
          latencyMs: tried.latencyMs,
          ...(tried.firstTokenMs === undefined ? {} : { firstTokenMs: tried.firstTokenMs }),
          attempts,
          waitMs,
          lost,
          most,
          reservation,
        };
      }
      if (error === undefined) throw new Error('an attempt ends with an answer or an error');
      // Nobody knows what the provider has done before the connection broke.
      if (error.status === undefined && UNSURE.has(error.code)) lost += most;
      const limited = error.code === 'rate-limit' || error.code === 'overloaded';
      limitedSince = limited ? (limitedSince ?? clock.monotonic()) : undefined;
      if (!limited) failures++;
      const pause = backoff(attempts, error.waitMs, Math.random());
      const patience = limitedSince === undefined ? 0 : clock.monotonic() - limitedSince + pause;
      if (!breaker.mayRetry(service.id, error, attempts) || failures >= setting.attempts || patience > LONGEST_WAIT_MS) {
        attemptsOf.set(error, attempts);
        throw error;
      }
      await clock.sleep(pause, call.signal);
    }
  } catch (error) {
    await reservation?.spent(lost);
    span.failed(error);
    if (ServiceError.isInstance(error)) giveUp(service, error, call, state);
    throw error;
  }
}

function checkGoing(state: DoorState): void {
  if (state.stopped !== undefined) throw new CallNotSent(state.stopped);
}

/** What was not asked before the first row, because all might have been recorded, or because nobody knew of the service. */
function checkReady<Q extends Json, A extends Json>(service: Service<Q, A>, state: DoorState): void {
  try {
    service.ready?.();
  } catch (error) {
    stop(state, messageOf(error));
    throw new CallNotSent(messageOf(error));
  }
}

async function admit(most: number, signal: AbortSignal, state: DoorState): Promise<Reservation | undefined> {
  try {
    return await state.budget.admit(most, signal);
  } catch (error) {
    if (!(error instanceof BudgetSpent)) throw error;
    stop(state, messageOf(error));
    throw new CallNotSent(error.message);
  }
}

/** A call has failed for good: perhaps every other one would as well. */
function giveUp<Q extends Json, A extends Json>(
  service: Service<Q, A>,
  error: ServiceError,
  call: CallTag,
  state: DoorState,
): void {
  if (error instanceof RefusedResponse && error.api === 'unknown') return;
  const reason = state.breaker.failed(service.id, error, call.rowKey);
  if (reason === undefined) return;
  stop(state, reason);
  // Not this row's fault: with the mistake corrected, a resume asks for it again.
  throw new CallNotSent(reason, { cause: error });
}

function stop(state: DoorState, reason: string): void {
  if (state.stopped !== undefined) return;
  state.stopped = reason;
  state.setting.onStop(reason);
}

function outcomeOf({ answer, error, headers }: Attempt<unknown>): CallOutcome {
  const more = headers === undefined ? {} : { headers };
  if (answer !== undefined) return { kind: 'ok', ...(answer.usage === undefined ? {} : { usage: answer.usage }), ...more };
  const wait = error?.waitMs === undefined ? {} : { waitMs: error.waitMs };
  if (error?.code === 'rate-limit') return { kind: 'limited', ...wait, ...more };
  const overloaded = error?.code === 'overloaded' || error?.code === 'server';
  return { kind: overloaded ? 'overloaded' : 'error', ...wait, ...more };
}

/** `undefined`: not known. */
function priceOf<Q extends Json, A extends Json>(
  service: Service<Q, A>,
  usage: Usage,
  prices: Prices | undefined,
): number | undefined {
  return usage.usd ?? prices?.usd(service.id, usage);
}
