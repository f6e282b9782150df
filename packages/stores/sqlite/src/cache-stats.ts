import type { CacheStats } from '@touchstone/core';
import type { Connection, SqlRow } from './connection.ts';
import { double, integer, parsed } from './entry-columns.ts';

/** What is in the cache; uses that are not written down yet are not counted. */
export function statsOf(connection: Connection): CacheStats {
  return connection.atOnce(() => ({
    ...toTotals(connection.get(TOTALS) ?? {}),
    byService: connection.all(BY_SERVICE).map((row) => ({
      service: parsed<string>(row.service),
      entries: integer(row.entries),
      bytes: integer(row.bytes),
    })),
  }));
}

export function cachedBytes(connection: Connection): number {
  return integer(connection.get('SELECT coalesce(sum(bytes), 0) AS bytes FROM cached')?.bytes);
}

const TOTALS = `SELECT count(*) AS entries, coalesce(sum(bytes), 0) AS bytes, coalesce(sum(hits), 0) AS hits,
  min(at) AS oldest, max(at) AS newest FROM cached`;
const BY_SERVICE =
  'SELECT service, count(*) AS entries, sum(bytes) AS bytes FROM cached GROUP BY service ORDER BY bytes DESC, service';

function toTotals(row: SqlRow): Omit<CacheStats, 'byService'> {
  return {
    entries: integer(row.entries),
    bytes: integer(row.bytes),
    hits: integer(row.hits),
    ...(row.oldest === null ? {} : { oldest: double(row.oldest), newest: double(row.newest) }),
  };
}
