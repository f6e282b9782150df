import type { Connection, SqlValue } from '../connection.ts';
import type { SchemaList } from './damaged-store.ts';
import type { PageSource } from './page-source.ts';
import type { StoredValue } from './record.ts';
import { isOfShape, type TableShape } from './table-shape.ts';
import { nothingWalked, walkTree } from './tree-walk.ts';

/** A record of which only its key was found. */
export interface LostKey {
  readonly table: string;
  readonly rowid: number;
  /** The columns of the key. */
  readonly key: Readonly<Record<string, StoredValue | undefined>>;
}

/** The index of a key names all records that were there: those that the salvaged tables do not have are lost. */
export function* findLostKeys(
  source: PageSource,
  { entries }: SchemaList,
  shapes: readonly TableShape[],
  salvaged: Connection,
): Generator<LostKey> {
  for (const { type, name, root, sql } of entries) {
    const index = shapes.find((shape) => shape.kind === 'index' && shape.name === name);
    // Only those that a key makes are sure to name every record once.
    if (type !== 'index' || sql !== null || index === undefined) continue;
    const table = String(salvaged.get('SELECT tbl_name FROM sqlite_schema WHERE name = ?', name)?.tbl_name);
    const columns = index.columns.slice(0, -1).map((column) => column.name);
    const find = `SELECT 1 FROM "${table}" WHERE ${columns.map((column) => `"${column}" = ?`).join(' AND ')}`;
    for (const record of walkTree(source, root, 'index', nothingWalked())) {
      const rowid = record.values.at(-1);
      if (!isOfShape(index, record) || typeof rowid !== 'number') continue;
      const values: readonly SqlValue[] = record.values.slice(0, -1);
      if (salvaged.get(find, ...values) !== undefined) continue;
      const key = Object.fromEntries(columns.map((column, at) => [column, record.values[at]]));
      yield { table, rowid, key };
    }
  }
}
