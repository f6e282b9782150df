import type { PlannedCache, PlannedCassette, RunStore } from '../contracts/index.ts';
import type { Problem } from '../errors/touchstone-error.ts';
import type { CacheOption } from './evaluate-request.ts';

/** How the store's cache is used; `undefined`: it is not. Without a word of the request it is, where the store has one. */
export function planCache(
  option: CacheOption | undefined,
  cassette: PlannedCassette | undefined,
  { name, cache }: Pick<RunStore, 'name' | 'cache'>,
  problems: Problem[],
): PlannedCache | undefined {
  if (option === false) return undefined;
  if (cache === undefined) {
    if (option !== undefined) {
      problems.push({
        code: 'no-cache',
        message: `cache is set, and the store '${name}' keeps no answers for other runs: leave cache out, or use a store that does, such as sqlite('runs.db') or memoryStore({ cache: {} }).`,
      });
    }
    return undefined;
  }
  if (cassette?.mode === 'replay') return undefined;
  const maxAge = typeof option === 'object' ? option.maxAge : undefined;
  return {
    // A recording is of what is said today.
    refresh: option === 'refresh' || cassette?.mode === 'record',
    ...(maxAge === undefined ? {} : { maxAgeMs: maxAge * 1000 }),
  };
}
