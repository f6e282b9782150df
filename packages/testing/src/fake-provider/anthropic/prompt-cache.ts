import { countTokens } from '../token-pieces.ts';

/** Shorter prefixes are not cached, whatever the request says. */
const LEAST_TOKENS = 1024;
/** So many blocks before the breakpoint are looked at for something cached. */
const LOOK_BACK = 20;

export interface CacheUse {
  readonly cachedTokens: number;
  readonly cacheWriteTokens: number;
}

/**
 * What of the blocks is read from the cache, and what is written to it now.
 *
 * @param cached what earlier requests wrote; grows
 * @param owner credential and model: caches are not shared beyond
 */
export function useCache(cached: Set<string>, owner: string, blocks: readonly string[]): CacheUse {
  const prefixes = blocks.map((_, i) => blocks.slice(0, i + 1).join('\n')).slice(-LOOK_BACK);
  const whole = prefixes.at(-1) ?? '';
  const tokens = countTokens(whole);
  if (tokens < LEAST_TOKENS) return { cachedTokens: 0, cacheWriteTokens: 0 };
  const hit = prefixes.findLast((prefix) => cached.has(`${owner}\n${prefix}`));
  const cachedTokens = hit === undefined ? 0 : countTokens(hit);
  cached.add(`${owner}\n${whole}`);
  return { cachedTokens, cacheWriteTokens: tokens - cachedTokens };
}
