import { openBytes } from './file-bytes.ts';
import { openWriteAheadLog, USUAL_PAGE } from './write-ahead-log.ts';

/**
 * The pages of a database as they were last committed, its write-ahead log included. Opens nothing for writing and takes no lock:
 * SQLite itself would write beside a file that it recovers.
 */
export interface PageSource {
  readonly pageSize: number;
  /** Bytes of a page that SQLite uses. */
  readonly usable: number;
  readonly count: number;
  /** Absent when the file's first page is not that of a database. */
  readonly header: DatabaseHeader | undefined;
  /** From 1. `undefined` for what cannot be read. */
  read(page: number): Uint8Array | undefined;
  close(): void;
}

interface DatabaseHeader {
  readonly applicationId: number;
  readonly schema: number;
  /** The first page of the list of free ones; 0: none. */
  readonly freePages: number;
}

/** `undefined` when there is no such file, or none that may be read. */
export function openPages(file: string): PageSource | undefined {
  const database = openBytes(file);
  if (database === undefined) return undefined;
  const own = sizesOf(database.read(0, HEADER));
  const log = openWriteAheadLog(`${file}-wal`, own?.pageSize);
  const pageSize = log?.pageSize ?? own?.pageSize ?? USUAL_PAGE;
  const read = (page: number): Uint8Array | undefined => {
    const offset = log?.pages.get(page);
    return offset === undefined ? database.read((page - 1) * pageSize, pageSize) : log?.readPage(offset);
  };
  const first = read(1);
  return {
    pageSize,
    usable: pageSize - (sizesOf(first)?.reserved ?? 0),
    count: Math.max(Math.ceil(database.size / pageSize), ...(log?.pages.keys() ?? [])),
    header: headerOf(first),
    read,
    close() {
      database.close();
      log?.close();
    },
  };
}

const HEADER = 100;

interface Sizes {
  readonly pageSize: number;
  /** Bytes at the end of each page. */
  readonly reserved: number;
}

function sizesOf(header: Uint8Array | undefined): Sizes | undefined {
  if (header === undefined || new TextDecoder('latin1').decode(header.subarray(0, 16)) !== 'SQLite format 3\0') return undefined;
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  // 65,536 does not fit in two bytes, and is written as 1.
  const pageSize = view.getUint16(16) === 1 ? 65_536 : view.getUint16(16);
  const isPossible = pageSize >= 512 && Number.isInteger(Math.log2(pageSize));
  return isPossible ? { pageSize, reserved: view.getUint8(20) } : undefined;
}

function headerOf(first: Uint8Array | undefined): DatabaseHeader | undefined {
  if (first === undefined || sizesOf(first) === undefined) return undefined;
  const view = new DataView(first.buffer, first.byteOffset, first.byteLength);
  return { freePages: view.getUint32(32), schema: view.getUint32(60), applicationId: view.getUint32(68) };
}
