import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CallOutcome, Clock, PlannedAccount } from '../../index.ts';
import { adaptiveGovernor } from './adaptive-governor.ts';

/** Time that goes on as soon as nothing else is left to do. */
function simulatedTime() {
  let now = 0;
  const sleepers: { readonly at: number; readonly wake: () => void }[] = [];
  const clock: Clock = {
    now: () => now,
    monotonic: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const sleeper = { at: now + ms, wake: resolve };
        sleepers.push(sleeper);
        signal?.addEventListener('abort', () => {
          const place = sleepers.indexOf(sleeper);
          if (place >= 0) sleepers.splice(place, 1);
          reject(signal.reason);
        });
      }),
  };
  return {
    clock,
    async run() {
      for (;;) {
        await new Promise((resolve) => setImmediate(resolve));
        const next = sleepers.toSorted((a, b) => a.at - b.at)[0];
        if (next === undefined) return;
        sleepers.splice(sleepers.indexOf(next), 1);
        now = Math.max(now, next.at);
        next.wake();
      }
    },
  };
}

interface Passed {
  readonly at: number;
  readonly until: number;
  readonly tokens: number;
}

/** When each of the calls passed, which last so long and use so many tokens. */
async function passages(account: PlannedAccount, calls: readonly { readonly ms: number; readonly tokens: number }[]) {
  const time = simulatedTime();
  const governor = adaptiveGovernor({ openai: account }, time.clock);
  const passed: Passed[] = [];
  const { signal } = new AbortController();
  const all = calls.map(async ({ ms, tokens }) => {
    const admission = await governor.enter(['openai|https://x|k', 'openai|https://x|k|m'], { inputTokens: tokens }, signal);
    const at = time.clock.monotonic();
    await time.clock.sleep(ms);
    passed.push({ at, until: at + ms, tokens });
    admission.done({ kind: 'ok', usage: { inputTokens: tokens } });
  });
  await time.run();
  await Promise.all(all);
  return passed;
}

const call = fc.record({ ms: fc.integer({ min: 1, max: 5_000 }), tokens: fc.integer({ min: 1, max: 400 }) });

