import type { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import type { Entry } from 'yauzl';
import { messageOf, TouchstoneError } from '../errors/touchstone-error.ts';

import { oneLine } from '../results/display-text.ts';
import { zipLibrary } from './zip-library.ts';

/** A zip that was opened. Nothing of it is ever written under a name that it gives. */
export interface ZipReader {
  /** Bytes by name, as the zip says them; reading an entry that has others fails. */
  readonly sizes: ReadonlyMap<string, number>;
  /** @throws TouchstoneError `run-file-damaged` */
  read(name: string): Promise<Readable>;
  /** A short entry as a whole, its checksum proven. @throws TouchstoneError `run-file-damaged` */
  text(name: string): Promise<string>;
  close(): void;
}

/**
 * @param most entries that it may have at most
 * @throws TouchstoneError `run-file-missing`, `run-file-unreadable`, `not-a-run-file`, `run-file-damaged`, `zip-library-missing`
 */
export async function openZip(path: string, most: number): Promise<ZipReader> {
  const { default: yauzl } = await zipLibrary(() => import('yauzl'));
  const zip = await yauzl.openPromise(path, { autoClose: false, strictFileNames: true }).catch((error: unknown) => {
    throw openError(path, error);
  });
  try {
    const entries = new Map<string, Entry>();
    for await (const entry of zip.eachEntry()) {
      if (entries.has(entry.fileName)) throw damaged(path, `it has '${oneLine(entry.fileName)}' twice`);
      if (entries.size === most) throw damaged(path, `it has more than ${most} entries`);
      entries.set(entry.fileName, entry);
    }
    const read = async (name: string): Promise<Readable> => {
      const entry = entries.get(name);
      if (entry === undefined) throw damaged(path, `it has no ${name}`);
      try {
        return await zip.openReadStreamPromise(entry);
      } catch (error) {
        throw zipError(path, error);
      }
    };
    return {
      sizes: new Map(Array.from(entries, ([name, { uncompressedSize }]) => [name, uncompressedSize])),
      read,
      async text(name) {
        const content = await wholeOf(await read(name)).catch((error: unknown) => Promise.reject(zipError(path, error)));
        if (crc32(content) !== entries.get(name)?.crc32) throw damaged(path, `${name} is not what was written`);
        return content.toString();
      },
      close: () => zip.close(),
    };
  } catch (error) {
    zip.close();
    throw zipError(path, error);
  }
}

// Not Array.fromAsync: core compiles with the libraries of its users, which may be older.
async function wholeOf(stream: Readable): Promise<Buffer> {
  const blocks: Buffer[] = [];
  for await (const block of stream) blocks.push(block);
  return Buffer.concat(blocks);
}

export function damaged(path: string, why: string): TouchstoneError {
  return new TouchstoneError('run-file-damaged', `'${path}' is damaged: ${why}. Get the file again, or export the run again.`);
}

/** What reading a zip throws, as a sentence. */
export function zipError(path: string, error: unknown): unknown {
  if (TouchstoneError.isInstance(error)) return error;
  return isOfFileSystem(error) ? openError(path, error) : damaged(path, oneLine(messageOf(error)));
}

function openError(path: string, error: unknown): TouchstoneError {
  if (isOfFileSystem(error)) {
    if (error.code === 'ENOENT') return new TouchstoneError('run-file-missing', `There is no file '${path}'.`, { cause: error });
    return new TouchstoneError('run-file-unreadable', `'${path}' cannot be read: ${messageOf(error)}.`, { cause: error });
  }
  return new TouchstoneError(
    'not-a-run-file',
    `'${path}' is no exported run, or it is not whole: it does not end as a zip does. Get the file again, or export the run again.`,
    { cause: error },
  );
}

function isOfFileSystem(error: unknown): error is Error & { readonly code: string } {
  return error instanceof Error && 'syscall' in error && 'code' in error && typeof error.code === 'string';
}
