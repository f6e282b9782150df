import type { CacheStats } from '@touchstone/core';

/** What is done to a cache. An asker whose `answer` is undefined gives up. */
export type CacheAction =
  | {
      readonly ask: string;
      readonly answer: string | undefined;
      readonly service: string;
      readonly maxAgeMs?: number;
      readonly refresh?: boolean;
    }
  | { readonly clear: string | undefined }
  | { readonly prune: { readonly maxBytes?: number; readonly maxAgeMs?: number } };

interface Kept {
  readonly key: string;
  readonly answer: string;
  readonly service: string;
  readonly at: number;
  readonly used: number;
  readonly hits: number;
}

/** What a cache must say, worked out the slow and obvious way. Every action has a time of its own. */
export function referenceCache() {
  let kept: readonly Kept[] = [];

  return {
    perform(action: CacheAction, now: number): unknown {
      if ('clear' in action) return forget(({ service }) => action.clear === undefined || service === action.clear);
      if ('prune' in action) {
        const { maxBytes = Number.POSITIVE_INFINITY, maxAgeMs = Number.POSITIVE_INFINITY } = action.prune;
        let count = forget(({ at }) => now - at > maxAgeMs);
        while (bytesOf(kept) > maxBytes) {
          const [least] = [...kept].sort((a, b) => a.used - b.used);
          count += forget((one) => one === least);
        }
        return count;
      }
      const found = kept.find(({ key }) => key === action.ask);
      if (found !== undefined && action.refresh !== true && now - found.at <= (action.maxAgeMs ?? Number.POSITIVE_INFINITY)) {
        kept = kept.map((one) => (one === found ? { ...one, used: now, hits: one.hits + 1 } : one));
        return [found.answer, found.at];
      }
      const { ask: key, answer, service } = action;
      if (answer !== undefined) {
        forget((one) => one === found);
        kept = [...kept, { key, answer, service, at: now, used: now, hits: 0 }];
      }
      return 'asked';
    },
    stats(): CacheStats {
      const times = kept.map(({ at }) => at);
      const services = [...new Set(kept.map(({ service }) => service))].map((service) => {
        const ofService = kept.filter((one) => one.service === service);
        return { service, entries: ofService.length, bytes: bytesOf(ofService) };
      });
      return {
        entries: kept.length,
        bytes: bytesOf(kept),
        ...(kept.length === 0 ? {} : { oldest: Math.min(...times), newest: Math.max(...times) }),
        hits: kept.reduce((sum, { hits }) => sum + hits, 0),
        byService: services.sort((a, b) => b.bytes - a.bytes || (a.service < b.service ? -1 : 1)),
      };
    },
  };

  function forget(leaves: (one: Kept) => boolean): number {
    const before = kept.length;
    kept = kept.filter((one) => !leaves(one));
    return before - kept.length;
  }
}

function bytesOf(kept: readonly Kept[]): number {
  return kept.reduce((sum, { answer }) => sum + new TextEncoder().encode(JSON.stringify(answer)).length, 0);
}
