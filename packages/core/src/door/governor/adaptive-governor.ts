import type { Admission, CallOutcome, Clock, Governor, LimitChange, PlannedAccount, Usage } from '../../contracts/index.ts';
import { LearnedLimits, type LearningCall } from './learned-limits.ts';
import { limitHeaders } from './limit-headers.ts';
import { type Sent, SetLimits } from './set-limits.ts';
import { ToldBucket } from './told-limits.ts';

/** The history keeps the newest of so many changes. */
const MOST_CHANGES = 200;

/**
 * Lets calls through as the user has set, as the provider tells, and as refusals teach. What is set is set for the account; what is
 * told and learned is of the account and model, the narrowest scope of a call.
 *
 * @param accounts by provider, the part of an account's name before the first `|`
 */
export function adaptiveGovernor(accounts: Readonly<Record<string, PlannedAccount>>, clock: Clock): Governor {
  const known = new Map<string, Account>();
  const changes: LimitChange[] = [];
  const note = (change: Omit<LimitChange, 'at'>): void => {
    changes.push({ at: clock.now(), ...change });
    if (changes.length > MOST_CHANGES) changes.shift();
  };
  const accountOf = (name: string): Account => {
    const account = known.get(name) ?? new Account(accounts[name.split('|')[0] ?? ''] ?? {}, clock, note);
    known.set(name, account);
    return account;
  };
  return {
    enter: async (scopes, need, signal) => accountOf(scopes[0] ?? '').enter(scopes.at(-1) ?? '', need, signal),
    history: () => [...changes],
  };
}

class Account {
  readonly #set: SetLimits;
  readonly #clock: Clock;
  readonly #note: (change: Omit<LimitChange, 'at'>) => void;
  readonly #lanes = new Map<string, Lane>();
  #arrivals = 0;
  #timer: AbortController | undefined;

  constructor(limits: PlannedAccount, clock: Clock, note: (change: Omit<LimitChange, 'at'>) => void) {
    this.#set = new SetLimits(limits);
    this.#clock = clock;
    this.#note = note;
  }

  enter(scope: string, need: Usage, signal: AbortSignal): Promise<Admission> {
    signal.throwIfAborted();
    const lane = this.#laneOf(scope);
    const { promise, resolve, reject } = Promise.withResolvers<Admission>();
    const waiting: Waiting = { tokens: (need.inputTokens ?? 0) + (need.outputTokens ?? 0), since: this.#arrivals++, resolve };
    const leave = (): void => {
      const place = lane.queue.indexOf(waiting);
      // Not in the queue any more: its admission is on its way.
      if (place < 0) return;
      lane.queue.splice(place, 1);
      reject(signal.reason);
      this.#admit();
    };
    signal.addEventListener('abort', leave, { once: true });
    lane.queue.push(waiting);
    this.#admit();
    return promise.finally(() => signal.removeEventListener('abort', leave));
  }

  #laneOf(scope: string): Lane {
    const known = this.#lanes.get(scope);
    if (known !== undefined) return known;
    const lane = new Lane((change) => this.#note({ scope, ...change }));
    this.#lanes.set(scope, lane);
    return lane;
  }

  /** Lets through all who may go, first come first within a model and between those that may go, and looks again when the next one may. */
  #admit(): void {
    this.#timer?.abort();
    this.#timer = undefined;
    for (;;) {
      const now = this.#clock.monotonic();
      let soonest = Number.POSITIVE_INFINITY;
      let next: Lane | undefined;
      for (const lane of this.#lanes.values()) {
        const [head] = lane.queue;
        if (head === undefined) continue;
        const wait = Math.max(this.#set.waitMs(head.tokens, now), lane.waitMs(head.tokens, now));
        if (wait > 0) soonest = Math.min(soonest, wait);
        else if (next === undefined || head.since < (next.queue[0]?.since ?? 0)) next = lane;
      }
      if (next === undefined) {
        // Without an end there is a call in flight that ends first.
        if (soonest < Number.POSITIVE_INFINITY) this.#lookAgainIn(Math.max(1, soonest));
        return;
      }
      this.#letThrough(next, now);
    }
  }

  #letThrough(lane: Lane, now: number): void {
    const head = lane.queue.shift();
    if (head === undefined) return;
    const sent: Sent = { at: now, tokens: head.tokens };
    this.#set.sent(sent);
    const passage = lane.sent(head.tokens, now);
    head.resolve({
      done: (outcome) => {
        this.#set.ended();
        const { usage } = outcome;
        if (usage !== undefined) sent.tokens = (usage.inputTokens ?? 0) + (usage.outputTokens ?? 0);
        lane.done(passage, outcome, sent.tokens, this.#clock);
        this.#admit();
      },
    });
  }

  #lookAgainIn(ms: number): void {
    const timer = new AbortController();
    this.#timer = timer;
    this.#clock.sleep(ms, timer.signal).then(
      () => {
        if (this.#timer === timer) this.#admit();
      },
      () => undefined,
    );
  }
}

