import type { Connection, SqlValue } from '../connection.ts';
import type { FoundRecord } from './damaged-store.ts';

/** Puts a record where it was: the same row number, the same values. A second one of the same key is a stale copy, and is left out. */
export function copyRecord(connection: Connection, { table, record }: FoundRecord): void {
  const stored = table.columns.slice(0, record.values.length);
  const rowid = record.rowid === undefined || stored.some(({ isRowid }) => isRowid) ? [] : [record.rowid];
  const names = [...rowid.map(() => 'rowid'), ...stored.map(({ name }) => `"${name}"`)];
  const values = stored.map(
    ({ isRowid }, index): SqlValue => (isRowid ? (record.rowid ?? null) : (record.values[index] ?? null)),
  );
  const places = names.map(() => '?').join(', ');
  connection.run(`INSERT OR IGNORE INTO "${table.name}" (${names.join(', ')}) VALUES (${places})`, ...rowid, ...values);
}
