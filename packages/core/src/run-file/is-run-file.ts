import { closeSync, openSync, readSync, statSync } from 'node:fs';

/** Whether this names a file that is, or wants to be, an exported run: an existing one that begins as a zip does, or is called one. */
export function isRunFile(ref: string): boolean {
  if (statSync(ref, { throwIfNoEntry: false })?.isFile() !== true) return false;
  return /\.zip$/iu.test(ref) || beginsAsZip(ref);
}

function beginsAsZip(path: string): boolean {
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    const beginning = Buffer.alloc(4);
    return readSync(file, beginning, 0, 4, 0) === 4 && beginning.equals(Buffer.from('PK\u0003\u0004'));
  } catch {
    return false;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
