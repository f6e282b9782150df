// Another process that uses the cache of a store: node cache-process.mjs <file> <action> [keys].
import './sources.mjs';
import { writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const { openSqliteStore } = await import('../sqlite-store.ts');

const [file, action, keys = '1'] = process.argv.slice(2);
const store = openSqliteStore(file);
const { signal } = new AbortController();
await { ask, hold }[action]();

/** Asks for keys all at once, a while for each, and says what it asked for itself and what it was told. */
async function ask() {
  const found = await Promise.all(
    Array.from({ length: Number(keys) }, async (_, number) => {
      const key = `열쇠 ${number}`;
      const claim = await store.cache.claim(key, signal);
      if (claim.hit !== undefined) return { key, told: claim.hit };
      await sleep(20);
      await claim.settle(process.pid, { service: 'fake:/one' });
      return { key, asked: process.pid };
    }),
  );
  for (const one of found) say(one);
  await store[Symbol.asyncDispose]();
}

/** Claims a key and does nothing with it until its input says to settle; closes the store when its input ends. */
async function hold() {
  const claim = await store.cache.claim('열쇠 0', signal);
  say('held');
  process.stdin.on('data', async () => {
    await claim.settle('그의 답', { service: 'fake:/one' });
    say('settled');
  });
  process.stdin.on('end', async () => {
    await store[Symbol.asyncDispose]();
    process.exit();
  });
}

function say(what) {
  writeSync(1, `${JSON.stringify(what)}\n`);
}
