import { type CacheLimits, type CallStore, type RunStore, versionOf } from '@touchstone/core';
import { sqliteCache } from './answer-cache.ts';
import { sqliteCallLog } from './call-log.ts';
import { sqliteCatalog } from './catalog.ts';
import type { OpenRuns } from './open-run.ts';
import { type StoreAccessOptions, storeAccess } from './store-access.ts';

export interface SqliteOptions {
  /** How large the cache of answers may grow: 1 GiB unless it says otherwise. */
  readonly cache?: CacheLimits;
}

/**
 * Keeps runs in one SQLite file. The factory touches nothing: the file (mode 0600) and its folder are made by the first write.
 * What was acknowledged survives SIGKILL and power cuts; a run is written by one process at a time, and read by any number.
 *
 * Everything that can go wrong with the file rejects with a `TouchstoneError` of kind `store`: `store-full`, `store-read-only`,
 * `store-corrupt`, `store-locked`, `store-newer`, `store-not-a-database`, `store-failed`; what was committed before stays.
 *
 * @param path the file; relative to the working directory of this moment
 * @example await evaluate({ …, store: sqlite('.touchstone/runs.db') });
 */
export function sqlite(path: string, options?: SqliteOptions): RunStore {
  return openSqliteStore(path, options);
}

export function openSqliteStore(
  path: string,
  { cache: limits = {}, ...options }: SqliteOptions & StoreAccessOptions = {},
): RunStore {
  const access = storeAccess(path, options);
  const { close: closeCache, ...cache } = sqliteCache(access, limits);
  const open: OpenRuns = new Map();
  const callLogs = new Map<string, CallStore>();

  return {
    name: access.file,
    durable: true,
    provenance: { '@touchstone/store-sqlite': versionOf(import.meta.url) },
    catalog: sqliteCatalog(access, open),
    calls(runId) {
      let log = callLogs.get(runId);
      if (log === undefined) {
        log = sqliteCallLog(access, open, runId);
        callLogs.set(runId, log);
      }
      return log;
    },
    cache,
    [Symbol.asyncDispose]: () =>
      access.close(async () => {
        for (const { runWriter } of [...open.values()]) await runWriter[Symbol.asyncDispose]();
        await closeCache();
      }),
  };
}