/** One model of an account: who waits for it, and what is known of its limits. */
class Lane {
  readonly queue: Waiting[] = [];
  readonly #note: (change: Omit<LimitChange, 'at' | 'scope'>) => void;
  readonly #learned: LearnedLimits;
  readonly #told = { requests: new Map<string, ToldBucket>(), tokens: new Map<string, ToldBucket>() };
  #restsUntil = 0;

  constructor(note: (change: Omit<LimitChange, 'at' | 'scope'>) => void) {
    this.#note = note;
    this.#learned = new LearnedLimits(note);
  }

  waitMs(tokens: number, now: number): number {
    let wait = Math.max(this.#restsUntil - now, 0);
    for (const bucket of this.#told.requests.values()) wait = Math.max(wait, bucket.waitMs(1, now));
    for (const bucket of this.#told.tokens.values()) wait = Math.max(wait, bucket.waitMs(tokens, now));
    // Asked last, and only when nothing else holds the call up: it takes being asked as a wish for more.
    return wait > 0 ? wait : this.#learned.waitMs(now);
  }

  sent(tokens: number, now: number): Passage {
    const marks = new Map<ToldBucket, number>();
    for (const bucket of this.#told.requests.values()) marks.set(bucket, bucket.take(1, now));
    for (const bucket of this.#told.tokens.values()) marks.set(bucket, bucket.take(tokens, now));
    return { call: this.#learned.sent(now), tokens, marks };
  }

  done({ call, tokens, marks }: Passage, { kind, headers, waitMs }: CallOutcome, used: number, clock: Clock): void {
    const now = clock.monotonic();
    for (const bucket of this.#told.tokens.values()) {
      if (marks.has(bucket)) bucket.giveBack(tokens - used);
    }
    let explained = false;
    for (const limit of headers === undefined ? [] : limitHeaders(headers, clock.now())) {
      const { of, name } = limit;
      const bucket = this.#told[of].get(name) ?? new ToldBucket();
      this.#told[of].set(name, bucket);
      if (bucket.told(limit, marks.get(bucket) ?? Number.POSITIVE_INFINITY, call.at, now)) {
        this.#note({ what: `${of}-per-minute`, value: bucket.perMinute, why: 'header' });
      }
      if (kind === 'limited' && limit.remaining < (of === 'requests' ? 1 : tokens)) {
        explained = true;
        bucket.empty(now);
      }
    }
    if (waitMs !== undefined) {
      if (now >= this.#restsUntil) this.#note({ what: 'pause', value: waitMs, why: kind === 'limited' ? '429' : '5xx' });
      this.#restsUntil = Math.max(this.#restsUntil, now + waitMs);
    }
    if (kind === 'ok') this.#learned.accepted(call, now);
    else if (kind === 'overloaded') this.#learned.troubled(now);
    else if (kind === 'limited' && !explained) {
      this.#restsUntil = Math.max(this.#restsUntil, now + this.#learned.refused(call, now, waitMs));
    } else this.#learned.ended();
  }
}

interface Passage {
  readonly call: LearningCall;
  readonly tokens: number;
  /** How much of each bucket was taken when the call had been sent. */
  readonly marks: ReadonlyMap<ToldBucket, number>;
}

interface Waiting {
  readonly tokens: number;
  /** Place in the order of arrival over all models of the account. */
  readonly since: number;
  readonly resolve: (admission: Admission) => void;
}
