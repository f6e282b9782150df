import type { AnswerCache, CacheClaim, CacheLimits, Json, RunStore } from '@touchstone/core';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type CacheAction, referenceCache } from './reference-cache.ts';
import { refusal } from './refusal.ts';
import { HOSTILE_TEXTS, sampleRun } from './sample-run.ts';

/** Gives an empty store that has a cache with these limits. Called once a test; the suite disposes what it got. */
export type MakeCachingStore = (limits: CacheLimits) => RunStore | Promise<RunStore>;

/**
 * What every {@link AnswerCache} must do, as Vitest tests in a `describe`.
 *
 * @example answerCacheSuite('memoryStore', (limits) => memoryStore({ cache: limits }));
 */
export function answerCacheSuite(name: string, make: MakeCachingStore): void {
  describe(`${name}: cache`, () => {
    it('asks once and remembers the answer and its time, null and hostile texts included', async () => {
      const clock = stoppedClock();
      await withCache(make, async (cache) => {
        const answers: Json[] = [null, false, 0, '', [], { deep: [{ usage: 1e-300 }] }, ...HOSTILE_TEXTS];
        for (const [index, answer] of answers.entries()) {
          const key = `${index} ${typeof answer === 'string' ? answer : ''}`;
          const at = clock.now();
          await keep(cache, key, answer);
          clock.advance(10);
          expect(await claim(cache, key)).toEqual({ hit: answer, at });
        }
      });
    });

    it('lets only one of many that ask at the same moment do it, and tells the others', async () => {
      await withCache(make, async (cache) => {
        let asked = 0;
        const answers = await Promise.all(
          Array.from({ length: 50 }, async (_, index) => {
            const claimed = await claim(cache, `key ${index % 5}`);
            if (claimed.hit !== undefined) return claimed.hit;
            asked++;
            await claimed.settle(index % 5, { service: 'fake:/one' });
            return index % 5;
          }),
        );
        expect(asked).toBe(5);
        expect(answers).toEqual(Array.from({ length: 50 }, (_, index) => index % 5));
      });
    });

    it('hands a released claim to the one who waits longest, and to nobody twice', async () => {
      await withCache(make, async (cache) => {
        const first = asker(await claim(cache, 'key'));
        const order: string[] = [];
        const second = claim(cache, 'key').finally(() => order.push('second'));
        const third = claim(cache, 'key').finally(() => order.push('third'));
        await first.release();
        await first.release();
        const next = asker(await second);
        expect(order).toEqual(['second']);
        await next.settle('둘째의 답', { service: 'fake:/one' });
        await next.release();
        await next.settle('또 하나', { service: 'fake:/one' });
        expect(await third).toMatchObject({ hit: '둘째의 답' });
      });
    });

    it('lets a waiting caller give up, and forgets it', async () => {
      await withCache(make, async (cache) => {
        const first = asker(await claim(cache, 'key'));
        const leaving = new AbortController();
        const left = cache.claim('key', leaving.signal);
        const staying = claim(cache, 'key');
        leaving.abort(new Error('시간이 없다'));
        await expect(left).rejects.toThrow('시간이 없다');
        await expect(cache.claim('other', AbortSignal.abort(new Error('늦었다')))).rejects.toThrow('늦었다');
        await first.release();
        await asker(await staying).settle(1, { service: 'fake:/one' });
        expect(await claim(cache, 'key')).toMatchObject({ hit: 1 });
      });
    });

    it('frees the claim when the answer cannot be kept', async () => {
      await withCache(make, async (cache) => {
        const first = asker(await claim(cache, 'key'));
        const second = claim(cache, 'key');
        await expect(first.settle(circle(), { service: 'fake:/one' })).rejects.toThrow();
        await asker(await second).settle('답', { service: 'fake:/one' });
        expect(await claim(cache, 'key')).toMatchObject({ hit: '답' });
      });
    });

    it('asks again for what is too old for one caller, and not for another', async () => {
      const clock = stoppedClock();
      await withCache(make, async (cache) => {
        await keep(cache, 'key', '오래된 답');
        clock.advance(1_000);
        expect(await claim(cache, 'key', { maxAgeMs: 1_000 })).toMatchObject({ hit: '오래된 답' });
        await asker(await claim(cache, 'key', { maxAgeMs: 999 })).release();
        expect(await claim(cache, 'key')).toMatchObject({ hit: '오래된 답' });
        await asker(await claim(cache, 'key', { maxAgeMs: 999 })).settle('새 답', { service: 'fake:/one' });
        expect(await claim(cache, 'key', { maxAgeMs: 0 })).toEqual({ hit: '새 답', at: clock.now() });
      });
    });

    it('asks again when a fresh answer is wanted, and takes the one that came while it waited', async () => {
      await withCache(make, async (cache) => {
        await keep(cache, 'key', '처음');
        const refreshing = asker(await claim(cache, 'key', { refresh: true }));
        const [another, plain] = [claim(cache, 'key', { refresh: true }), claim(cache, 'key')];
        await refreshing.settle('다시', { service: 'fake:/one' });
        expect(await another).toMatchObject({ hit: '다시' });
        expect(await plain).toMatchObject({ hit: '다시' });
        expect(await cache.stats()).toMatchObject({ entries: 1, bytes: 8 });
        await asker(await claim(cache, 'key', { refresh: true })).release();
        expect(await claim(cache, 'key')).toMatchObject({ hit: '다시' });
      });
    });

    it('is of all runs, and outlives them', async () => {
      await using store = await make({});
      const [one, other] = [sampleRun(), sampleRun()];
      {
        await using _run = await store.catalog.create(one);
        await keep(cacheOf(store), 'key', '답');
      }
      await store.catalog.delete(one.id);
      await using _run = await store.catalog.create(other);
      expect(await claim(cacheOf(store), 'key')).toMatchObject({ hit: '답' });
      expect(await store.calls(other.id).claim('key', new AbortController().signal)).not.toHaveProperty('hit');
    });

    it('tells how much is in it, of whom and from when, and how often it was of use', async () => {
      const clock = stoppedClock();
      await withCache(make, async (cache) => {
        expect(await cache.stats()).toEqual({ entries: 0, bytes: 0, hits: 0, byService: [] });
        const began = clock.now();
        // As JSON in UTF-8: {"text":"한국"} takes 17 bytes, "ab" 4, null 4.
        await keep(cache, 'a', { text: '한국' }, '모델:/하나');
        clock.advance(5);
        await keep(cache, 'b', 'ab', 'fake:/two');
        clock.advance(5);
        await keep(cache, 'c', null, 'fake:/two');
        for (const key of ['a', 'a', 'c']) await claim(cache, key);
        expect(await cache.stats()).toEqual({
          entries: 3,
          bytes: 25,
          oldest: began,
          newest: began + 10,
          hits: 3,
          byService: [
            { service: '모델:/하나', entries: 1, bytes: 17 },
            { service: 'fake:/two', entries: 2, bytes: 8 },
          ],
        });
      });
    });

    it('is cleared, as a whole or of one service', async () => {
      await withCache(make, async (cache) => {
        expect(await cache.clear()).toBe(0);
        for (let index = 0; index < 10; index++) await keep(cache, `${index}`, index, index < 3 ? '모델:/하나' : 'fake:/two');
        expect(await cache.clear({ service: '모델:/하나' })).toBe(3);
        expect(await cache.clear({ service: '모델:/없음' })).toBe(0);
        await asker(await claim(cache, '2')).release();
        expect(await claim(cache, '3')).toMatchObject({ hit: 3 });
        expect(await cache.clear()).toBe(7);
        expect(await cache.stats()).toEqual({ entries: 0, bytes: 0, hits: 0, byService: [] });
        await asker(await claim(cache, '3')).release();
      });
    });

    it('forgets by age, then what was not used for longest', async () => {
      const clock = stoppedClock();
      await withCache(make, async (cache) => {
        for (let index = 0; index < 10; index++) {
          await keep(cache, `${index}`, 'x'.repeat(8));
          clock.advance(10);
        }
        await claim(cache, '3');
        clock.advance(10);
        expect(await cache.prune()).toBe(0);
        // The first two are 110 and 100 ms old.
        expect(await cache.prune({ maxAgeMs: 99 })).toBe(2);
        expect(await cache.prune({ maxBytes: 35 })).toBe(5);
        expect(await cache.stats()).toMatchObject({ entries: 3, bytes: 30 });
        expect(await hitsAmong(cache, 10)).toEqual(['3', '8', '9']);
        expect(await cache.prune({ maxBytes: 0 })).toBe(3);
      });
    });

    it('stays within its limit by itself: what was used lately stays, what is larger than the limit is not kept', async () => {
      const clock = stoppedClock();
      await using store = await make({ maxBytes: 1_000 });
      const cache = cacheOf(store);
      await keep(cache, 'favourite', 'x'.repeat(98));
      for (let index = 0; index < 50; index++) {
        clock.advance(1);
        await keep(cache, `${index}`, 'x'.repeat(98));
        expect((await cache.stats()).bytes).toBeLessThanOrEqual(1_000);
        clock.advance(1);
        expect(await claim(cache, 'favourite')).toHaveProperty('at');
      }
      expect((await cache.stats()).bytes).toBeGreaterThanOrEqual(800);
      expect(await hitsAmong(cache, 50)).toContain('49');
      await keep(cache, 'giant', 'x'.repeat(1_000));
      await asker(await claim(cache, 'giant')).release();
      expect(await claim(cache, 'favourite')).toHaveProperty('at');
    });

    it('says the same as a slow and obvious cache, whatever is done', async () => {
      const clock = stoppedClock();
      await withCache(make, async (cache) => {
        await fc.assert(
          fc.asyncProperty(fc.array(anyAction, { maxLength: 40 }), async (actions) => {
            await cache.clear();
            const reference = referenceCache();
            for (const action of actions) {
              clock.advance(1);
              expect(await perform(cache, action)).toEqual(reference.perform(action, clock.now()));
            }
            expect(await cache.stats()).toEqual(reference.stats());
          }),
          { numRuns: 100 },
        );
      });
    });

    it('is closed with its store', async () => {
      const store = await make({});
      const cache = cacheOf(store);
      await keep(cache, 'key', '답');
      const open = asker(await claim(cache, 'another key'));
      await store[Symbol.asyncDispose]();
      await open.release();
      for (const asking of [() => claim(cache, 'key'), () => cache.stats(), () => cache.clear(), () => cache.prune()]) {
        expect((await refusal(asking)).code).toBe('store-closed');
      }
    });
  });
}

