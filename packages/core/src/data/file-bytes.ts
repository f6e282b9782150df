import { createHash } from 'node:crypto';
import { closeSync, createReadStream, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { basename } from 'node:path';
import { TouchstoneError } from '../errors/touchstone-error.ts';
import { checkReadableFile } from './readable-file.ts';

/** Read piece by piece, so that any file fits; synchronously, because a row then costs no promise. */
const PIECE = 64 * 1024;

/** The bytes of a data file, the same ones every time: a file that has changed since it was first read is an error. */
export interface FileBytes {
  readonly path: string;
  /** The last part of the path, as error messages call the file. */
  readonly name: string;
  /** False for a pipe, which can be read once. */
  readonly rereadable: boolean;
  /** Bytes; 0 for a pipe. */
  readonly size: number;
  /**
   * All bytes in order. A piece may be overwritten as soon as the next one is asked for.
   * @throws TouchstoneError `file-changed`
   */
  pieces(): Generator<Buffer, void, undefined>;
  /**
   * The bytes from `start` to before `end`; fewer where the file ends.
   * @throws TouchstoneError `file-changed`
   */
  slice(start: number, end: number): Buffer<ArrayBuffer>;
  /** SHA-256 (hex) of all bytes, computed once. */
  fingerprint(): Promise<string>;
}

/**
 * The bytes of a file that loaders read.
 * @throws TouchstoneError `data-not-readable` naming the path
 */
export function fileBytes(path: string): FileBytes {
  const stats = checkReadableFile(path);
  const rereadable = stats.isFile();
  const name = basename(path);
  let first: Stats | undefined;
  let fingerprint: Promise<string> | undefined;

  const check = (file: number): void => {
    if (!rereadable) return;
    const now = fstatSync(file);
    first ??= now;
    if (now.size === first.size && now.mtimeMs === first.mtimeMs && now.ino === first.ino) return;
    throw new TouchstoneError(
      'file-changed',
      `${name} was changed while it was read: wait until nothing writes to it, and start again.`,
      { kind: 'run' },
    );
  };

  return {
    path,
    name,
    rereadable,
    size: rereadable ? stats.size : 0,
    *pieces() {
      const file = openSync(path, 'r');
      try {
        check(file);
        const piece = Buffer.allocUnsafe(PIECE);
        for (let length = readSync(file, piece); length > 0; length = readSync(file, piece)) yield piece.subarray(0, length);
        check(file);
      } finally {
        closeSync(file);
      }
    },
    slice(start, end) {
      const file = openSync(path, 'r');
      try {
        check(file);
        // Not of the shared pool: who decodes columns makes typed arrays over it.
        const bytes = Buffer.from(new ArrayBuffer(Math.max(0, end - start)));
        let at = 0;
        for (let length = -1; at < bytes.length && length !== 0; at += length) {
          length = readSync(file, bytes, at, bytes.length - at, start + at);
        }
        return bytes.subarray(0, at);
      } finally {
        closeSync(file);
      }
    },
    fingerprint() {
      fingerprint ??= hashFile(path, check);
      return fingerprint;
    },
  };
}

async function hashFile(path: string, check: (file: number) => void): Promise<string> {
  const file = openSync(path, 'r');
  try {
    check(file);
    const digest = createHash('sha256');
    for await (const piece of createReadStream(path, { fd: file, autoClose: false, highWaterMark: 4 * PIECE }))
      digest.update(piece);
    check(file);
    return digest.digest('hex');
  } finally {
    closeSync(file);
  }
}

/** What several files that are read as one are called: by their names, of more than three by the first. */
export function nameOfFiles(paths: readonly string[]): string {
  const names = paths.map((path) => basename(path));
  return names.length > 3 ? `${names[0]} + ${names.length - 1} more` : names.join(' + ');
}

/**
 * The fingerprint of several files read as one: that of the only one, else SHA-256 (hex) over the fingerprints of the files,
 * one a line, in the order in which they are read. Names do not count.
 *
 * @example sha256sum part-*.csv | cut -c1-64 | sha256sum
 */
export function combineFingerprints(fingerprints: readonly string[]): string {
  const [only, ...others] = fingerprints;
  if (only !== undefined && others.length === 0) return only;
  return createHash('sha256')
    .update(fingerprints.map((fingerprint) => `${fingerprint}\n`).join(''))
    .digest('hex');
}
