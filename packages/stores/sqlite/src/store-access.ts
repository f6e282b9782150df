import { resolve } from 'node:path';
import { TouchstoneError } from '@touchstone/core';
import type { Connection } from './connection.ts';
import { type GroupCommit, groupCommit } from './group-commit.ts';
import { toStoreError } from './store-error.ts';
import { openForReading, openForWriting, type Reader, realFile } from './store-file.ts';

/** The one way to the file: reads through one connection, writes through another, both opened when first needed. */
export interface StoreAccess {
  readonly file: string;
  /** `undefined` when there is no store yet: reading creates nothing. @throws TouchstoneError about the file */
  read<T>(work: (connection: Connection) => T): T | undefined;
  readonly commit: GroupCommit['commit'];
  /** How long another program may keep the file locked before a write gives up. Milliseconds. */
  readonly lockPatience: number;
  /** Makes the file, which must be there and of the newest schema, a part of another connection's transactions. */
  attachTo(connection: Connection, name: string): void;
  /** Where the lease of this name lies: of a run its id. The same for every way in which the file can be named, once it exists. */
  leasePath(name: string): string;
  /** @throws TouchstoneError `store-closed` */
  checkOpen(): void;
  close(lastWords: () => Promise<void>): Promise<void>;
}

export interface StoreAccessOptions {
  /** How long another program may keep the file locked before a write gives up. Milliseconds. */
  readonly lockPatience?: number;
  /** Pages that the file may have at most: a disk that is full, for tests. */
  readonly maxPages?: number;
}

export function storeAccess(path: string, { lockPatience = 30_000, maxPages }: StoreAccessOptions = {}): StoreAccess {
  const file = resolve(path);
  let writer: Connection | undefined;
  let reader: Reader | undefined;
  let state: 'open' | 'closing' | 'closed' = 'open';
  const commits = groupCommit({ file, lockPatience, connection: writingConnection });

  return {
    file,
    lockPatience,
    checkOpen,
    attachTo(connection, name) {
      connection.run(`ATTACH ? AS ${name}`, file);
      connection.exec(`PRAGMA ${name}.synchronous = FULL; PRAGMA ${name}.journal_size_limit = 67108864`);
      if (maxPages !== undefined) connection.exec(`PRAGMA ${name}.max_page_count = ${maxPages}`);
    },
    read(work) {
      if (state === 'closed') checkOpen();
      try {
        if (reader?.outdated()) {
          reader.connection.close();
          reader = undefined;
        }
        reader ??= openForReading(file);
        return reader === undefined ? undefined : work(reader.connection);
      } catch (error) {
        throw toStoreError(error, file);
      }
    },
    async commit(writing, weight, write) {
      if (state === 'closed') checkOpen();
      return commits.commit(writing, weight, write);
    },
    leasePath: (name) => `${realFile(file)}-leases/${name}`,
    async close(lastWords) {
      if (state !== 'open') return;
      state = 'closing';
      await lastWords();
      await commits.idle();
      state = 'closed';
      // The writer last: SQLite tidies the WAL away when the last connection of all processes is closed.
      reader?.connection.close();
      writer?.close();
    },
  };

  function checkOpen(): void {
    if (state === 'open') return;
    throw new TouchstoneError('store-closed', `The store ${file} was closed in this process; open it again.`, { kind: 'store' });
  }

  function writingConnection(): Connection {
    if (writer !== undefined) return writer;
    writer = openForWriting(file);
    if (maxPages !== undefined) writer.exec(`PRAGMA max_page_count = ${maxPages}`);
    return writer;
  }
}
