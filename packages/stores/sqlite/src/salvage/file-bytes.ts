import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** A file that is only read, whatever its disk does. */
export interface FileBytes {
  readonly size: number;
  /** `undefined` where the file ends before, or the disk refuses. */
  read(offset: number, length: number): Uint8Array | undefined;
  close(): void;
}

/** `undefined` when there is no such file, or none that may be read. */
export function openBytes(file: string): FileBytes | undefined {
  let handle: number;
  try {
    handle = openSync(file, 'r');
  } catch {
    return undefined;
  }
  return {
    size: fstatSync(handle).size,
    read(offset, length) {
      const bytes = new Uint8Array(length);
      try {
        return readSync(handle, bytes, 0, length, offset) === length ? bytes : undefined;
      } catch {
        // A bad sector: what stands elsewhere can still be read.
        return undefined;
      }
    },
    close: () => closeSync(handle),
  };
}
