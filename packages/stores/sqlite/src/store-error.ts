import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { messageOf, TouchstoneError } from '@touchstone/core';

/** What went wrong with the store file, as a sentence to act on. An error that is none of SQLite's or of the file system's stays itself. */
export function toStoreError(error: unknown, file: string): unknown {
  if (TouchstoneError.isInstance(error)) return error;
  const code = codeOf(error, file);
  return code === undefined ? error : new TouchstoneError(code, sentence(code, file, error), { kind: 'store', cause: error });
}

export function storeLocked(file: string, seconds: number): TouchstoneError {
  const message = `${file} has been locked by another program for ${seconds} s. Close what holds it open for writing (a database browser, a backup), then resume the run.`;
  return new TouchstoneError('store-locked', message, { kind: 'store' });
}

type StoreErrorCode =
  | 'store-full'
  | 'store-read-only'
  | 'store-corrupt'
  | 'store-locked'
  | 'store-not-a-database'
  | 'store-io'
  | 'store-failed';

function sentence(code: StoreErrorCode, file: string, error: unknown): string {
  switch (code) {
    case 'store-full':
      return `The disk of ${file} is full: this was not stored, all before it was. Free some space, then resume the run.`;
    case 'store-read-only':
      return `${file} cannot be written: the file, its folder or its disk is read-only for this user. Allow writing, or name another store.`;
    case 'store-corrupt':
      return `${file} is damaged (${messageOf(error)}). Keep a copy of it and of ${file}-wal before anything else; touchstone doctor --repair saves what can be read to a new file.`;
    case 'store-locked':
      return `${file} is locked by another program. Close what holds it open for writing (a database browser, a backup), then try again.`;
    case 'store-not-a-database':
      return existsSync(file) && statSync(file).isDirectory()
        ? `${file} is a folder; a store is a file. Name a file in it.`
        : `${file} is not a Touchstone store, or its beginning is damaged; nothing was changed in it. Name another file.`;
    case 'store-io':
      return `The disk of ${file} reports an error (${messageOf(error)}): this was not stored, all before it was. Look after the disk (its cable, its quota, the system's log), then resume the run.`;
    case 'store-failed':
      return `${file} cannot be used: ${messageOf(error)}.`;
  }
}

/** A record of our own that cannot be read back as what was written. */
export class DamagedRecord extends Error {
  override readonly message = 'a record is not what was written';
}

/** Primary result codes of SQLite: https://sqlite.org/rescode.html */
function codeOf(error: unknown, file: string): StoreErrorCode | undefined {
  if (error instanceof DamagedRecord) return 'store-corrupt';
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  if ('syscall' in error) return codeOfFileSystem(error.code);
  if (error.code !== 'ERR_SQLITE_ERROR') return undefined;
  const result = 'errcode' in error ? Number(error.errcode) : 1;
  switch (result & 0xff) {
    case 5:
    case 6:
      return 'store-locked';
    case 8:
      return 'store-read-only';
    case 10:
      // A short read: the file ends before its own page count.
      if (result === 522) return 'store-corrupt';
      return isFull(file) ? 'store-full' : 'store-io';
    case 11:
      return 'store-corrupt';
    case 13:
      return 'store-full';
    case 14:
      if (existsSync(file) && statSync(file).isDirectory()) return 'store-not-a-database';
      if (!isWritable(file)) return 'store-read-only';
      return isFull(file) ? 'store-full' : 'store-failed';
    case 26:
      return 'store-not-a-database';
    default:
      return 'store-failed';
  }
}

function codeOfFileSystem(code: unknown): StoreErrorCode {
  switch (code) {
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return 'store-read-only';
    case 'ENOSPC':
    case 'EDQUOT':
      return 'store-full';
    case 'EIO':
      return 'store-io';
    default:
      return 'store-failed';
  }
}

function isWritable(file: string): boolean {
  try {
    accessSync(dirname(file), constants.W_OK);
    if (existsSync(file)) accessSync(file, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function isFull(file: string): boolean {
  try {
    return statfsSync(dirname(file)).bavail === 0;
  } catch {
    return false;
  }
}
