import type { PageSource } from './page-source.ts';
import { readVarint } from './record.ts';

/** A page of a b-tree: https://sqlite.org/fileformat2.html#b_tree_pages */
export interface TreePage {
  /** Trees of tables are keyed by row number, those of indexes (and of tables without rowid) by the record itself. */
  readonly tree: 'table' | 'index';
  readonly children: readonly number[];
  /** Records of the page; `undefined` for one that cannot be read. */
  readonly cells: readonly (Cell | undefined)[];
}

interface Cell {
  /** Only in trees of tables. */
  readonly rowid?: number;
  readonly payload: Uint8Array;
}

const TYPES: Readonly<Record<number, { readonly tree: 'table' | 'index'; readonly isLeaf: boolean }>> = {
  2: { tree: 'index', isLeaf: false },
  5: { tree: 'table', isLeaf: false },
  10: { tree: 'index', isLeaf: true },
  13: { tree: 'table', isLeaf: true },
};

/** `undefined` when the page cannot be read, or is none of a b-tree. */
export function readTreePage(source: PageSource, page: number): TreePage | undefined {
  const bytes = source.read(page);
  if (bytes === undefined) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // The database's own header comes first in page 1.
  const start = page === 1 ? 100 : 0;
  const type = TYPES[view.getUint8(start)];
  if (type === undefined) return undefined;
  const { tree, isLeaf } = type;
  const pointers = start + (isLeaf ? 8 : 12);
  const count = view.getUint16(start + 3);
  if (pointers + 2 * count > source.usable) return undefined;
  const offsets = Array.from({ length: count }, (_, index) => view.getUint16(pointers + 2 * index));
  if (offsets.some((offset) => offset < pointers + 2 * count || offset + 4 > source.usable)) return undefined;

  const children = isLeaf ? [] : [...offsets, start + 8].map((offset) => view.getUint32(offset));
  if (children.some((child) => child < 1 || child > source.count || child === page)) return undefined;
  const records = tree === 'table' && !isLeaf ? [] : offsets;
  return { tree, children, cells: records.map((offset) => readCell(source, bytes, tree, offset + (isLeaf ? 0 : 4))) };
}

function readCell(source: PageSource, bytes: Uint8Array, tree: TreePage['tree'], at: number): Cell | undefined {
  const size = readVarint(bytes, at);
  if (size === undefined) return undefined;
  const rowid = tree === 'table' ? readVarint(bytes, size.next) : undefined;
  if (tree === 'table' && rowid === undefined) return undefined;
  const payload = readPayload(source, bytes, tree, rowid?.next ?? size.next, size.value);
  if (payload === undefined) return undefined;
  return rowid === undefined ? { payload } : { rowid: rowid.value, payload };
}

/** What does not fit into the page continues in a chain of others. */
function readPayload(
  source: PageSource,
  bytes: Uint8Array,
  tree: TreePage['tree'],
  at: number,
  size: number,
): Uint8Array | undefined {
  const local = localSize(source.usable, tree, size);
  if (at + local > source.usable) return undefined;
  if (local === size) return bytes.subarray(at, at + size);
  if (size > source.count * source.usable || at + local + 4 > source.usable) return undefined;

  const payload = new Uint8Array(size);
  payload.set(bytes.subarray(at, at + local));
  let next = uint32(bytes, at + local);
  for (let filled = local; filled < size; ) {
    const page = next > source.count ? undefined : source.read(next);
    if (next === 0 || page === undefined) return undefined;
    next = uint32(page, 0);
    const part = page.subarray(4, 4 + Math.min(size - filled, source.usable - 4));
    payload.set(part, filled);
    filled += part.length;
  }
  return next === 0 ? payload : undefined;
}

/** How much of a record of this size stands in the page itself; the names are those of SQLite's description. */
function localSize(usable: number, tree: TreePage['tree'], size: number): number {
  const most = tree === 'table' ? usable - 35 : Math.floor(((usable - 12) * 64) / 255) - 23;
  if (size <= most) return size;
  const least = Math.floor(((usable - 12) * 32) / 255) - 23;
  const fitting = least + ((size - least) % (usable - 4));
  return fitting <= most ? fitting : least;
}

function uint32(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(at);
}
