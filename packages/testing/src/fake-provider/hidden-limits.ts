import { type Rate, type RateMeter, rateMeter } from './rate-meter.ts';

export interface Limit {
  readonly requests?: Rate;
  /** Input and output. Reserved when a request comes (its input and the output it asks for at most), corrected when it was answered. */
  readonly tokens?: Rate;
  /** Requests that are worked on at a time. */
  readonly concurrency?: number;
}

export interface ProviderLimits {
  /** For each credential: its own. */
  readonly account?: Limit;
  /** For each model of each credential: its own. */
  readonly model?: Limit;
  /** For particular models, in place of `model`. */
  readonly models?: Readonly<Record<string, Limit>>;
  /**
   * What answers tell of the limits. `full` (default): limit, remaining and reset in the headers of the API, and `retry-after` with
   * a 429; `retry-after`: only that; `none`: nothing, the client finds out.
   */
  readonly headers?: 'full' | 'retry-after' | 'none';
}

/**
 * The limits of a provider, as a client meets them. A plain model without HTTP and with the caller's clock, so that a simulation can
 * stand on the same one as the fake provider.
 */
export interface HiddenLimits {
  /** Replaces the parts that are given, at once; `undefined` takes a limit away. */
  change(limits: { readonly [K in keyof ProviderLimits]?: ProviderLimits[K] | undefined }): void;
  /** @param now milliseconds of a monotonic clock */
  enter(call: LimitedCall, now: number): Entered | Refused;
  /** What a client could be told now. */
  standing(call: Pick<LimitedCall, 'account' | 'model'>, now: number): Standing;
  readonly headers: NonNullable<ProviderLimits['headers']>;
  /** Forgets all use. */
  reset(): void;
}

export interface LimitedCall {
  readonly account: string;
  readonly model: string;
  /** What is reserved of the token limits. */
  readonly tokens: number;
}

export interface Entered {
  readonly admitted: true;
  /** Once, when the answer is complete. `tokens`: what was used in fact. */
  leave(tokens: number, now: number): void;
}

export interface Refused {
  readonly admitted: false;
  readonly by: 'requests' | 'tokens' | 'concurrency';
  readonly rate?: Rate;
  /** Until the same call would be admitted; absent when it cannot be told, infinite when never. */
  readonly waitMs?: number;
}

/** The tightest limit of each kind that applies. */
export interface Standing {
  readonly requests?: Meter;
  readonly tokens?: Meter;
}

export interface Meter {
  readonly limit: number;
  readonly perMs: number;
  /** Never negative. */
  readonly remaining: number;
  /** Milliseconds until it is full again. */
  readonly resetMs: number;
}

interface Scope {
  inFlight: number;
  requests: Meters;
  tokens: Meters;
}

/** One for each shape that a rate may have. */
type Meters = Readonly<Record<'bucket' | 'window', RateMeter>>;