type Asker = Extract<CacheClaim, { readonly hit?: undefined }>;

async function withCache(make: MakeCachingStore, work: (cache: AnswerCache) => Promise<void>): Promise<void> {
  await using store = await make({});
  await work(cacheOf(store));
}

function cacheOf({ cache }: RunStore): AnswerCache {
  if (cache === undefined) throw new Error('This store has no cache.');
  return cache;
}

function claim(cache: AnswerCache, key: string, options?: Parameters<AnswerCache['claim']>[2]): Promise<CacheClaim> {
  return cache.claim(key, new AbortController().signal, options);
}

/** The claim of the one who must ask. */
function asker(claim: CacheClaim): Asker {
  if (claim.hit === undefined) return claim;
  throw new Error(`There is an answer already: ${JSON.stringify(claim.hit)}`);
}

async function keep(cache: AnswerCache, key: string, answer: Json, service = 'fake:/one'): Promise<void> {
  await asker(await claim(cache, key)).settle(answer, { service });
}

/** Which of the keys `0`, `1`, … have an answer. */
async function hitsAmong(cache: AnswerCache, count: number): Promise<readonly string[]> {
  const found: string[] = [];
  for (const key of Array.from({ length: count }, (_, index) => `${index}`)) {
    const claimed = await claim(cache, key);
    if (claimed.hit === undefined) await claimed.release();
    else found.push(key);
  }
  return found;
}

