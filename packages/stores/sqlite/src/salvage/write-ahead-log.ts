import { type FileBytes, openBytes } from './file-bytes.ts';

/** What stands in a write-ahead log, read without SQLite: https://sqlite.org/fileformat2.html#the_write_ahead_log */
export interface WriteAheadLog {
  readonly pageSize: number;
  /** Where the newest committed content of a page begins, in bytes. */
  readonly pages: ReadonlyMap<number, number>;
  /** Frames that SQLite does not read, because one before them (or the log's header) is damaged, though a commit closes them. */
  readonly unreachable: number;
  readPage(offset: number): Uint8Array | undefined;
  close(): void;
}

/** What SQLite makes when nobody asks for another size. */
export const USUAL_PAGE = 4096;

/** `undefined` when there is no log, or nothing was ever committed in it. @param pageSize of the database, for a log whose header is damaged */
export function openWriteAheadLog(file: string, pageSize = USUAL_PAGE): WriteAheadLog | undefined {
  const bytes = openBytes(file);
  if (bytes === undefined) return undefined;
  const found = readHeader(bytes) ?? guessHeader(bytes, pageSize);
  const frames = found === undefined ? [] : readFrames(bytes, found);
  // What follows the last commit was never acknowledged.
  const last = frames.findLastIndex(({ isGood, commits }) => isGood && commits);
  if (found === undefined || last < 0) {
    bytes.close();
    return undefined;
  }
  const committed = frames.slice(0, last + 1);
  const firstBad = found.isWhole ? committed.findIndex(({ isGood }) => !isGood) : 0;
  const good = committed.filter(({ isGood }) => isGood);
  return {
    pageSize: found.pageSize,
    pages: new Map(good.map(({ page, offset }) => [page, offset])),
    unreachable: firstBad < 0 ? 0 : committed.slice(firstBad).filter(({ isGood }) => isGood).length,
    readPage: (offset) => bytes.read(offset, found.pageSize),
    close: () => bytes.close(),
  };
}

interface Header {
  readonly pageSize: number;
  readonly littleEndian: boolean;
  /** The eight bytes that every frame of this log repeats; those of an earlier round of the same file have others. */
  readonly salt: string;
  readonly sum: Sum;
  readonly isWhole: boolean;
}

/** Both halves of SQLite's running checksum. */
type Sum = readonly [number, number];

const HEADER = 32;
const FRAME_HEADER = 24;
/** The last bit says in which order the checksums read their bytes. */
const MAGIC = 0x377f0682;

function readHeader(bytes: FileBytes): Header | undefined {
  const header = bytes.read(0, HEADER);
  if (header === undefined) return undefined;
  const view = viewOf(header);
  const magic = view.getUint32(0);
  if ((magic & ~1) >>> 0 !== MAGIC) return undefined;
  const littleEndian = magic === MAGIC;
  const sum = checksum([0, 0], header.subarray(0, 24), littleEndian);
  if (!isSame(sum, storedSum(view, 24))) return undefined;
  return { pageSize: view.getUint32(8), littleEndian, salt: saltOf(header, 16), sum, isWhole: true };
}

/** With a damaged header, the first frame tells the salt; that it belongs here shows when the frames after it add up. */
function guessHeader(bytes: FileBytes, pageSize: number): Header | undefined {
  const frame = bytes.read(HEADER, FRAME_HEADER);
  if (frame === undefined) return undefined;
  return { pageSize, littleEndian: true, salt: saltOf(frame, 8), sum: [0, 0], isWhole: false };
}

interface Frame {
  readonly page: number;
  /** Where its page begins, in bytes. */
  readonly offset: number;
  readonly commits: boolean;
  readonly isGood: boolean;
}

function readFrames(bytes: FileBytes, { pageSize, littleEndian, salt, sum }: Header): readonly Frame[] {
  const frames: Frame[] = [];
  let before = sum;
  for (let at = HEADER; ; at += FRAME_HEADER + pageSize) {
    const frame = bytes.read(at, FRAME_HEADER + pageSize);
    if (frame === undefined) return frames;
    const view = viewOf(frame);
    const expected = checksum(checksum(before, frame.subarray(0, 8), littleEndian), frame.subarray(FRAME_HEADER), littleEndian);
    // The sum that a damaged frame was written with still vouches for the one after it.
    before = storedSum(view, 16);
    frames.push({
      page: view.getUint32(0),
      offset: at + FRAME_HEADER,
      commits: view.getUint32(4) > 0,
      isGood: saltOf(frame, 8) === salt && isSame(expected, before),
    });
  }
}

function checksum([first, second]: Sum, bytes: Uint8Array, littleEndian: boolean): Sum {
  const view = viewOf(bytes);
  let [a, b] = [first, second];
  for (let at = 0; at < bytes.length; at += 8) {
    a = (a + view.getUint32(at, littleEndian) + b) >>> 0;
    b = (b + view.getUint32(at + 4, littleEndian) + a) >>> 0;
  }
  return [a, b];
}

function storedSum(view: DataView, at: number): Sum {
  return [view.getUint32(at), view.getUint32(at + 4)];
}

function isSame(a: Sum, b: Sum): boolean {
  return a[0] === b[0] && a[1] === b[1];
}

function saltOf(bytes: Uint8Array, at: number): string {
  return bytes.subarray(at, at + 8).join(' ');
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
