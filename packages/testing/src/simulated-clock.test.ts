import { readFile } from 'node:fs/promises';
import { CLOCK, createTouchstone, definePlugin, type LanguageModel, latency, ServiceError } from '@touchstone/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { simulatedClock } from './simulated-clock.ts';

describe('time', () => {
  test('stands still until it is moved', async () => {
    const clock = simulatedClock({ start: 1_000_000 });
    let woken = false;
    const sleeping = clock.sleep(100).then(() => {
      woken = true;
    });
    expect([clock.now(), clock.monotonic(), clock.sleeping]).toEqual([1_000_000, 0, 1]);
    await clock.advance(99.5);
    expect([clock.now(), woken]).toEqual([1_000_099.5, false]);
    await clock.advance(0.5);
    await sleeping;
    expect([clock.monotonic(), woken, clock.sleeping]).toEqual([100, true, 0]);
  });

  test('is the sleeper’s own when it wakes, also within one move', async () => {
    const clock = simulatedClock();
    const seen: number[] = [];
    const work = (async () => {
      for (let i = 0; i < 3; i++) {
        await clock.sleep(10);
        seen.push(clock.monotonic());
      }
    })();
    await clock.advance(35);
    await work;
    expect(seen).toEqual([10, 20, 30]);
    expect(clock.monotonic()).toBe(35);
  });
});

describe('sleepers', () => {
  test('wake by their time, and at the same time in the order in which they went to sleep', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat({ max: 20 }), { maxLength: 50 }), async (times) => {
        const clock = simulatedClock();
        const woken: number[] = [];
        await clock.run(Promise.all(times.map((ms, i) => clock.sleep(ms).then(() => woken.push(i)))));
        const expected = times.map((ms, i) => ({ ms, i })).sort((a, b) => a.ms - b.ms || a.i - b.i);
        expect(woken).toEqual(expected.map(({ i }) => i));
      }),
    );
  });

  test('are woken one after the other: what one does next is done before the other wakes', async () => {
    const clock = simulatedClock();
    const said: string[] = [];
    const talk = async (name: string) => {
      await clock.sleep(5);
      said.push(`${name} wakes`);
      await Promise.resolve();
      await Promise.resolve();
      said.push(`${name} is done`);
    };
    await clock.run(Promise.all([talk('a'), talk('b')]));
    expect(said).toEqual(['a wakes', 'a is done', 'b wakes', 'b is done']);
  });

  test('reject with the reason of their signal, and are gone', async () => {
    const clock = simulatedClock();
    const controller = new AbortController();
    const sleeping = clock.sleep(1000, controller.signal);
    controller.abort(new Error('no more'));
    await expect(sleeping).rejects.toThrow('no more');
    expect(clock.sleeping).toBe(0);
    await expect(clock.sleep(1, controller.signal)).rejects.toThrow('no more');
  });

  test('of the past and of now wake without the time moving', async () => {
    const clock = simulatedClock({ start: 5 });
    await clock.run(Promise.all([clock.sleep(0), clock.sleep(-3)]));
    expect(clock.now()).toBe(5);
  });
});

describe('a run', () => {
  test('takes 20,000 calls through a simulated day, the same way every time', async () => {
    const simulate = async () => {
      const clock = simulatedClock();
      const log: string[] = [];
      let next = 0;
      const worker = async (name: number) => {
        while (next < 20_000) {
          const call = next++;
          await clock.sleep(100 + ((call * 7919) % 400));
          if (call % 997 === 0) log.push(`${call} by ${name} at ${clock.monotonic()}`);
        }
      };
      const total = await clock.run(async () => {
        await Promise.all(Array.from({ length: 64 }, (_, name) => worker(name)));
        await clock.sleep(86_400_000);
        return clock.monotonic();
      });
      return { total, log };
    };
    const first = await simulate();
    expect(first.total).toBeGreaterThan(86_400_000 + (20_000 / 64) * 100);
    expect(first.log).toHaveLength(21);
    expect(await simulate()).toEqual(first);
  });

  test('gives what the work gives, and throws what it throws', async () => {
    const clock = simulatedClock();
    expect(await clock.run(async () => 'done')).toBe('done');
    await expect(
      clock.run(async () => {
        await clock.sleep(10);
        throw new Error('broken');
      }),
    ).rejects.toThrow('broken');
  });

  test('waits for the world outside while nobody sleeps', async () => {
    const clock = simulatedClock();
    const seen = await clock.run(async () => {
      const text = await readFile(import.meta.filename, 'utf8');
      const at = clock.monotonic();
      await clock.sleep(10);
      return [text.length > 0, at, clock.monotonic()];
    });
    expect(seen).toEqual([true, 0, 10]);
  });

  test('takes a whole evaluation: retries, concurrency and latency in simulated time', async () => {
    const clock = simulatedClock({ start: Date.parse('2026-11-27T22:00:00Z') });
    const plugin = definePlugin({ name: 'simulated', register: (registry) => registry.provide(CLOCK, clock) });
    let calls = 0;
    const model: LanguageModel = {
      kind: 'language',
      id: 'night:/slow',
      identity: 'night',
      scopes: async () => ['night|here|no key'],
      async send({ messages }, { signal }) {
        if (++calls === 1) throw new ServiceError('rate-limit', 'too many requests', { waitMs: 10 * 60_000 });
        await clock.sleep(20_000, signal);
        return { value: { text: `${messages.at(-1)?.content}` } };
      },
    };
    const results = await clock.run(() =>
      createTouchstone({ plugins: [plugin] }).evaluate({ data: ['환불은 언제 되나요?'], model, extraMetrics: [latency()] }),
    );
    expect(results.run).toMatchObject({ startedAt: '2026-11-27T22:00:00.000Z', status: 'finished' });
    // The pause that was asked for, and the answer's own 20 seconds; a pause is drawn a little longer than asked.
    const lasted = Date.parse(results.run.endedAt ?? '') - Date.parse(results.run.startedAt);
    expect(lasted).toBeGreaterThanOrEqual(10 * 60_000 + 20_000);
    expect(lasted).toBeLessThan(15 * 60_000);
    expect(results.metrics['latency/mean']).toBe(20);
  });

  test('that waits for what never comes says so', async () => {
    const clock = simulatedClock({ patienceMs: 20 });
    await expect(clock.run(new Promise(() => {}))).rejects.toThrow(
      'The simulated work is not done, and nobody sleeps: it waits for something that never comes, or for the world outside.',
    );
  });
});
