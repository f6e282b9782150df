import type { Connection } from './connection.ts';

/**
 * Which answers were taken since that was last written down. Taking one must cost no write, so it is written together with others,
 * and a process that dies forgets some: no harm, it only decides what is forgotten first.
 */
export interface CacheUses {
  /** @returns how many uses are to be written */
  note(entry: number): number;
  write(connection: Connection): void;
  /** How many uses are to be written. */
  pending(): number;
}

export function cacheUses(): CacheUses {
  const uses = new Map<number, { readonly at: number; readonly times: number }>();
  let pending = 0;
  return {
    note(entry) {
      uses.set(entry, { at: Date.now(), times: (uses.get(entry)?.times ?? 0) + 1 });
      return ++pending;
    },
    write(connection) {
      for (const [entry, { at, times }] of uses) {
        connection.run('UPDATE cached SET used = max(used, ?), hits = hits + ? WHERE number = ?', at, times, entry);
      }
      uses.clear();
      pending = 0;
    },
    pending: () => pending,
  };
}
