import { setTimeout as sleep } from 'node:timers/promises';
import { type AnswerCache, type CacheClaim, type CacheClaimOptions, type CacheLimits, type Json, turns } from '@touchstone/core';
import { cacheHolder } from './cache-holder.ts';
import { cachedBytes, statsOf } from './cache-stats.ts';
import { cacheUses } from './cache-uses.ts';
import type { Connection, SqlRow } from './connection.ts';
import { double, integer, json, parsed } from './entry-columns.ts';
import type { StoreAccess } from './store-access.ts';

export interface SqliteCache extends AnswerCache {
  /** Writes down what is to be written, and lets go of all claims. */
  close(): Promise<void>;
}

/**
 * The cache of the file. In this process the claims of a key take turns; whose turn it is looks for the answer, and for the claim of
 * another process, which is a row that names the lease of its holder.
 */
export function sqliteCache(access: StoreAccess, { maxBytes = DEFAULT_MAX_BYTES }: CacheLimits): SqliteCache {
  const holder = cacheHolder(access);
  const uses = cacheUses();
  const { take } = turns();
  /** How many bytes may still be added before they are counted again. */
  let room = 0;

  return {
    async claim(key, signal, options = {}) {
      access.checkOpen();
      const text = json(key);
      const before = access.read((connection) => connection.get('SELECT number FROM cached WHERE key = ?', text))?.number;
      const accepts = (found: Cached): boolean => found.number !== before || isWanted(found, options);
      const end = await take(key, signal);
      try {
        const found = await findOrClaim(text, signal, accepts);
        if (found === undefined) return claimOf(text, end);
        end();
        noteUse(found);
        return { hit: found.answer, at: found.at };
      } catch (error) {
        end();
        throw error;
      }
    },
    async stats() {
      access.checkOpen();
      const stats = access.read(statsOf) ?? { entries: 0, bytes: 0, hits: 0, byService: [] };
      return { ...stats, hits: stats.hits + uses.pending() };
    },
    async clear({ service } = {}) {
      access.checkOpen();
      const [condition, values] = service === undefined ? ['TRUE', []] : ['service = ?', [json(service)]];
      // Overwritten, not only forgotten: somebody may clear it because of what is in it.
      return forget((connection) => {
        connection.run('PRAGMA secure_delete = ON');
        return connection.all(`SELECT number FROM cached WHERE ${condition} LIMIT ${SLICE}`, ...values);
      });
    },
    async prune({ maxBytes: limit, maxAgeMs } = { maxBytes }) {
      access.checkOpen();
      const old = `SELECT number FROM cached WHERE at < ? LIMIT ${SLICE}`;
      const oldest = Date.now() - (maxAgeMs ?? Number.POSITIVE_INFINITY);
      const aged = maxAgeMs === undefined ? 0 : await forget((connection) => connection.all(old, oldest));
      return aged + (limit === undefined ? 0 : await forget((connection) => leastUsed(connection, limit)));
    },
    async close() {
      const name = holder.release();
      if (name === undefined && uses.pending() === 0) return;
      await commit((connection) => {
        if (name !== undefined) connection.run('DELETE FROM cache_claim WHERE holder = ?', name);
      }).catch(ignore);
    },
  };

  /** The answer; `undefined` when it is this caller who asks. Waits while another process does. */
  async function findOrClaim(key: string, signal: AbortSignal, accepts: (found: Cached) => boolean): Promise<Cached | undefined> {
    for (let pause = FIRST_PAUSE; ; pause = Math.min(pause * 1.5, LONGEST_PAUSE)) {
      signal.throwIfAborted();
      const found = access.read((connection) => find(connection, key));
      if (found !== undefined && accepts(found)) return found;
      const rival = access.read((connection) => connection.get('SELECT holder FROM cache_claim WHERE key = ?', key))?.holder;
      if (rival === undefined || holder.isFree(String(rival))) {
        const tried = await tryToClaim(key, rival === undefined ? '' : String(rival), accepts);
        if (signal.aborted && tried === 'claimed') await letGo(key);
        signal.throwIfAborted();
        if (tried !== 'taken') return tried === 'claimed' ? undefined : tried;
      }
      await sleep(pause, undefined, { signal }).catch(ignore);
    }
  }

  /** @param rival whose claim is free; of nobody else it is taken over */
  async function tryToClaim(
    key: string,
    rival: string,
    accepts: (found: Cached) => boolean,
  ): Promise<Cached | 'claimed' | 'taken'> {
    const name = await holder.name();
    return commit((connection) => {
      // It may have been settled since it was looked for.
      const found = find(connection, key);
      if (found !== undefined && accepts(found)) return found;
      return connection.run(CLAIM, key, name, rival) === 1 ? 'claimed' : 'taken';
    });
  }

  function claimOf(key: string, end: () => void): CacheClaim {
    let open = true;
    return {
      async settle(answer, { service }) {
        if (!open) return;
        open = false;
        try {
          await keep(key, answer, service);
        } catch (error) {
          await letGo(key);
          throw error;
        } finally {
          end();
        }
      },
      async release() {
        if (!open) return;
        open = false;
        await letGo(key);
        end();
      },
    };
  }

  async function keep(key: string, answer: Json, service: string): Promise<void> {
    const text = json(answer);
    const bytes = Buffer.byteLength(text);
    const at = Date.now();
    const [name, of] = [await holder.name(), json(service)];
    await commit((connection) => {
      connection.run(LET_GO, key, name);
      if (bytes > maxBytes) return;
      const replaced = connection.get('DELETE FROM cached WHERE key = ? RETURNING number', key);
      if (replaced !== undefined) connection.run('DELETE FROM cached_answer WHERE number = ?', integer(replaced.number));
      const added = connection.get(KEEP, key, of, bytes, at, at);
      connection.run('INSERT INTO cached_answer VALUES (?, ?)', integer(added?.number), text);
    });
    await makeRoom(bytes);
  }

  /** When a part of the limit was added, or nothing is known: counts the bytes of all processes, and forgets some if there are too many. */
  async function makeRoom(added: number): Promise<void> {
    room -= added;
    if (room > 0) return;
    // The answer is kept already. What is wrong with the file, the next write says.
    if (countBytes() > maxBytes) await forget((connection) => leastUsed(connection, maxBytes * AFTER_PRUNING)).catch(ignore);
    room = Math.min(maxBytes - countBytes(), maxBytes / 16);
  }

  function countBytes(): number {
    return access.read(cachedBytes) ?? 0;
  }

  /** When even that cannot be written, the claim stays until this process ends; for this process it is free. */
  async function letGo(key: string): Promise<void> {
    await holder
      .name()
      .then((name) => commit((connection) => connection.run(LET_GO, key, name)))
      .catch(ignore);
  }

  function noteUse({ number }: Cached): void {
    if (uses.note(number) >= MOST_USES) commit(() => undefined).catch(ignore);
  }

  /** Forgets what `choose` chooses, a slice at a time, until that is nothing. */
  async function forget(choose: (connection: Connection) => readonly SqlRow[]): Promise<number> {
    // Where nothing is cached nothing is written, and where there is no store yet none is made.
    if (access.read((connection) => connection.get('SELECT 1 FROM cached LIMIT 1')) === undefined) return 0;
    for (let count = 0; ; ) {
      const forgotten = await commit((connection) => {
        const numbers = json(choose(connection).map(({ number }) => integer(number)));
        connection.run('DELETE FROM cached_answer WHERE number IN (SELECT value FROM json_each(?))', numbers);
        return connection.run('DELETE FROM cached WHERE number IN (SELECT value FROM json_each(?))', numbers);
      });
      if (forgotten === 0) return count;
      count += forgotten;
    }
  }

  function commit<T>(write: (connection: Connection) => T): Promise<T> {
    return access.commit(undefined, 1, (connection) => {
      uses.write(connection);
      return write(connection);
    });
  }
}

