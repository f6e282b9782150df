import { type FileBytes, fileBytes, TouchstoneError } from '@touchstone/core';
import { gunzip, isGzip } from './gunzip.ts';

/** The bytes of a file, unpacked where they are gzip, whatever its name says. Its fingerprint is that of the bytes as they lie there. */
export interface DataBytes extends Pick<FileBytes, 'path' | 'name' | 'rereadable' | 'fingerprint'> {
  /** A piece may be overwritten as soon as the next one is asked for. */
  pieces(): Generator<Buffer, void, undefined>;
}

/** @throws TouchstoneError `data-not-readable`; when read `file-changed`, `broken-data` for broken gzip */
export function dataBytes(path: string): DataBytes {
  const { name, rereadable, fingerprint, pieces } = fileBytes(path);
  return { path, name, rereadable, fingerprint, pieces: () => unpacked(pieces(), name) };
}

function* unpacked(pieces: Generator<Buffer, void, undefined>, name: string): Generator<Buffer, void, undefined> {
  try {
    const first = pieces.next();
    if (first.done === true) return;
    const isPacked = isGzip(first.value);
    if (!isPacked && /\.gz$/i.test(name))
      throw new TouchstoneError('broken-data', `${name} is called .gz and is not gzip; rename it, or download it again.`);
    function* all() {
      if (first.done !== true) yield first.value;
      yield* pieces;
    }
    yield* isPacked ? gunzip(all(), name) : all();
  } finally {
    // Also when the reader leaves in the first piece, which was not taken by a loop.
    pieces.return();
  }
}
