import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { messageOf, type Problem, TouchstoneError } from '@touchstone/core';
import type { Connection } from './connection.ts';
import { integer } from './entry-columns.ts';
import { SCHEMA_VERSION, schemaOf } from './schema.ts';
import { toStoreError } from './store-error.ts';
import { openForReading } from './store-file.ts';

export interface StoreCheck {
  readonly file: string;
  readonly exists: boolean;
  /** 0 while nothing was stored; absent when it could not be read. */
  readonly schema?: number;
  /** The newest schema that this version knows. */
  readonly knownSchema: number;
  /** No problem was found. A store that does not exist yet is in order. */
  readonly ok: boolean;
  readonly runs: number;
  /** Of the file and what SQLite keeps beside it. */
  readonly bytes: number;
  readonly problems: readonly Problem[];
}

/**
 * Looks a store over without changing it: SQLite's `quick_check`, which reads the whole file.
 * Never throws for what is wrong with the file; what could still be read is told beside the problems.
 */
export function checkStore(path: string): StoreCheck {
  const file = resolve(path);
  const exists = existsSync(file);
  const problems: Problem[] = [];
  let schema: number | undefined;
  let runs = 0;
  let connection: Connection | undefined;
  look(() => {
    connection = openForReading(file)?.connection;
    schema = connection === undefined ? 0 : schemaOf(connection);
  });
  look(() => {
    if (connection !== undefined) runs = integer(connection.get('SELECT count(*) AS runs FROM run')?.runs);
  });
  look(() => {
    if (connection !== undefined) problems.push(...quickCheck(connection));
  });
  connection?.close();
  const read = exists && schema !== undefined ? { schema } : {};
  return { file, exists, ...read, knownSchema: SCHEMA_VERSION, ok: problems.length === 0, runs, bytes: sizeOf(file), problems };

  function look(part: () => void): void {
    try {
      part();
    } catch (error) {
      problems.push(toProblem(error, file));
    }
  }
}

function sizeOf(file: string): number {
  const files = [file, `${file}-wal`, `${file}-shm`];
  return files.reduce((sum, path) => sum + (statSync(path, { throwIfNoEntry: false })?.size ?? 0), 0);
}

function quickCheck(connection: Connection): readonly Problem[] {
  const found = connection.all('PRAGMA quick_check').map(({ quick_check: message }) => String(message));
  return found.filter((message) => message !== 'ok').map((message) => ({ code: 'store-corrupt', message }));
}

function toProblem(error: unknown, file: string): Problem {
  const known = toStoreError(error, file);
  if (TouchstoneError.isInstance(known)) return { code: known.code, message: known.message };
  return { code: 'store-failed', message: `${file} cannot be used: ${messageOf(known)}.` };
}
