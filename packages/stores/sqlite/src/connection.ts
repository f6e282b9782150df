import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite';
import { TouchstoneError } from '@touchstone/core';

export type SqlValue = SQLInputValue;
export type SqlRow = Readonly<Record<string, SQLOutputValue>>;
export type SqlList = readonly SQLOutputValue[];
/** What a column of a row holds; `undefined` when there is no such column. */
export type SqlCell = SQLOutputValue | undefined;

/** A database connection that prepares each statement once. Everything is synchronous and throws SQLite's own errors. */
export interface Connection {
  exec(sql: string): void;
  /** How many rows changed. */
  run(sql: string, ...values: readonly SqlValue[]): number;
  get(sql: string, ...values: readonly SqlValue[]): SqlRow | undefined;
  all(sql: string, ...values: readonly SqlValue[]): readonly SqlRow[];
  /** Rows as lists of their columns: a third of the time of {@link all}. */
  lists(sql: string, ...values: readonly SqlValue[]): readonly SqlList[];
  /** All that `work` reads is of one moment, whatever other processes write meanwhile. */
  atOnce<T>(work: () => T): T;
  close(): void;
}

export interface ConnectOptions {
  readonly readOnly?: boolean;
  /** How long SQLite may block this thread to wait for another process. Milliseconds. */
  readonly patience: number;
}

/** @param location a path, or a `file:` URL with SQLite's own parameters */
export function connect(location: string | URL, { readOnly = false, patience }: ConnectOptions): Connection {
  const database: DatabaseSync = new (sqliteModule().DatabaseSync)(location, { readOnly });
  const statements = new Map<string, StatementSync>();
  const listStatements = new Map<string, StatementSync>();

  const connection: Connection = {
    exec: (sql) => database.exec(sql),
    run: (sql, ...values) => Number(prepared(sql).run(...values).changes),
    get: (sql, ...values) => prepared(sql).get(...values),
    all: (sql, ...values) => prepared(sql).all(...values),
    lists(sql, ...values) {
      const rows: readonly (SqlRow | SqlList)[] = preparedForLists(sql).all(...values);
      return rows.map((row) => (isList(row) ? row : Object.values(row)));
    },
    atOnce(work) {
      connection.run('BEGIN');
      try {
        return work();
      } finally {
        connection.run('COMMIT');
      }
    },
    close() {
      statements.clear();
      listStatements.clear();
      database.close();
    },
  };
  database.exec(`PRAGMA busy_timeout = ${Math.round(patience)}`);
  return connection;

  function prepared(sql: string): StatementSync {
    let statement = statements.get(sql);
    if (statement === undefined) {
      statement = database.prepare(sql);
      statements.set(sql, statement);
    }
    return statement;
  }

  function preparedForLists(sql: string): StatementSync {
    let statement = listStatements.get(sql);
    if (statement === undefined) {
      statement = database.prepare(sql);
      // Node has it since 22.16; without it rows come as objects, with their columns in order.
      statement.setReturnArrays?.(true);
      listStatements.set(sql, statement);
    }
    return statement;
  }
}

function isList(row: SqlRow | SqlList): row is SqlList {
  return Array.isArray(row);
}

type SqliteModule = typeof import('node:sqlite');
let loaded: SqliteModule | undefined;

/** Loaded at first use, so that importing this package neither warns nor fails on a Node without it. */
function sqliteModule(): SqliteModule {
  loaded ??= withoutExperimentalWarning(() => process.getBuiltinModule?.('node:sqlite'));
  if (loaded === undefined) {
    const message = `The SQLite store needs Node 22.13 or newer; this is Node ${process.versions.node}.`;
    throw new TouchstoneError('node-too-old', message);
  }
  return loaded;
}

/** Node 22 warns when it loads its SQLite. That one warning is dropped; the loading is synchronous, so no other can be missed. */
function withoutExperimentalWarning<T>(load: () => T): T {
  const { emitWarning } = process;
  process.emitWarning = (warning: string | Error, ...rest: readonly unknown[]): void => {
    if (!String(warning).startsWith('SQLite is an experimental feature')) Reflect.apply(emitWarning, process, [warning, ...rest]);
  };
  try {
    return load();
  } finally {
    process.emitWarning = emitWarning;
  }
}
