import type { PageSource } from './page-source.ts';
import { readRecord, type StoredValue } from './record.ts';
import { readTreePage, type TreePage } from './tree-page.ts';

export interface TreeRecord {
  /** Absent in trees of indexes and of tables without rowid. */
  readonly rowid?: number;
  readonly values: readonly StoredValue[];
}

/** What was met on the way through trees. */
export interface Walked {
  /** Pages that belong to some tree. */
  readonly pages: Set<number>;
  damagedPages: number;
  damagedRecords: number;
}

export function nothingWalked(pages: Set<number> = new Set()): Walked {
  return { pages, damagedPages: 0, damagedRecords: 0 };
}

/** All records of the tree that can be read, in its order; what cannot be read is counted, and passed by. */
export function* walkTree(source: PageSource, root: number, tree: TreePage['tree'], walked: Walked): Generator<TreeRecord> {
  const waiting = [root];
  for (let page = waiting.pop(); page !== undefined; page = waiting.pop()) {
    const found = walked.pages.has(page) ? undefined : readTreePage(source, page);
    // A page of two trees, or of another kind of tree, is one whose number or content was overwritten.
    if (found?.tree !== tree) {
      walked.damagedPages++;
      continue;
    }
    walked.pages.add(page);
    yield* recordsOf(found, walked);
    waiting.push(...found.children.toReversed());
  }
}

export function* recordsOf({ cells }: TreePage, walked: Walked): Generator<TreeRecord> {
  for (const cell of cells) {
    const values = cell === undefined ? undefined : readRecord(cell.payload);
    if (values === undefined) walked.damagedRecords++;
    else yield cell?.rowid === undefined ? { values } : { rowid: cell.rowid, values };
  }
}

/** Pages that are free: what stands in them was deleted, and must not come back. As far as their list can be read. */
export function freePages(source: PageSource): ReadonlySet<number> {
  const free = new Set<number>();
  let trunk = source.header?.freePages ?? 0;
  while (trunk > 0 && trunk <= source.count && !free.has(trunk)) {
    free.add(trunk);
    const bytes = source.read(trunk);
    if (bytes === undefined) break;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const leaves = Math.min(view.getUint32(4), source.usable / 4 - 2);
    for (let index = 0; index < leaves; index++) free.add(view.getUint32(8 + 4 * index));
    trunk = view.getUint32(0);
  }
  return free;
}