export function hiddenLimits(initial: ProviderLimits = {}): HiddenLimits {
  let limits: ProviderLimits = initial;
  const accounts = new Map<string, { readonly scope: Scope; readonly models: Map<string, Scope> }>();

  return {
    get headers() {
      return limits.headers ?? 'full';
    },

    change(changed) {
      const merged = Object.entries({ ...limits, ...changed }).filter(([, value]) => value !== undefined);
      limits = Object.fromEntries(merged);
    },

    enter(call, now) {
      const applied = scopesOf(call);
      const refusals = applied
        .map(({ scope, limit }) => refusalOf(scope, limit, call.tokens, now))
        .filter((refusal) => refusal !== undefined);
      const longest = refusals.reduce<Refused | undefined>(
        (a, b) => (a === undefined || waitOf(b) > waitOf(a) ? b : a),
        undefined,
      );
      if (longest !== undefined) return longest;
      for (const { scope, limit } of applied) {
        scope.inFlight++;
        if (limit.requests !== undefined) meterOf(scope.requests, limit.requests).take(1, limit.requests, now);
        if (limit.tokens !== undefined) meterOf(scope.tokens, limit.tokens).take(call.tokens, limit.tokens, now);
      }
      const reserved = new Set(applied.filter(({ limit }) => limit.tokens !== undefined).map(({ scope }) => scope));
      return { admitted: true, leave: (tokens, then) => leave(call, reserved, tokens, then) };
    },

    standing(call, now) {
      if (limits.account === undefined && limits.model === undefined && limits.models === undefined) return NOTHING_TOLD;
      const applied = scopesOf(call);
      const requests = tightest(applied.map(({ scope, limit }) => meter(scope.requests, limit.requests, now)));
      const tokens = tightest(applied.map(({ scope, limit }) => meter(scope.tokens, limit.tokens, now)));
      return { ...(requests === undefined ? {} : { requests }), ...(tokens === undefined ? {} : { tokens }) };
    },

    reset() {
      const scopes = [...accounts.values()].flatMap(({ scope, models }) => [scope, ...models.values()]);
      for (const scope of scopes) [scope.requests, scope.tokens] = [meters(), meters()];
    },
  };

  /** Limits may have come and gone since the call entered: what was not reserved is not corrected. */
  function leave(call: LimitedCall, reserved: ReadonlySet<Scope>, tokens: number, now: number): void {
    for (const { scope, limit } of scopesOf(call)) {
      scope.inFlight--;
      if (limit.tokens !== undefined && reserved.has(scope)) {
        meterOf(scope.tokens, limit.tokens).take(tokens - call.tokens, limit.tokens, now);
      }
    }
  }

  /** The limits that hold at this moment; the scopes are there without any, so that concurrency is known when a limit comes. */
  function scopesOf({ account, model }: Pick<LimitedCall, 'account' | 'model'>): readonly { scope: Scope; limit: Limit }[] {
    const of = getOrMake(accounts, account, () => ({ scope: freshScope(), models: new Map<string, Scope>() }));
    const modelScope = getOrMake(of.models, model, freshScope);
    return [
      { scope: of.scope, limit: limits.account ?? NO_LIMIT },
      { scope: modelScope, limit: limits.models?.[model] ?? limits.model ?? NO_LIMIT },
    ];
  }
}

const NOTHING_TOLD: Standing = {};
const NO_LIMIT: Limit = {};

function freshScope(): Scope {
  return { inFlight: 0, requests: meters(), tokens: meters() };
}

function getOrMake<V>(map: Map<string, V>, key: string, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

function meters(): Meters {
  return { bucket: rateMeter('bucket'), window: rateMeter('window') };
}

function meterOf(of: Meters, rate: Rate): RateMeter {
  return of[rate.shape ?? 'bucket'];
}

function refusalOf(scope: Scope, limit: Limit, tokens: number, now: number): Refused | undefined {
  if (limit.concurrency !== undefined && scope.inFlight >= limit.concurrency) return { admitted: false, by: 'concurrency' };
  for (const by of ['requests', 'tokens'] as const) {
    const rate = limit[by];
    if (rate === undefined) continue;
    const waitMs = meterOf(scope[by], rate).waitFor(by === 'requests' ? 1 : tokens, rate, now);
    if (waitMs > 0) return { admitted: false, by, rate, waitMs };
  }
  return undefined;
}

function waitOf(refusal: Refused): number {
  return refusal.waitMs ?? 0;
}

function meter(of: Meters, rate: Rate | undefined, now: number): Meter | undefined {
  if (rate === undefined) return undefined;
  const used = meterOf(of, rate);
  const remaining = Math.max(0, Math.floor(used.remaining(rate, now)));
  return { limit: rate.limit, perMs: rate.perMs, remaining, resetMs: Math.max(0, used.untilFull(rate, now)) };
}

function tightest(all: readonly (Meter | undefined)[]): Meter | undefined {
  return all.reduce((a, b) => (a === undefined || (b !== undefined && b.remaining < a.remaining) ? b : a), undefined);
}
