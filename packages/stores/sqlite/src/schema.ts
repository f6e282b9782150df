import { TouchstoneError } from '@touchstone/core';
import type { Connection } from './connection.ts';

/** In the file's header, so that `file(1)`, other programs and this one know whose it is: "TSTN". */
export const APPLICATION_ID = 0x5453544e;

/**
 * How to get from schema n to schema n + 1. Steps are never changed once released; a new schema appends one.
 *
 * Text columns hold JSON (names and keys too): whatever a string contains, lone surrogates and NUL included, comes back as it was.
 * Rows and predictions hold long texts, which a table without rowid would keep at twice the size; scores are all key.
 * `evaluation` in rows, predictions and scores is `evaluation.number`; numbers are never given twice.
 */
const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE run (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    experiment TEXT NOT NULL,
    key TEXT,
    status TEXT NOT NULL,
    reason TEXT,
    started REAL NOT NULL,
    ended REAL,
    tags TEXT NOT NULL,
    origin TEXT,
    provenance TEXT NOT NULL,
    worker TEXT NOT NULL
  ) STRICT;
  CREATE INDEX run_started ON run (started);

  CREATE TABLE evaluation (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    run INTEGER NOT NULL,
    position INTEGER NOT NULL,
    plan TEXT NOT NULL,
    snapshot TEXT,
    UNIQUE (run, position)
  ) STRICT;

  CREATE TABLE row (
    evaluation INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    key TEXT NOT NULL,
    cells TEXT NOT NULL,
    cluster TEXT,
    PRIMARY KEY (evaluation, ordinal)
  ) STRICT;

  -- One of columns (then main, latency and perhaps more) and failed is set.
  CREATE TABLE prediction (
    evaluation INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    trial INTEGER NOT NULL,
    columns TEXT,
    main TEXT,
    latency REAL,
    more TEXT,
    failed TEXT,
    PRIMARY KEY (evaluation, ordinal, trial)
  ) STRICT;

  -- kind: 0 number, 1 no, 2 yes, 3 label, 4 skipped, 5 failed, 6 negative zero. statistics: doubles, little endian.
  CREATE TABLE score (
    evaluation INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    trial INTEGER NOT NULL,
    metric INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    value REAL,
    detail TEXT,
    statistics BLOB,
    PRIMARY KEY (evaluation, ordinal, trial, metric)
  ) STRICT, WITHOUT ROWID;

  -- evaluation is its position in the run; usd is NULL when the price is not known, first_token when the answer was not streamed.
  CREATE TABLE call (
    run INTEGER NOT NULL,
    key TEXT NOT NULL,
    answer TEXT NOT NULL,
    evaluation INTEGER NOT NULL,
    service TEXT NOT NULL,
    purpose TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    input_tokens INTEGER NOT NULL,
    output_tokens INTEGER NOT NULL,
    cached_tokens INTEGER NOT NULL,
    reasoning_tokens INTEGER NOT NULL,
    usd REAL,
    latency REAL NOT NULL,
    wait REAL NOT NULL,
    first_token REAL,
    PRIMARY KEY (run, key)
  ) STRICT;

  -- Money that calls in flight may cost, of capped runs.
  CREATE TABLE reservation (
    run INTEGER NOT NULL,
    name TEXT NOT NULL,
    usd REAL NOT NULL,
    PRIMARY KEY (run, name)
  ) STRICT, WITHOUT ROWID;
  `,
];

export const SCHEMA_VERSION = MIGRATIONS.length;

/**
 * The schema version of the file; 0 when it is empty.
 * @throws TouchstoneError `store-newer`, `store-not-a-database`
 */
export function checkSchema(connection: Connection, file: string): number {
  // Another process may create the schema between these three. In this order that looks like an empty file or a finished one,
  // never like a database of somebody else.
  const empty = connection.get('SELECT 1 FROM sqlite_schema LIMIT 1') === undefined;
  const version = Number(connection.get('PRAGMA user_version')?.user_version);
  const application = Number(connection.get('PRAGMA application_id')?.application_id);
  if (application === 0 && version === 0 && empty) return 0;
  if (application !== APPLICATION_ID) {
    const message = `${file} is a database of another program, not a Touchstone store; nothing was changed in it. Name another file.`;
    throw new TouchstoneError('store-not-a-database', message, { kind: 'store' });
  }
  if (version > SCHEMA_VERSION) {
    const message = `${file} was written by a newer Touchstone: it has schema ${version}, this one knows schemas up to ${SCHEMA_VERSION}. Update with npm install @touchstone/store-sqlite@latest.`;
    throw new TouchstoneError('store-newer', message, { kind: 'store' });
  }
  return version;
}

/** Brings the file to the newest schema in one transaction: a crash in it leaves the file as it was. */
export function migrate(connection: Connection, file: string): void {
  if (checkSchema(connection, file) === SCHEMA_VERSION) return;
  connection.exec('BEGIN IMMEDIATE');
  try {
    // Another process may have been faster.
    const version = checkSchema(connection, file);
    for (const step of MIGRATIONS.slice(version)) connection.exec(step);
    connection.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${SCHEMA_VERSION}; COMMIT`);
  } catch (error) {
    connection.exec('ROLLBACK');
    throw error;
  }
}
