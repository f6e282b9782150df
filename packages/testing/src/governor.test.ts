import { CLOCK, createTouchstone, definePlugin, type LanguageModel, LOGGER, metric, ServiceError } from '@touchstone/core';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { hiddenLimits, type Limit } from './fake-provider/hidden-limits.ts';
import { simulatedClock } from './simulated-clock.ts';

const PHASE_MS = 120_000;
const ROUND_TRIP_MS = 40;
const LATENCY_MS = 500;
const TOKENS = 500;
/** What the limits let through. */
const CALLS_A_SECOND = 80;
/** In the first phase, in the second, and from the third on. */
const SHARES = [1, 0.5, 1];

type Limited = 'concurrency' | 'requests' | 'tokens' | 'nothing';
const LIMITS: Readonly<Record<Limited, (share: number) => Limit>> = {
  concurrency: (share) => ({ concurrency: Math.round((share * CALLS_A_SECOND * (LATENCY_MS + ROUND_TRIP_MS)) / 1_000) }),
  requests: (share) => ({ requests: { limit: share * CALLS_A_SECOND, perMs: 1_000 } }),
  tokens: (share) => ({ tokens: { limit: share * CALLS_A_SECOND * TOKENS, perMs: 1_000 } }),
  nothing: () => ({}),
};
/** As many rows as a client gets through in the three phases that knows the limit all the time, and a few more. */
const ROWS = 24_500;

// The first evaluation of a process loads modules, which takes real time: in simulated time it would begin at another moment each time.
beforeAll(() => evaluateUnder({ limited: 'nothing', headers: 'none' }, { rows: 10 }));

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

interface Provider {
  readonly limited: Limited;
  readonly headers: 'full' | 'none';
  /** The share of calls that are refused for no reason. */
  readonly refuses?: number;
}

const SEED = 2;

/** A provider in simulated time, as `fetch` reaches it: its limit is cut by half after two minutes, and restored after four. */
function simulatedProvider({ limited, headers, refuses = 0 }: Provider) {
  const clock = simulatedClock({ start: Date.UTC(2026, 10, 26) });
  const random = seeded(SEED);
  // Of the pauses before a call is tried again.
  vi.spyOn(Math, 'random').mockImplementation(seeded(SEED));
  const limits = hiddenLimits({ model: LIMITS[limited](1), headers });
  const seen = { answered: 0, refusedLate: 0, late: 0, endedAt: 0 };
  let phase = 0;
  let startedAt: number | undefined;
  const elapsed = (): number => {
    startedAt ??= clock.monotonic();
    return clock.monotonic() - startedAt;
  };

  vi.stubGlobal('fetch', async () => {
    await clock.sleep(ROUND_TRIP_MS / 2);
    for (const now = Math.floor(elapsed() / PHASE_MS); phase < now; phase++) {
      limits.change({ model: LIMITS[limited](SHARES[phase + 1] ?? 1) });
    }
    const tokens = limited === 'tokens' ? Math.round(TOKENS * logNormal(0.5)) : TOKENS;
    const entered = limits.enter({ account: 'a', model: 'm', tokens: TOKENS }, clock.monotonic());
    const late = elapsed() % PHASE_MS > 30_000;
    if (late) seen.late++;
    const accepted = entered.admitted && (refuses === 0 || random() >= refuses);
    if (entered.admitted && !accepted) entered.leave(0, clock.monotonic());
    if (entered.admitted && accepted) {
      await clock.sleep(LATENCY_MS * logNormal(0.4));
      entered.leave(tokens, clock.monotonic());
      seen.answered++;
      seen.endedAt = elapsed();
    } else if (late) seen.refusedLate++;
    const told = headers === 'none' ? {} : rateLimitHeaders();
    await clock.sleep(ROUND_TRIP_MS / 2);
    return new Response(String(tokens), { status: accepted ? 200 : 429, headers: told });
  });

  function rateLimitHeaders(): Record<string, string> {
    const told = Object.entries(limits.standing({ account: 'a', model: 'm' }, clock.monotonic()));
    return Object.fromEntries(
      told.flatMap(([name, { limit, remaining, resetMs }]) => [
        [`x-ratelimit-limit-${name}`, String(limit)],
        [`x-ratelimit-remaining-${name}`, String(remaining)],
        [`x-ratelimit-reset-${name}`, `${Math.round(resetMs)}ms`],
      ]),
    );
  }

  /** Of mean 1. */
  function logNormal(sigma: number): number {
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    return Math.exp(sigma * normal - (sigma * sigma) / 2);
  }

  return { clock, seen };
}

