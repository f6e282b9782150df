import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Clock, PlannedAccount } from '../../index.ts';
import { setLimits } from './set-limits.ts';

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
  const governor = setLimits({ openai: account }, time.clock);
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

test('an account rests for as long as its provider asks, and others go on', async () => {
  const time = simulatedTime();
  const governor = setLimits({}, time.clock);
  const { signal } = new AbortController();
  (await governor.enter(['openai|a'], {}, signal)).done({ kind: 'limited', waitMs: 7_000 });
  let passed = -1;
  const waiting = governor.enter(['openai|a'], {}, signal).then(() => {
    passed = time.clock.monotonic();
  });
  await governor.enter(['openai|b'], {}, signal);
  expect(time.clock.monotonic()).toBe(0);
  await time.run();
  await waiting;
  expect(passed).toBe(7_000);
});

test('whoever gives up leaves the queue, and the next one comes', async () => {
  const time = simulatedTime();
  const governor = setLimits({ openai: { concurrency: 1 } }, time.clock);
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
