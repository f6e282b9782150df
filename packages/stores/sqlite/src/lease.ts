import { mkdirSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Connection, connect } from './connection.ts';

/**
 * A lock that dies with its process: an exclusive SQLite transaction on an empty side file, kept open. The operating system
 * releases it, also after a SIGKILL, so there is no heartbeat and nothing to clean up.
 *
 * Only SQLite may open the side file: closing any other file handle of it would drop this process's lock (POSIX).
 */
export interface Lease {
  /** Deletes the side file and lets go. */
  release(): void;
}

/** `undefined` when a live process (or this one) holds it. Leases of the same `path` exclude each other. */
export function takeLease(path: string): Lease | undefined {
  mkdirSync(dirname(path), { recursive: true });
  // Each turn that comes back here lost a race against a holder who was just leaving.
  for (let attempt = 0; attempt < 100; attempt++) {
    const before = identityOf(path);
    const connection = connect(path, { patience: PATIENCE });
    if (!lock(connection)) {
      connection.close();
      return undefined;
    }
    // The holder before us may have deleted the file between our opening and our locking it. Then this is a lock on a file
    // that nobody else can find, and it must not count.
    if (before !== undefined && identityOf(path) === before) {
      return {
        release() {
          try {
            rmSync(path, { force: true });
          } catch {
            // Where an open file cannot be deleted (Windows) it stays, empty and free.
          }
          connection.close();
        },
      };
    }
    connection.close();
  }
  return undefined;
}

/** Whether somebody holds it. Asking takes a shared lock for some microseconds, which {@link PATIENCE} of a taker outlasts. */
export function isLeased(path: string): boolean {
  for (let attempt = 0; identityOf(path) !== undefined; attempt++) {
    let connection: Connection | undefined;
    try {
      connection = connect(path, { readOnly: true, patience: 0 });
      connection.get('SELECT count(*) FROM sqlite_schema');
      return false;
    } catch (error) {
      if (isBusy(error)) return true;
      // Its holder has just left and deleted it; perhaps the next one is here already.
      if (attempt === 100) throw error;
    } finally {
      connection?.close();
    }
  }
  return false;
}

/** Milliseconds. */
const PATIENCE = 20;

function lock(connection: Connection): boolean {
  try {
    connection.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    return true;
  } catch (error) {
    if (isBusy(error)) return false;
    connection.close();
    throw error;
  }
}

/** Inode and time of birth: an inode number alone may be given again to the next file. */
function identityOf(path: string): string | undefined {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found === undefined ? undefined : `${found.dev}:${found.ino}:${found.birthtimeNs}`;
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === 5;
}
