import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { AnswerCache, CacheClaim, RunStore } from '@touchstone/core';
import { temporaryFolder } from '@touchstone/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { sqlite } from './index.ts';

describe('processes that ask for the same', () => {
  it('ask once for each key, whoever is first, and all are told', async () => {
    const file = join(temporaryFolder(), 'new', 'runs.db');
    const said = (await Promise.all([1, 2, 3, 4].map(() => saidBy(start(file, 'ask', '25'))))).flat();
    expect(said).toHaveLength(100);
    const asked = new Map(said.filter((one) => 'asked' in one).map(({ key, asked }) => [key, asked]));
    expect(said.filter((one) => 'asked' in one)).toHaveLength(25);
    for (const { key, told } of said.filter((one) => 'told' in one)) expect(told).toBe(asked.get(key));
    expect(readdirSync(`${file}-leases`)).toEqual([]);
  });

  it('wait for the one that asks, and take its answer whatever age they wanted', async () => {
    const file = join(temporaryFolder(), 'runs.db');
    await using store = sqlite(file);
    await keep(store, '열쇠 0', '옛 답');
    await cacheOf(store).clear();
    const holder = start(file, 'hold');
    await holder.lines.next();
    const waiting = Promise.all([
      claim(store, '열쇠 0'),
      claim(store, '열쇠 0', { maxAgeMs: 0 }),
      claim(store, '열쇠 0', { refresh: true }),
    ]);
    expect(await Promise.race([waiting, later('still waiting')])).toBe('still waiting');
    // Other keys are not held up.
    await keep(store, '다른 열쇠', '다른 답');
    holder.child.stdin?.write('settle\n');
    expect(await waiting).toMatchObject([{ hit: '그의 답' }, { hit: '그의 답' }, { hit: '그의 답' }]);
  });

  it('can give up waiting', async () => {
    const file = join(temporaryFolder(), 'runs.db');
    await using store = sqlite(file);
    const holder = start(file, 'hold');
    await holder.lines.next();
    const leaving = new AbortController();
    const waiting = cacheOf(store).claim('열쇠 0', leaving.signal);
    await later(undefined);
    leaving.abort(new Error('시간이 없다'));
    await expect(waiting).rejects.toThrow('시간이 없다');
  });

  it('take the claim over from one that was killed, and clear away what it left', async () => {
    const file = join(temporaryFolder(), 'runs.db');
    const holder = start(file, 'hold');
    await holder.lines.next();
    await using store = sqlite(file);
    const waiting = claim(store, '열쇠 0');
    expect(await Promise.race([waiting, later('still waiting')])).toBe('still waiting');
    holder.child.kill('SIGKILL');
    await holder.exited;
    const taken = await waiting;
    if (taken.hit !== undefined) throw new Error('Nobody has answered.');
    await taken.settle('내 답', { service: 'fake:/one' });
    expect(await claim(store, '열쇠 0')).toMatchObject({ hit: '내 답' });
    expect(readdirSync(`${file}-leases`)).toHaveLength(1);
    await store[Symbol.asyncDispose]();
    expect(readdirSync(`${file}-leases`)).toEqual([]);
  });

  it('let go of what they hold when they close the store', async () => {
    const file = join(temporaryFolder(), 'runs.db');
    const holder = start(file, 'hold');
    await holder.lines.next();
    holder.child.stdin?.end();
    await holder.exited;
    await using store = sqlite(file);
    expect(await claim(store, '열쇠 0')).not.toHaveProperty('hit');
  });
});

describe('the cache of a file', () => {
  it('outlives the store, and knows what was used last in an earlier process', async () => {
    const file = join(temporaryFolder(), 'runs.db');
    {
      await using store = sqlite(file);
      for (const key of ['가', '나', '다']) {
        await keep(store, key, 'x'.repeat(8));
        await later(undefined);
      }
      expect(await claim(store, '가')).toMatchObject({ hit: 'x'.repeat(8) });
    }
    await using store = sqlite(file);
    expect(await cacheOf(store).stats()).toMatchObject({ entries: 3, bytes: 30, hits: 1 });
    expect(await cacheOf(store).prune({ maxBytes: 10 })).toBe(2);
    expect(await claim(store, '가')).toMatchObject({ hit: 'x'.repeat(8) });
  });

  it('is shared by stores that are open at the same time in one process, within one limit', async () => {
    const file = join(temporaryFolder(), 'runs.db');
    await using store = sqlite(file, { cache: { maxBytes: 1_000 } });
    await using other = sqlite(file, { cache: { maxBytes: 1_000 } });
    await keep(store, '가', 'x'.repeat(90));
    expect(await claim(other, '가')).toMatchObject({ hit: 'x'.repeat(90) });
    for (let index = 0; index < 60; index++) await keep(index % 2 === 0 ? store : other, `${index}`, 'x'.repeat(90));
    // Each may add a sixteenth of the limit before it counts what the other has added.
    expect((await cacheOf(store).stats()).bytes).toBeLessThanOrEqual(1_125);
  });

  it('makes no file when there is nothing to look for, to clear or to prune', async () => {
    const file = join(temporaryFolder(), 'runs.db');
    {
      await using store = sqlite(file);
      expect(await cacheOf(store).stats()).toMatchObject({ entries: 0 });
      expect(await cacheOf(store).clear()).toBe(0);
      expect(await cacheOf(store).prune()).toBe(0);
    }
    expect(existsSync(file)).toBe(false);
  });
});

function cacheOf({ cache }: RunStore): AnswerCache {
  if (cache === undefined) throw new Error('This store has no cache.');
  return cache;
}

function claim(store: RunStore, key: string, options?: Parameters<AnswerCache['claim']>[2]): Promise<CacheClaim> {
  return cacheOf(store).claim(key, new AbortController().signal, options);
}

async function keep(store: RunStore, key: string, answer: string): Promise<void> {
  const claimed = await claim(store, key);
  if (claimed.hit === undefined) await claimed.settle(answer, { service: 'fake:/one' });
}

interface CacheProcess {
  readonly child: ChildProcess;
  readonly lines: AsyncIterableIterator<string>;
  readonly exited: Promise<unknown>;
}

function start(file: string, ...rest: readonly string[]): CacheProcess {
  const script = join(import.meta.dirname, '__fixtures__', 'cache-process.mjs');
  const child = spawn(process.execPath, [script, file, ...rest], { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return { child, lines, exited: once(child, 'exit') };
}

async function saidBy({ lines, exited }: CacheProcess) {
  const said: { key: string; asked?: number; told?: number }[] = (await Array.fromAsync(lines)).map((line) => JSON.parse(line));
  await exited;
  return said;
}

/** Resolves after some looks of those who wait. */
async function later<T>(value: T): Promise<T> {
  await new Promise((resolve) => setTimeout(resolve, 40));
  return value;
}
