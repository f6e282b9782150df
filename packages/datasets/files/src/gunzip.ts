import { TouchstoneError } from '@touchstone/core';
import { libraries } from './libraries.ts';

/** Packed bytes at a time. They may unpack to a thousand times as many, and those are in memory together. */
const PIECE = 16 * 1024;

/** Whether bytes begin as gzip does (RFC 1952). */
export function isGzip(start: Uint8Array): boolean {
  return start[0] === 0x1f && start[1] === 0x8b;
}

/**
 * Unpacks gzip piece by piece, synchronously: Node's own streams are asynchronous, which would cost every row a promise.
 * Members that follow one another (`cat a.gz b.gz`) are one text.
 *
 * @param name what error messages call the file
 * @throws TouchstoneError `broken-data` when it ends too early, or is damaged
 */
export function* gunzip(pieces: Iterable<Buffer>, name: string): Generator<Buffer, void, undefined> {
  const { Gunzip } = libraries.minizlib();
  const stream = new Gunzip({});
  let unpacked: Buffer[] = [];
  let failure: Error | undefined;
  stream.on('data', (bytes) => unpacked.push(bytes));
  stream.on('error', (error) => {
    failure = error instanceof Error ? error : new Error(String(error));
  });
  function* take(): Generator<Buffer, void, undefined> {
    const ready = unpacked;
    unpacked = [];
    yield* ready;
    if (failure !== undefined) throw brokenGzip(name, failure);
  }
  try {
    for (const piece of pieces) {
      for (let at = 0; at < piece.length; at += PIECE) {
        stream.write(piece.subarray(at, at + PIECE));
        yield* take();
      }
    }
    stream.end();
    yield* take();
  } finally {
    stream.close();
  }
}

function brokenGzip(name: string, cause: Error): TouchstoneError {
  const what =
    'code' in cause && cause.code === 'Z_BUF_ERROR'
      ? 'ends in the middle of its gzip data, so a part of it is missing'
      : `is damaged gzip (${cause.message.replace(/^zlib: /, '')})`;
  return new TouchstoneError('broken-data', `${name} ${what}; copy or download it again.`, { cause });
}