const DEFAULT_MAX_BYTES = 2 ** 30;
/** Of the limit: so much is left when it was exceeded, so that not every new answer makes another one go. */
const AFTER_PRUNING = 0.9;
/** Answers that one transaction forgets. */
const SLICE = 1_000;
/** Uses that are not written down, at most. */
const MOST_USES = 1_000;
/** Between two looks at what another process asks for. Milliseconds. */
const FIRST_PAUSE = 5;
const LONGEST_PAUSE = 250;

const FIND = 'SELECT number, at, answer FROM cached JOIN cached_answer USING (number) WHERE key = ?';
const CLAIM =
  'INSERT INTO cache_claim VALUES (?, ?) ON CONFLICT DO UPDATE SET holder = excluded.holder WHERE cache_claim.holder = ?';
const LET_GO = 'DELETE FROM cache_claim WHERE key = ? AND holder = ?';
const KEEP = 'INSERT INTO cached (key, service, bytes, at, used, hits) VALUES (?, ?, ?, ?, ?, 0) RETURNING number';

interface Cached {
  readonly number: number;
  readonly at: number;
  readonly answer: Json;
}

function find(connection: Connection, key: string): Cached | undefined {
  const row = connection.get(FIND, key);
  return row === undefined ? undefined : { number: integer(row.number), at: double(row.at), answer: parsed(row.answer) };
}

function isWanted({ at }: Cached, { maxAgeMs = Number.POSITIVE_INFINITY, refresh = false }: CacheClaimOptions): boolean {
  return !refresh && Date.now() - at <= maxAgeMs;
}

/** Of the least recently used so many that the rest takes `limit` bytes at most; a slice of them when they are more. */
function leastUsed(connection: Connection, limit: number): readonly SqlRow[] {
  let excess = cachedBytes(connection) - limit;
  if (excess <= 0) return [];
  const candidates = connection.all(`SELECT number, bytes FROM cached ORDER BY used, number LIMIT ${SLICE}`);
  const staying = candidates.findIndex(({ bytes }) => {
    if (excess <= 0) return true;
    excess -= integer(bytes);
    return false;
  });
  return staying < 0 ? candidates : candidates.slice(0, staying);
}

function ignore(): void {}