describe('what was set is kept', () => {
  test('in any minute, for any calls, and each of them passes', async () => {
    const limits = fc.record({
      requestsPerMinute: fc.integer({ min: 1, max: 20 }),
      tokensPerMinute: fc.integer({ min: 400, max: 2_000 }),
      concurrency: fc.integer({ min: 1, max: 5 }),
    });
    await fc.assert(
      fc.asyncProperty(limits, fc.array(call, { minLength: 1, maxLength: 60 }), async (account, calls) => {
        const passed = await passages(account, calls);
        expect(passed).toHaveLength(calls.length);
        for (const { at } of passed) {
          const minute = passed.filter((one) => one.at > at - 60_000 && one.at <= at);
          expect(minute.length).toBeLessThanOrEqual(account.requestsPerMinute);
          expect(minute.reduce((sum, { tokens }) => sum + tokens, 0)).toBeLessThanOrEqual(account.tokensPerMinute);
          expect(passed.filter((one) => one.at <= at && one.until > at).length).toBeLessThanOrEqual(account.concurrency);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('and no more than that: 30 calls at 10 a minute are through when the third minute begins', async () => {
    const passed = await passages({ requestsPerMinute: 10 }, Array(30).fill({ ms: 100, tokens: 1 }));
    expect(Math.max(...passed.map(({ at }) => at))).toBe(120_000);
  });
});

test('a model rests for as long as its provider asks, and others go on', async () => {
  const time = simulatedTime();
  const governor = adaptiveGovernor({}, time.clock);
  const { signal } = new AbortController();
  (await governor.enter(['openai|a'], {}, signal)).done({ kind: 'limited', waitMs: 7_000 });
  let passed = -1;
  const waiting = governor.enter(['openai|a'], {}, signal).then(() => {
    passed = time.clock.monotonic();
  });
  await governor.enter(['openai|b'], {}, signal);
  await governor.enter(['openai|a', 'openai|a|another model'], {}, signal);
  expect(time.clock.monotonic()).toBe(0);
  await time.run();
  await waiting;
  expect(passed).toBe(7_000);
});

test('whoever gives up leaves the queue, and the next one comes', async () => {
  const time = simulatedTime();
  const governor = adaptiveGovernor({ openai: { concurrency: 1 } }, time.clock);
  const leaving = new AbortController();
  const { signal } = new AbortController();
  const first = await governor.enter(['openai|a'], {}, signal);
  const second = governor.enter(['openai|a'], {}, leaving.signal);
  const third = governor.enter(['openai|a'], {}, signal);
  leaving.abort(new Error('no time left'));
  await expect(second).rejects.toThrow('no time left');
  first.done({ kind: 'ok' });
  await expect(third).resolves.toBeDefined();
});

describe('what the answers tell', () => {
  const told = (remaining: number) =>
    new Headers({
      'x-ratelimit-limit-requests': '600',
      'x-ratelimit-remaining-requests': String(remaining),
      'x-ratelimit-reset-requests': `${(600 - remaining) / 10}s`,
    });

  test('is kept: with 3 of 600 a minute left, three go at once and then one in a tenth of a second', async () => {
    const time = simulatedTime();
    const governor = adaptiveGovernor({}, time.clock);
    const { signal } = new AbortController();
    (await governor.enter(['openai|a'], {}, signal)).done({ kind: 'ok', headers: told(3) });
    const passed: number[] = [];
    const calls = Array.from({ length: 8 }, async () => {
      const admission = await governor.enter(['openai|a'], {}, signal);
      passed.push(time.clock.monotonic());
      admission.done({ kind: 'ok' });
    });
    await time.run();
    await Promise.all(calls);
    // A hundredth less than the provider says.
    const expected = [0, 0, 0, 101, 202, 303, 404, 505];
    expect(passed.map((at) => Math.round(at))).toEqual(expected);
    expect(governor.history?.()).toEqual([{ at: 0, scope: 'openai|a', what: 'requests-per-minute', value: 600, why: 'header' }]);
  });

  test('of tokens is kept by what calls reserve, and put right by what they use', async () => {
    const time = simulatedTime();
    const governor = adaptiveGovernor({}, time.clock);
    const { signal } = new AbortController();
    const headers = new Headers({
      'anthropic-ratelimit-output-tokens-limit': '6000',
      'anthropic-ratelimit-output-tokens-remaining': '250',
    });
    (await governor.enter(['anthropic|a'], { outputTokens: 100 }, signal)).done({ kind: 'ok', headers });
    const first = await governor.enter(['anthropic|a'], { outputTokens: 200 }, signal);
    let passed = -1;
    const second = governor.enter(['anthropic|a'], { outputTokens: 200 }, signal).then(() => {
      passed = time.clock.monotonic();
    });
    first.done({ kind: 'ok', usage: { outputTokens: 20 } });
    await second;
    expect(passed).toBe(0);
  });
});

test('whatever the provider does, every call passes sooner or later, and as many end as have begun', async () => {
  const headers = fc.record({ limit: fc.integer({ min: 1, max: 50 }), remaining: fc.integer({ min: 0, max: 50 }) });
  const outcome = fc.record({
    kind: fc.constantFrom<CallOutcome['kind'][]>('ok', 'limited', 'limited', 'overloaded', 'error'),
    ms: fc.integer({ min: 0, max: 3_000 }),
    waitMs: fc.option(fc.integer({ min: 0, max: 20_000 }), { nil: undefined }),
    headers: fc.option(headers, { nil: undefined }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(outcome, { minLength: 1, maxLength: 150 }), async (outcomes) => {
      const time = simulatedTime();
      const governor = adaptiveGovernor({ openai: { concurrency: 20 } }, time.clock);
      const { signal } = new AbortController();
      let inFlight = 0;
      let ended = 0;
      const calls = outcomes.map(async ({ kind, ms, waitMs, headers: told }) => {
        const admission = await governor.enter(['openai|a', 'openai|a|m'], { inputTokens: 3 }, signal);
        inFlight++;
        expect(inFlight).toBeLessThanOrEqual(20);
        await time.clock.sleep(ms);
        inFlight--;
        ended++;
        const headers = new Headers(
          told && {
            'x-ratelimit-limit-tokens': String(told.limit),
            'x-ratelimit-remaining-tokens': String(told.remaining),
            'x-ratelimit-reset-tokens': '1m0s',
          },
        );
        admission.done({ kind, headers, ...(waitMs === undefined ? {} : { waitMs }) });
      });
      await time.run();
      await Promise.all(calls);
      expect(ended).toBe(outcomes.length);
    }),
    { numRuns: 100 },
  );
});