/** What `Date.now()` says, as long as the test runs; nothing else of time is touched. */
function stoppedClock(): { readonly now: () => number; readonly advance: (ms: number) => void } {
  vi.useFakeTimers({ toFake: ['Date'], now: 1_790_000_000_000 });
  onTestFinished(() => void vi.useRealTimers());
  return { now: () => Date.now(), advance: (ms) => void vi.setSystemTime(Date.now() + ms) };
}

/** What JSON cannot hold. */
function circle(): Json {
  const object: Record<string, Json> = {};
  object.self = object;
  return object;
}

const key = fc.constantFrom('가', '나', 'c', 'd', 'e');
const service = fc.constantFrom('모델:/하나', 'fake:/two');

const anyAction: fc.Arbitrary<CacheAction> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record(
      {
        ask: key,
        answer: fc.oneof(fc.constant(undefined), fc.string({ unit: 'grapheme', maxLength: 20 })),
        service,
        maxAgeMs: fc.integer({ min: 0, max: 12 }),
        refresh: fc.boolean(),
      },
      { requiredKeys: ['ask', 'answer', 'service'] },
    ),
  },
  { weight: 1, arbitrary: fc.record({ clear: fc.oneof(fc.constant(undefined), service) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      prune: fc.record(
        { maxBytes: fc.integer({ min: 0, max: 60 }), maxAgeMs: fc.integer({ min: 0, max: 30 }) },
        { requiredKeys: [] },
      ),
    }),
  },
);

/** @returns the hit and its time, `asked`, or how many were forgotten */
async function perform(cache: AnswerCache, action: CacheAction): Promise<unknown> {
  if ('clear' in action) return cache.clear(action.clear === undefined ? {} : { service: action.clear });
  if ('prune' in action) return cache.prune(action.prune);
  const { ask, answer, service, ...options } = action;
  const claimed = await claim(cache, ask, options);
  if (claimed.hit !== undefined) return [claimed.hit, claimed.at];
  if (answer === undefined) await claimed.release();
  else await claimed.settle(answer, { service });
  return 'asked';
}
