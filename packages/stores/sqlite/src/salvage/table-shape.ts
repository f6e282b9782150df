import type { Connection } from '../connection.ts';
import { jsonColumns } from '../json-columns.ts';
import type { StoredValue } from './record.ts';
import type { TreePage } from './tree-page.ts';
import type { TreeRecord } from './tree-walk.ts';

/** How the records of a table or an index look on disk. */
export interface TableShape {
  readonly name: string;
  readonly kind: 'table' | 'index';
  readonly tree: TreePage['tree'];
  /** In the order in which they are stored. */
  readonly columns: readonly Column[];
}

interface Column {
  readonly name: string;
  readonly type: string;
  readonly isRequired: boolean;
  /** It stands in the row number, and is null in the record. */
  readonly isRowid: boolean;
  /** Rows that were written before the column was added do not have it. */
  readonly isLate: boolean;
  readonly isJson: boolean;
}

/** All tables and indexes of the schema that the connection has. */
export function shapesOf(connection: Connection): readonly TableShape[] {
  const tables = connection.all("SELECT name, wr FROM pragma_table_list WHERE schema = 'main' AND name NOT LIKE 'sqlite_%'");
  return tables.flatMap(({ name, wr }) => {
    const table = tableShape(connection, String(name), wr === 1 ? 'index' : 'table');
    return [table, ...indexShapes(connection, table)];
  });
}

function tableShape(connection: Connection, name: string, tree: TreePage['tree']): TableShape {
  const found = connection.all('SELECT * FROM pragma_table_info(?) ORDER BY cid', name);
  const keys = found.filter(({ pk }) => Number(pk) > 0).sort((a, b) => Number(a.pk) - Number(b.pk));
  // Without rowid the key comes first, wherever it stands in the declaration.
  const stored = tree === 'table' ? found : [...keys, ...found.filter(({ pk }) => Number(pk) === 0)];
  return {
    name,
    kind: 'table',
    tree,
    columns: stored.map((column) => ({
      name: String(column.name),
      type: String(column.type),
      isRequired: column.notnull === 1,
      isRowid: tree === 'table' && keys.length === 1 && Number(column.pk) > 0 && column.type === 'INTEGER',
      isLate: column.notnull === 0 || column.dflt_value !== null,
      isJson: jsonColumns(name).includes(String(column.name)),
    })),
  };
}

/** The indexes that are trees of their own: the key of a table without rowid is the table. */
function indexShapes(connection: Connection, table: TableShape): readonly TableShape[] {
  const indexes = connection.all(
    'SELECT name FROM pragma_index_list(?) WHERE NOT (origin = ? AND ?)',
    table.name,
    'pk',
    table.tree === 'index' ? 1 : 0,
  );
  return indexes.map(({ name }) => ({
    name: String(name),
    kind: 'index',
    tree: 'index',
    columns: connection.all('SELECT name FROM pragma_index_xinfo(?) ORDER BY seqno', String(name)).map(({ name: column }) => {
      const own = table.columns.find((candidate) => candidate.name === column);
      return own ?? { name: 'rowid', type: 'INTEGER', isRequired: true, isRowid: false, isLate: false, isJson: false };
    }),
  }));
}

/** Whether the record can be one of this table: as many values, of these types, and JSON where JSON was written. */
export function isOfShape({ columns, tree }: TableShape, { values, rowid }: TreeRecord): boolean {
  if (values.length > columns.length || (tree === 'table') !== (rowid !== undefined)) return false;
  return columns.every((column, index) => {
    const value = values[index];
    return value === undefined ? column.isLate : isOfColumn(column, value);
  });
}

function isOfColumn(column: Column, value: StoredValue): boolean {
  if (column.isRowid) return value === null;
  if (value === null) return !column.isRequired;
  switch (column.type) {
    case 'INTEGER':
      return typeof value === 'bigint' || Number.isInteger(value);
    case 'REAL':
      // Whole numbers are stored as integers, to save space.
      return typeof value === 'number';
    case 'TEXT':
      return typeof value === 'string' && (!column.isJson || isJson(value));
    case 'BLOB':
      return value instanceof Uint8Array;
    default:
      return true;
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
