import { createWriteStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { PassThrough, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { messageOf, TouchstoneError } from '../errors/touchstone-error.ts';

import { zipLibrary } from './zip-library.ts';

/** A file of a zip; its content is asked for when all before it have been written. */
export interface ZipEntry {
  readonly name: string;
  blocks(): AsyncIterable<Uint8Array>;
}

/**
 * Writes a zip as a whole: at no moment is there half of one under its name. Equal contents make equal files.
 * @throws TouchstoneError `output-not-written`, `zip-library-missing`, and what the contents throw
 */
export async function writeZip(path: string, entries: readonly ZipEntry[]): Promise<void> {
  const { default: yazl } = await zipLibrary(() => import('yazl'));
  const zip = new yazl.ZipFile();
  const output = new PassThrough();
  zip.on('error', (error) => output.destroy(error));
  zip.outputStream.pipe(output);
  for (const { name, blocks } of entries) {
    zip.addReadStreamLazy(name, ALWAYS_EQUAL, (start) => {
      const content = Readable.from(blocks(), { objectMode: false });
      content.on('error', (error) => output.destroy(error));
      start(null, content);
    });
  }
  zip.end();
  const part = `${path}.part`;
  try {
    await pipeline(output, createWriteStream(part, { mode: 0o600 }));
    await sync(part);
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    if (TouchstoneError.isInstance(error)) throw error;
    const message = `'${path}' could not be written: ${messageOf(error)}.`;
    throw new TouchstoneError('output-not-written', message, { kind: 'run', cause: error });
  }
}

/** The first moment that a zip knows, by the clock on the wall: written so, it is the same in all time zones. */
const ALWAYS_EQUAL = { mtime: new Date(1980, 0, 1), forceDosTimestamp: true, mode: 0o100600 };

async function sync(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
