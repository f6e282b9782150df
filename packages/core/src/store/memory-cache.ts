import type { AnswerCache, CacheClaimOptions, CacheLimits, CacheStats } from '../contracts/cache.ts';
import type { Json } from '../contracts/json.ts';
import { turns } from './turns.ts';

/** A cache in memory. @param checkOpen throws when its store was closed */
export function memoryCache({ maxBytes = DEFAULT_MAX_BYTES }: CacheLimits, checkOpen: () => void): AnswerCache {
  /** The least recently used first. */
  const answers = new Map<string, Answer>();
  const { take } = turns();
  let bytes = 0;

  return {
    async claim(key, signal, options = {}) {
      checkOpen();
      const before = answers.get(key);
      const end = await take(key, signal);
      if (signal.aborted) {
        end();
        throw signal.reason;
      }
      const found = answers.get(key);
      if (found !== undefined && (found !== before || isWanted(found, options))) {
        end();
        found.hits++;
        answers.delete(key);
        answers.set(key, found);
        return { hit: found.answer, at: found.at };
      }
      let open = true;
      return {
        async settle(answer, { service }) {
          if (!open) return;
          open = false;
          try {
            checkOpen();
            keep(key, { answer, service, bytes: sizeOf(answer), at: Date.now(), hits: 0 });
          } finally {
            end();
          }
        },
        async release() {
          open = false;
          end();
        },
      };
    },
    async stats() {
      checkOpen();
      return statsOf([...answers.values()]);
    },
    async clear({ service } = {}) {
      checkOpen();
      return forget((answer) => service === undefined || answer.service === service);
    },
    async prune(limits = { maxBytes }) {
      checkOpen();
      const { maxAgeMs = Number.POSITIVE_INFINITY } = limits;
      const now = Date.now();
      return forget(({ at }) => now - at > maxAgeMs) + forgetUntil(limits.maxBytes ?? Number.POSITIVE_INFINITY);
    },
  };

  function keep(key: string, answer: Answer): void {
    if (answer.bytes > maxBytes) return;
    bytes += answer.bytes - (answers.get(key)?.bytes ?? 0);
    answers.delete(key);
    answers.set(key, answer);
    forgetUntil(maxBytes);
  }

  function forgetUntil(limit: number): number {
    return forget(() => bytes > limit);
  }

  function forget(leaves: (answer: Answer) => boolean): number {
    let count = 0;
    for (const [key, answer] of answers) {
      if (!leaves(answer)) continue;
      answers.delete(key);
      bytes -= answer.bytes;
      count++;
    }
    return count;
  }
}

const DEFAULT_MAX_BYTES = 2 ** 30;

interface Answer {
  readonly answer: Json;
  readonly service: string;
  readonly bytes: number;
  readonly at: number;
  hits: number;
}

function isWanted({ at }: Answer, { maxAgeMs = Number.POSITIVE_INFINITY, refresh = false }: CacheClaimOptions): boolean {
  return !refresh && Date.now() - at <= maxAgeMs;
}

/** Of the text that a store on disk would keep. */
function sizeOf(answer: Json): number {
  return Buffer.byteLength(JSON.stringify(answer));
}

function statsOf(answers: readonly Answer[]): CacheStats {
  const times = answers.map(({ at }) => at).sort((a, b) => a - b);
  const [oldest, newest] = [times.at(0), times.at(-1)];
  const services = Map.groupBy(answers, ({ service }) => service);
  return {
    entries: answers.length,
    bytes: bytesOf(answers),
    ...(oldest === undefined || newest === undefined ? {} : { oldest, newest }),
    hits: answers.reduce((sum, { hits }) => sum + hits, 0),
    byService: [...services]
      .map(([service, ofService]) => ({ service, entries: ofService.length, bytes: bytesOf(ofService) }))
      .sort((a, b) => b.bytes - a.bytes || (a.service < b.service ? -1 : 1)),
  };
}

function bytesOf(answers: readonly Answer[]): number {
  return answers.reduce((sum, { bytes }) => sum + bytes, 0);
}
