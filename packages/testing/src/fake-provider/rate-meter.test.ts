import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Rate, rateMeter } from './rate-meter.ts';

const RATE = fc.record({ limit: fc.integer({ min: 1, max: 50 }), perMs: fc.integer({ min: 1, max: 5000 }) });
const STEPS = fc.array(fc.record({ later: fc.integer({ min: 0, max: 2000 }), amount: fc.integer({ min: 1, max: 10 }) }), {
  maxLength: 60,
});

/** Takes whatever is there at each step; what was taken, and when. */
function taken(rate: Rate, steps: readonly { later: number; amount: number }[]) {
  const meter = rateMeter(rate.shape);
  const list: { at: number; amount: number }[] = [];
  let now = 1000;
  for (const { later, amount } of steps) {
    now += later;
    if (meter.waitFor(amount, rate, now) > 0) continue;
    meter.take(amount, rate, now);
    list.push({ at: now, amount });
  }
  return list;
}

test('a window never gives more than its limit within its time', () => {
  fc.assert(
    fc.property(RATE, STEPS, (rate, steps) => {
      const list = taken({ ...rate, shape: 'window' }, steps);
      for (const { at } of list) {
        const within = list
          .filter((other) => other.at > at - rate.perMs && other.at <= at)
          .reduce((sum, { amount }) => sum + amount, 0);
        expect(within).toBeLessThanOrEqual(rate.limit);
      }
    }),
  );
});

test('a bucket gives its burst and what has flowed in since, and no more', () => {
  fc.assert(
    fc.property(RATE, fc.integer({ min: 1, max: 20 }), STEPS, (rate, burst, steps) => {
      const list = taken({ ...rate, burst }, steps);
      for (const [i, { at }] of list.entries()) {
        for (const from of list.slice(0, i + 1)) {
          const given = list
            .filter((other) => other.at >= from.at && other.at <= at)
            .reduce((sum, { amount }) => sum + amount, 0);
          expect(given).toBeLessThanOrEqual(burst + ((at - from.at) * rate.limit) / rate.perMs + 1e-6);
        }
      }
    }),
  );
});

test('after the wait that it tells, and not before, an amount is there', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('bucket', 'window'),
      RATE,
      STEPS,
      fc.integer({ min: 1, max: 50 }),
      (shape, rate, steps, amount) => {
        const meter = rateMeter(shape);
        const shaped: Rate = { ...rate, shape };
        let now = 1000;
        for (const { later, amount: used } of steps) {
          now += later;
          if (meter.waitFor(used, shaped, now) === 0) meter.take(used, shaped, now);
        }
        const wait = meter.waitFor(amount, shaped, now);
        if (amount > rate.limit) expect(wait).toBe(Number.POSITIVE_INFINITY);
        else {
          if (wait > 1e-3) expect(meter.waitFor(amount, shaped, now + 0.99 * wait)).toBeGreaterThan(0);
          expect(meter.waitFor(amount, shaped, now + wait)).toBe(0);
        }
      },
    ),
  );
});

describe('in numbers', () => {
  test('a bucket of 60 a minute', () => {
    const rate = { limit: 60, perMs: 60_000 };
    const meter = rateMeter('bucket');
    meter.take(60, rate, 0);
    expect(meter.remaining(rate, 0)).toBe(0);
    expect(meter.waitFor(1, rate, 0)).toBe(1000);
    expect(meter.untilFull(rate, 0)).toBe(60_000);
    expect(meter.remaining(rate, 30_000)).toBe(30);
    expect(meter.untilFull(rate, 30_000)).toBe(30_000);
    // Half the rate from now on, and half the room: what is there beyond it is lost.
    const half = { limit: 20, perMs: 60_000 };
    expect(meter.remaining(half, 30_000)).toBe(20);
  });

  test('a window of 3 a second', () => {
    const rate = { limit: 3, perMs: 1000, shape: 'window' } as const;
    const meter = rateMeter('window');
    for (const at of [0, 100, 700]) meter.take(1, rate, at);
    expect(meter.waitFor(1, rate, 700)).toBe(300);
    expect(meter.waitFor(2, rate, 700)).toBe(400);
    expect(meter.remaining(rate, 1000)).toBe(1);
    expect(meter.untilFull(rate, 1000)).toBe(700);
  });
});
