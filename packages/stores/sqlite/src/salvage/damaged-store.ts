import type { Connection } from '../connection.ts';
import { SCHEMA_VERSION } from '../schema.ts';
import type { PageSource } from './page-source.ts';
import { isOfShape, type TableShape } from './table-shape.ts';
import { readTreePage } from './tree-page.ts';
import { freePages, nothingWalked, recordsOf, type TreeRecord, type Walked, walkTree } from './tree-walk.ts';

/** A table or an index, as the file's own list of them says. */
interface SchemaEntry {
  readonly type: 'table' | 'index';
  readonly name: string;
  readonly root: number;
  /** `null` for the index that a key makes by itself. */
  readonly sql: string | null;
}

export interface SchemaList {
  readonly entries: readonly SchemaEntry[];
  readonly isWhole: boolean;
}

/** The list of tables that a database begins with. */
export function readSchemaList(source: PageSource): SchemaList {
  const walked = nothingWalked();
  const entries = [...walkTree(source, 1, 'table', walked)].flatMap(({ values }) => toEntry(values) ?? []);
  return { entries, isWhole: walked.damagedPages + walked.damagedRecords === 0 };
}

function toEntry([type, name, , root, sql]: TreeRecord['values']): SchemaEntry | undefined {
  if ((type !== 'table' && type !== 'index') || typeof name !== 'string' || typeof root !== 'number') return undefined;
  return { type, name, root, sql: typeof sql === 'string' ? sql : null };
}

/** Makes the tables of that schema, empty: the newest as we make it, an older one as the damaged file says it. */
export function createTables(connection: Connection, { entries }: SchemaList, version: number, createNewest: () => void): void {
  if (version === SCHEMA_VERSION) {
    createNewest();
    return;
  }
  for (const type of ['table', 'index']) {
    for (const { sql } of entries.filter((entry) => entry.type === type && !entry.name.startsWith('sqlite_'))) {
      if (sql !== null) connection.exec(sql);
    }
  }
}

export interface FoundRecord {
  readonly table: TableShape;
  readonly record: TreeRecord;
}

/**
 * Every record of the tables that can be read. Those that hang in their trees come first; where a tree is broken, the pages that
 * nobody leads to any more are gone through too, and a page belongs to the only table whose shape all of its records have: tables
 * look the same, and then it is the one whose tree is broken.
 */
export function* findRecords(
  source: PageSource,
  { entries, isWhole }: SchemaList,
  shapes: readonly TableShape[],
  damage: Map<string, Walked>,
): Generator<FoundRecord> {
  const pages = new Set<number>();
  const rootOf = new Map(entries.map(({ name, root }) => [name, root]));
  const broken = new Set<TableShape>();
  for (const shape of shapes) {
    const walked = nothingWalked(pages);
    damage.set(shape.name, walked);
    const root = rootOf.get(shape.name);
    if (root === undefined) {
      broken.add(shape);
      continue;
    }
    for (const record of walkTree(source, root, shape.tree, walked)) {
      if (!isOfShape(shape, record)) walked.damagedRecords++;
      else if (shape.kind === 'table') yield { table: shape, record };
    }
    if (walked.damagedPages > 0) broken.add(shape);
  }
  if (broken.size > 0 || !isWhole) yield* findStrays(source, shapes, { known: pages, broken });
}

interface Trees {
  /** Pages that hang in one. */
  readonly known: ReadonlySet<number>;
  readonly broken: ReadonlySet<TableShape>;
}

function* findStrays(source: PageSource, shapes: readonly TableShape[], { known, broken }: Trees): Generator<FoundRecord> {
  const free = freePages(source);
  for (let number = 2; number <= source.count; number++) {
    const page = known.has(number) || free.has(number) ? undefined : readTreePage(source, number);
    if (page === undefined) continue;
    const records = [...recordsOf(page, nothingWalked())];
    const fitting = shapes.filter((shape) => shape.tree === page.tree && records.every((record) => isOfShape(shape, record)));
    const table = theOnlyOne(fitting) ?? theOnlyOne(fitting.filter((shape) => broken.has(shape)));
    if (table?.kind !== 'table') continue;
    for (const record of records) yield { table, record };
  }
}

function theOnlyOne<T>([first, ...others]: readonly T[]): T | undefined {
  return others.length === 0 ? first : undefined;
}
