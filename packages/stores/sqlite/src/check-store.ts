import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { messageOf, type Problem, TouchstoneError } from '@touchstone/core';
import type { Connection } from './connection.ts';
import { integer, parsed } from './entry-columns.ts';
import { jsonColumns, TABLES_WITH_JSON } from './json-columns.ts';
import { openWriteAheadLog } from './salvage/write-ahead-log.ts';
import { SCHEMA_VERSION, schemaOf } from './schema.ts';
import { toStoreError } from './store-error.ts';
import { openForReading } from './store-file.ts';
import { heldLeases, leftoverLeases } from './store-leases.ts';

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
  /** Of these, in the write-ahead log: committed, and not yet moved into the file itself. The next writer does that. */
  readonly walBytes: number;
  /** Runs that say they are running, and whose process is gone: a resume goes on with them. Newest first. */
  readonly died: readonly { readonly id: string; readonly name: string }[];
  /** Runs whose lease file was left by a process that died. It holds nothing. */
  readonly leftoverLeases: readonly string[];
  readonly problems: readonly Problem[];
}

/**
 * Looks a store over without changing it: SQLite's `integrity_check`, which reads the whole file, and what SQLite does not look at:
 * whether the write-ahead log is whole, and whether the records are what was written.
 * Never throws for what is wrong with the file; what could still be read is told beside the problems.
 */
export function checkStore(path: string): StoreCheck {
  const file = resolve(path);
  const exists = existsSync(file);
  const problems: Problem[] = [];
  let schema: number | undefined;
  let runs = 0;
  let died: StoreCheck['died'] = [];
  let leftover: readonly string[] = [];
  let connection: Connection | undefined;
  // First of all: whoever opens the store to write does away with what is wrong in the log.
  look(() => problems.push(...checkLog(file)));
  look(() => {
    connection = openForReading(file)?.connection;
    schema = connection === undefined ? 0 : schemaOf(connection);
  });
  look(() => {
    if (connection !== undefined) runs = integer(connection.get('SELECT count(*) AS runs FROM run')?.runs);
  });
  look(() => {
    if (connection !== undefined) died = diedRuns(connection, file);
  });
  look(() => {
    leftover = leftoverLeases(file);
  });
  look(() => {
    if (connection !== undefined) problems.push(...checkPages(connection));
  });
  // Where pages are damaged, records are as well.
  if (problems.length === 0) {
    look(() => {
      if (connection !== undefined) checkRecords(connection);
    });
  }
  connection?.close();
  const read = exists && schema !== undefined ? { schema } : {};
  return {
    file,
    exists,
    ...read,
    knownSchema: SCHEMA_VERSION,
    ok: problems.length === 0,
    runs,
    bytes: sizeOf(file) + sizeOf(`${file}-wal`) + sizeOf(`${file}-shm`),
    walBytes: sizeOf(`${file}-wal`),
    died,
    leftoverLeases: leftover,
    problems,
  };

  function look(part: () => void): void {
    try {
      part();
    } catch (error) {
      problems.push(toProblem(error, file));
    }
  }
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

/**
 * SQLite takes the first damaged frame for the end of the log, and says nothing. Only the log is opened here: closing a handle of the
 * database itself would drop the locks of this process (POSIX).
 */
function checkLog(file: string): readonly Problem[] {
  const log = openWriteAheadLog(`${file}-wal`);
  const unreachable = log?.unreachable ?? 0;
  log?.close();
  if (unreachable === 0) return [];
  const pages = unreachable === 1 ? 'a page that was' : `${unreachable} pages that were`;
  const message = `${file}-wal is damaged in its middle, and ${pages} committed behind the damage cannot be reached any more. Save them with touchstone doctor --repair before anything writes to the store; after a power cut they may be what was never acknowledged.`;
  return [{ code: 'store-corrupt', message }];
}

function diedRuns(connection: Connection, file: string): StoreCheck['died'] {
  const held = new Set(heldLeases(file));
  const running = connection.all("SELECT id, name FROM run WHERE status = 'running' ORDER BY started DESC, number DESC");
  return running.flatMap(({ id, name }) => (held.has(String(id)) ? [] : [{ id: String(id), name: parsed<string>(name) }]));
}

function checkPages(connection: Connection): readonly Problem[] {
  const found = connection.all('PRAGMA integrity_check').map(({ integrity_check: message }) => String(message));
  return found.filter((message) => message !== 'ok').map((message) => ({ code: 'store-corrupt', message }));
}

/** @throws DamagedRecord when a text is not the JSON that was written */
function checkRecords(connection: Connection): void {
  for (const table of TABLES_WITH_JSON) {
    for (const column of jsonColumns(table)) {
      const doubtful = connection.all(`SELECT ${column} AS text FROM ${table} WHERE NOT json_valid(${column})`);
      // SQLite takes no JSON that is nested deeper than a thousand times; we do.
      for (const { text } of doubtful) parsed(text);
    }
  }
}

function toProblem(error: unknown, file: string): Problem {
  const known = toStoreError(error, file);
  if (TouchstoneError.isInstance(known)) return { code: known.code, message: known.message };
  return { code: 'store-failed', message: `${file} cannot be used: ${messageOf(known)}.` };
}