const simulatedModel: LanguageModel = {
  kind: 'language',
  id: 'simulated:/m',
  identity: 'simulated',
  scopes: async () => ['simulated|a', 'simulated|a|m'],
  estimate: () => ({ inputTokens: TOKENS }),
  async send(_request, { fetch }) {
    const response = await fetch('https://simulated.invalid/');
    const tokens = await response.text();
    if (!response.ok) throw new ServiceError('rate-limit', 'slow down', { status: 429 });
    return { value: { text: '네' }, usage: { inputTokens: Number(tokens) }, finish: 'stop' };
  },
};

async function evaluateUnder(provider: Provider, { concurrency = 256, rows = ROWS } = {}) {
  const { clock, seen } = simulatedProvider(provider);
  const simulation = definePlugin({
    name: 'simulation',
    register(registry) {
      registry.provide(CLOCK, clock);
      registry.provide(LOGGER, { info: () => undefined, warn: () => undefined });
    },
  });
  const evaluation = createTouchstone({ plugins: [simulation] }).evaluate({
    data: Array.from({ length: rows }, (_, n) => ({ id: `${n}`, inputs: `질문 ${n}` })),
    id: 'id',
    model: simulatedModel,
    extraMetrics: [metric('length', ({ predictions }) => String(predictions).length)],
    limits: { concurrency },
  });
  let over = false;
  // An evaluation takes turns of the event loop of its own, in which nobody may be asleep.
  const ticking = async (): Promise<void> => {
    while (!over) await clock.sleep(5);
  };
  const results = await clock.run(
    Promise.race([evaluation, ticking().then(() => evaluation)]).finally(() => {
      over = true;
    }),
  );
  return { results, seen };
}

/** What a client would get through in so much time that knows the limit all the time. */
function ideal(ms: number): number {
  const phases = SHARES.map((share, phase) => share * Math.min(PHASE_MS, Math.max(0, ms - phase * PHASE_MS)));
  const after = Math.max(0, ms - SHARES.length * PHASE_MS);
  return (phases.reduce((sum, part) => sum + part, after) * CALLS_A_SECOND) / 1_000;
}

describe('24,500 calls under a limit that is cut by half after two minutes and restored after four', () => {
  test.each([
    ['concurrency', 'none', 0.92],
    ['requests', 'none', 0.92],
    ['tokens', 'none', 0.92],
    ['requests', 'full', 0.97],
    ['tokens', 'full', 0.97],
  ] as const)(
    'of %s, with headers: %s',
    async (limited, headers, share) => {
      const { results, seen } = await evaluateUnder({ limited, headers });
      expect(results.coverage.length).toMatchObject({ scored: ROWS, failed: 0, skipped: 0 });
      expect(seen.answered).toBe(ROWS);
      expect(ROWS / ideal(seen.endedAt)).toBeGreaterThanOrEqual(share);
      expect(seen.refusedLate / seen.late).toBeLessThanOrEqual(0.01);
      expect(results.usage.limits?.length).toBeGreaterThan(2);
    },
    240_000,
  );
});

describe('24,500 calls of which one in twenty is refused, whatever the pace', () => {
  test('without a limit are soon sent as fast as they may', async () => {
    const concurrency = 64;
    const { results, seen } = await evaluateUnder({ limited: 'nothing', headers: 'none', refuses: 0.05 }, { concurrency });
    expect(results.coverage.length).toMatchObject({ scored: ROWS, failed: 0, skipped: 0 });
    // Were none refused.
    const fastest = (ROWS / concurrency) * (LATENCY_MS + ROUND_TRIP_MS);
    expect(fastest / seen.endedAt).toBeGreaterThanOrEqual(0.75);
  }, 240_000);

  test('under a limit are kept within it', async () => {
    const { results, seen } = await evaluateUnder({ limited: 'requests', headers: 'none', refuses: 0.05 });
    expect(results.coverage.length).toMatchObject({ scored: ROWS, failed: 0, skipped: 0 });
    expect(ROWS / ideal(seen.endedAt)).toBeGreaterThanOrEqual(0.75);
    expect(seen.refusedLate / seen.late).toBeLessThanOrEqual(0.15);
  }, 240_000);
});

function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
