import type { CallClaim, CallRecord, Json, SentCall } from '@touchstone/core';
import { describe, expect, it } from 'vitest';
import { HOSTILE_TEXTS, sampleCall, sampleRun } from './sample-run.ts';
import type { MakeStore } from './store-conformance.ts';

export function callStoreSuite(make: MakeStore): void {
  describe('calls', () => {
    it('asks once and remembers the answer, null and hostile texts included', async () => {
      await withCalls(make, async (claim) => {
        const answers = [null, false, 0, '', [], { deep: [{ usage: 1e-300 }] }, ...HOSTILE_TEXTS];
        for (const [index, answer] of answers.entries()) {
          const key = `${index} ${typeof answer === 'string' ? answer : ''}`;
          await asker(await claim(key)).settle(answer, sampleCall());
          expect(await claim(key)).toEqual({ hit: answer });
        }
      });
    });

    it('lets those wait who ask for what is being asked, and tells all of them the answer', async () => {
      await withCalls(make, async (claim) => {
        const first = asker(await claim('key'));
        const waiting = [claim('key'), claim('key'), claim('key')];
        const other = asker(await claim('another key'));
        await other.release();
        expect(await Promise.race([...waiting, 'still waiting'])).toBe('still waiting');
        await first.settle({ text: 'yes' }, sampleCall());
        expect(await Promise.all(waiting)).toEqual(Array(3).fill({ hit: { text: 'yes' } }));
      });
    });

    it('lets only one of many that ask at the same moment do it', async () => {
      await withCalls(make, async (claim) => {
        let asked = 0;
        const answers = await Promise.all(
          Array.from({ length: 50 }, async (_, index) => {
            const claimed = await claim(`key ${index % 5}`);
            if (claimed.hit !== undefined) return claimed.hit;
            asked++;
            await claimed.settle(index % 5, sampleCall());
            return index % 5;
          }),
        );
        expect(asked).toBe(5);
        expect(answers).toEqual(Array.from({ length: 50 }, (_, index) => index % 5));
      });
    });

    it('hands a released claim to the one who waits longest, and to nobody twice', async () => {
      await withCalls(make, async (claim) => {
        const first = asker(await claim('key'));
        const order: string[] = [];
        const second = claim('key').finally(() => order.push('second'));
        const third = claim('key').finally(() => order.push('third'));
        await first.release();
        await first.release();
        const next = asker(await second);
        expect(order).toEqual(['second']);
        await next.settle('answer of the second', sampleCall());
        await next.release();
        expect(await third).toEqual({ hit: 'answer of the second' });
      });
    });

    it('lets a waiting caller give up, and forgets it', async () => {
      await withCalls(make, async (claim) => {
        const first = asker(await claim('key'));
        const leaving = new AbortController();
        const left = claim('key', leaving.signal);
        const staying = claim('key');
        leaving.abort(new Error('no time left'));
        await expect(left).rejects.toThrow('no time left');
        await expect(claim('key', AbortSignal.abort(new Error('too late')))).rejects.toThrow('too late');
        await first.release();
        await asker(await staying).settle(1, sampleCall());
        expect(await claim('key')).toEqual({ hit: 1 });
      });
    });

    it('keeps account of what was answered, by evaluation, service and purpose', async () => {
      await using store = await make();
      const record = sampleRun();
      await using _run = await store.catalog.create(record);
      const calls = store.calls(record.id);
      const { signal } = new AbortController();
      const settle = async (key: string, call: Partial<CallRecord>) =>
        asker(await calls.claim(key, signal)).settle(key, { ...sampleCall(), ...call });
      expect(await calls.totals()).toEqual([]);
      await settle('a', { attempts: 3, usage: { inputTokens: 10, outputTokens: 2, cachedTokens: 4 }, usd: 0.5, firstTokenMs: 7 });
      await settle('b', { usage: { inputTokens: 1, outputTokens: 1, reasoningTokens: 1 }, latencyMs: 20, waitMs: 5 });
      await settle('kept', { attempts: 0, usage: {}, usd: 0, latencyMs: 0, waitMs: 0 });
      await settle('c', { evaluation: 2, service: '모델:/하나', purpose: 'faithfulness', usd: 0.25 });
      expect(await calls.totals()).toEqual([
        {
          evaluation: 1,
          service: 'fake:/one',
          purpose: 'model',
          calls: 2,
          cached: 1,
          attempts: 4,
          inputTokens: 11,
          outputTokens: 3,
          cachedTokens: 4,
          reasoningTokens: 1,
          usd: 0.5,
          unpriced: 1,
          latencyMs: 30,
          waitMs: 5,
          firstTokenMs: 7,
          streamed: 1,
        },
        expect.objectContaining({
          evaluation: 2,
          service: '모델:/하나',
          purpose: 'faithfulness',
          calls: 1,
          usd: 0.25,
          unpriced: 0,
        }),
      ]);
    });

    it('remembers money that was reserved until it is given back or its call is settled', async () => {
      await using store = await make();
      const record = sampleRun();
      await using _run = await store.catalog.create(record);
      const calls = store.calls(record.id);
      expect(await calls.money()).toEqual({ settled: 0, reserved: 0 });
      await calls.reserve('one', 1);
      await calls.reserve('two', 2);
      await calls.reserve('two', 4);
      await calls.reserve('three', 8);
      expect(await calls.money()).toEqual({ settled: 0, reserved: 13 });
      await calls.reserve('one', 0);
      const claim = asker(await calls.claim('key', new AbortController().signal));
      await claim.settle('answer', { ...sampleCall(), usd: 0.5, reservation: 'two' });
      expect(await calls.money()).toEqual({ settled: 0.5, reserved: 8 });
    });

    it('tells the calls of a row and those of keys, with what was asked, as they were settled', async () => {
      await using store = await make();
      const record = sampleRun();
      await using _run = await store.catalog.create(record);
      const calls = store.calls(record.id);
      const { signal } = new AbortController();
      const sent = (row: string, request: Json): SentCall => ({ row, trial: 1, repeat: 2, identity: { 모델: '하나' }, request });
      const settle = async (key: string, call: Partial<CallRecord>) =>
        asker(await calls.claim(key, signal)).settle({ answer: key }, { ...sampleCall(), usage: USAGE, ...call });
      expect(await calls.find({ row: '가' })).toEqual([]);
      await settle('z', { sent: sent('가', { messages: HOSTILE_TEXTS }), purpose: 'judge' });
      await settle('of before', {});
      await settle('a', { sent: sent('나', null) });
      await settle('b', { sent: sent('가', '수도는?'), attempts: 0 });
      const entry = (key: string, call: Partial<CallRecord>) => ({
        key,
        answer: { answer: key },
        record: { ...sampleCall(), usage: USAGE, ...call },
      });
      const first = entry('z', { sent: sent('가', { messages: HOSTILE_TEXTS }), purpose: 'judge' });
      const last = entry('b', { sent: sent('가', '수도는?'), attempts: 0 });
      expect(await calls.find({ row: '가' })).toEqual([first, last]);
      expect(await calls.find({ row: '가', keys: ['b', 'of before', 'nowhere'] })).toEqual([first, entry('of before', {}), last]);
      expect(await calls.find({ keys: ['a'] })).toEqual([entry('a', { sent: sent('나', null) })]);
      expect(await calls.find({})).toEqual([]);
      // It was noted for another row, then again, and for the row that had asked for it.
      for (const row of ['다', '다', '나']) await calls.share('a', row);
      await calls.share('z', '다');
      expect((await calls.find({ row: '다' })).map(({ key }) => key)).toEqual(['z', 'a']);
      expect((await calls.find({ row: '나' })).map(({ key }) => key)).toEqual(['a']);
      expect((await Array.fromAsync(calls.entries())).flat()).toEqual([
        { ...first, sharedWith: ['다'] },
        entry('of before', {}),
        { ...entry('a', { sent: sent('나', null) }), sharedWith: ['다'] },
        last,
      ]);
      const other = sampleRun();
      await using _other = await store.catalog.create(other);
      expect(await store.calls(other.id).find({ row: '다' })).toEqual([]);
      expect(await store.calls(other.id).find({ row: '가', keys: ['a'] })).toEqual([]);
    });

    it('is the same log however often it is asked for, and another one for another run', async () => {
      await using store = await make();
      const [one, other] = [sampleRun(), sampleRun()];
      await using _one = await store.catalog.create(one);
      await using _other = await store.catalog.create(other);
      const { signal } = new AbortController();
      const first = asker(await store.calls(one.id).claim('key', signal));
      const waiting = store.calls(one.id).claim('key', signal);
      await asker(await store.calls(other.id).claim('key', signal)).settle('of the other', sampleCall());
      await first.settle('of the one', sampleCall());
      expect(await waiting).toEqual({ hit: 'of the one' });
      expect(await store.calls(other.id).claim('key', signal)).toEqual({ hit: 'of the other' });
    });
  });
}

/** Stores may keep what was not said as 0. */
const USAGE = { inputTokens: 3, outputTokens: 2, cachedTokens: 1, reasoningTokens: 1 };

type Asker = Extract<CallClaim, { readonly hit?: undefined }>;

async function withCalls(
  make: MakeStore,
  work: (claim: (key: string, signal?: AbortSignal) => Promise<CallClaim>) => Promise<void>,
): Promise<void> {
  await using store = await make();
  const record = sampleRun();
  await using _run = await store.catalog.create(record);
  const calls = store.calls(record.id);
  await work((key, signal = new AbortController().signal) => calls.claim(key, signal));
}

/** The claim of the one who must ask. */
function asker(claim: CallClaim): Asker {
  if (claim.hit === undefined) return claim;
  throw new Error(`There is an answer already: ${JSON.stringify(claim.hit)}`);
}
