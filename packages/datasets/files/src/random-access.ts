import { constants } from 'node:buffer';
import { fileBytes, TouchstoneError } from '@touchstone/core';
import { type DataBytes, dataBytes } from './data-bytes.ts';
import { isGzip } from './gunzip.ts';

/** A file of which any part can be read. */
export interface RandomAccess extends DataBytes {
  readonly size: number;
  /** Fewer bytes where the file ends. @throws TouchstoneError `file-changed` */
  slice(start: number, end: number): Buffer<ArrayBuffer>;
}

/**
 * A file that is read from several places at a time. A gzipped one is unpacked into memory for that.
 * @throws TouchstoneError `data-not-readable`; `broken-data` for broken gzip
 */
export function randomAccess(path: string): RandomAccess {
  const file = fileBytes(path);
  if (!file.rereadable) {
    throw new TouchstoneError(
      'data-not-readable',
      `${file.name} is a pipe, and this kind of file is read from several places: save it as a file, or pipe JSON Lines.`,
    );
  }
  if (isGzip(file.slice(0, 2)) || /\.gz$/i.test(file.name)) return unpacked(dataBytes(path));
  return file;
}

function unpacked(file: DataBytes): RandomAccess {
  const pieces: Buffer[] = [];
  let size = 0;
  for (const piece of file.pieces()) {
    size += piece.length;
    if (size > constants.MAX_LENGTH)
      throw new TouchstoneError(
        'broken-data',
        `${file.name} unpacks to more than fits into memory: unpack it, and give the file that comes out.`,
      );
    pieces.push(Buffer.from(piece));
  }
  // Not of the shared pool: who decodes columns makes typed arrays over it.
  const bytes = Buffer.from(new ArrayBuffer(size));
  let at = 0;
  for (const piece of pieces) at += piece.copy(bytes, at);
  return { ...file, size, slice: (start, end) => bytes.subarray(start, end) };
}
