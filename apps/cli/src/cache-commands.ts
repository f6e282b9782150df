import { type AnswerCache, type CacheStats, TouchstoneError } from '@touchstone/core';
import { alignColumns } from './align-columns.ts';
import { confirmed } from './confirmed.ts';
import { EXIT } from './exit-codes.ts';
import { type StoreFlags, withTouchstone } from './open-touchstone.ts';
import { print, say } from './say.ts';

interface CacheFlags extends StoreFlags {
  readonly json?: boolean;
}

/** `touchstone cache stats` */
export function cacheStatsCommand(flags: CacheFlags): Promise<number> {
  return withCache(flags, async (cache) => {
    const stats = await cache.stats();
    await print(flags.json === true ? JSON.stringify(stats, null, 2) : statsText(stats));
    return EXIT.ok;
  });
}

/** `touchstone cache clear`: asks first, unless told not to. */
export function cacheClearCommand(flags: StoreFlags & { readonly model?: string; readonly yes?: boolean }): Promise<number> {
  return withCache(flags, async (cache) => {
    const { entries, byService } = await cache.stats();
    const { model } = flags;
    const found = model === undefined ? entries : (byService.find(({ service }) => service === model)?.entries ?? 0);
    const which = model === undefined ? answers(found) : `${answers(found)} of ${model}`;
    if (found === 0) {
      const known = byService.map(({ service }) => service).join(', ');
      say(`There is nothing to forget${model === undefined || known === '' ? '' : `: kept are answers of ${known}`}.`);
      return EXIT.ok;
    }
    if (flags.yes !== true && !(await confirmed(`Forgetting ${which}`, `Forget ${which}?`))) {
      say('Nothing was forgotten.');
      return EXIT.ok;
    }
    say(`Forgot ${answers(await cache.clear(model === undefined ? {} : { service: model }))}.`);
    return EXIT.ok;
  });
}

/** `touchstone cache prune` */
export function cachePruneCommand(flags: CacheFlags & { readonly maxAge?: string; readonly maxSize?: string }): Promise<number> {
  const maxAgeMs = amountOf('--max-age', flags.maxAge, AGES, '30d, 12h or 90m');
  const maxBytes = amountOf('--max-size', flags.maxSize, SIZES, '500MB or 2GB');
  return withCache(flags, async (cache) => {
    const limits = {
      ...(maxAgeMs === undefined ? {} : { maxAgeMs }),
      ...(maxBytes === undefined ? {} : { maxBytes }),
    };
    const forgotten = await (Object.keys(limits).length === 0 ? cache.prune() : cache.prune(limits));
    const { entries, bytes } = await cache.stats();
    const text = `Forgot ${answers(forgotten)}; ${answers(entries)} (${sizeText(bytes)}) ${entries === 1 ? 'is' : 'are'} left.`;
    await print(flags.json === true ? JSON.stringify({ forgotten, entries, bytes }, null, 2) : text);
    return EXIT.ok;
  });
}

const MINUTE = 60_000;
const AGES: Readonly<Record<string, number>> = { m: MINUTE, h: 60 * MINUTE, d: 1_440 * MINUTE, w: 10_080 * MINUTE };
const SIZES: Readonly<Record<string, number>> = { b: 1, kb: 1e3, mb: 1e6, gb: 1e9, kib: 2 ** 10, mib: 2 ** 20, gib: 2 ** 30 };

function amountOf(
  flag: string,
  given: string | undefined,
  units: Readonly<Record<string, number>>,
  examples: string,
): number | undefined {
  if (given === undefined) return undefined;
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?)\s*([a-z]+)$/iu.exec(given.trim()) ?? [];
  const size = units[unit.toLowerCase()];
  if (number !== undefined && size !== undefined && Object.hasOwn(units, unit.toLowerCase())) return Number(number) * size;
  throw new TouchstoneError('bad-option', `${flag} must be a number with its unit, such as ${examples}, and it is '${given}'.`);
}

async function withCache(flags: StoreFlags, work: (cache: AnswerCache) => Promise<number>): Promise<number> {
  return withTouchstone(flags, async ({ touchstone }) => {
    const { cache, name } = touchstone.store;
    if (cache !== undefined) return work(cache);
    throw new TouchstoneError('no-cache', `The store ${name} keeps no answers for other runs.`);
  });
}

function statsText({ entries, bytes, oldest, newest, hits, byService }: CacheStats): string {
  if (entries === 0) return 'No answers are kept.';
  const times = oldest === undefined || newest === undefined ? '' : `, from ${dayOf(oldest)} to ${dayOf(newest)}`;
  return [
    `${answers(entries)}, ${sizeText(bytes)}${times}; taken ${hits.toLocaleString('en-US')} ${hits === 1 ? 'time' : 'times'}`,
    '',
    alignColumns([
      ['model', 'answers', 'size'],
      ...byService.map((one) => [one.service, one.entries.toLocaleString('en-US'), sizeText(one.bytes)]),
    ]),
  ].join('\n');
}

function answers(count: number): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? 'answer' : 'answers'}`;
}

function sizeText(bytes: number): string {
  if (bytes < 1e3) return `${bytes} B`;
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
