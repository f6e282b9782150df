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
  `
  ALTER TABLE run ADD COLUMN params TEXT;
  ALTER TABLE run ADD COLUMN parent TEXT;

  -- Entries that left the record lie in the superseded tables, as they lay before. signatures: of the metrics, in the plan of before.
  -- No record here looks like one of another table: of a damaged file that is all there is to tell them by.
  CREATE TABLE revision (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    signatures TEXT NOT NULL,
    evaluation INTEGER NOT NULL,
    at REAL NOT NULL
  ) STRICT;
  CREATE INDEX revision_evaluation ON revision (evaluation);

  CREATE TABLE superseded_row (
    evaluation INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    key TEXT NOT NULL,
    cells TEXT NOT NULL,
    cluster TEXT,
    revision INTEGER NOT NULL,
    PRIMARY KEY (revision, ordinal)
  ) STRICT;

  CREATE TABLE superseded_prediction (
    evaluation INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    trial INTEGER NOT NULL,
    columns TEXT,
    main TEXT,
    latency REAL,
    more TEXT,
    failed TEXT,
    revision INTEGER NOT NULL,
    PRIMARY KEY (revision, ordinal, trial)
  ) STRICT;

  CREATE TABLE superseded_score (
    evaluation INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    trial INTEGER NOT NULL,
    metric INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    value REAL,
    detail TEXT,
    statistics BLOB,
    revision INTEGER NOT NULL,
    PRIMARY KEY (revision, ordinal, trial, metric)
  ) STRICT;

  -- superseded: when the row left the record.
  CREATE TABLE annotation (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    evaluation INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    trial INTEGER NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    author TEXT NOT NULL,
    at REAL NOT NULL,
    reason TEXT,
    superseded REAL
  ) STRICT;
  CREATE INDEX annotation_evaluation ON annotation (evaluation);

  -- The cache. Answers lie apart: they may be long, and statistics and the choice of what to forget need none of them.
  CREATE TABLE cached (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL UNIQUE,
    service TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    at REAL NOT NULL,
    used REAL NOT NULL,
    hits INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX cached_used ON cached (used);

  CREATE TABLE cached_answer (
    number INTEGER PRIMARY KEY,
    answer TEXT NOT NULL
  ) STRICT;

  -- Keys that are being asked for. holder: the lease of its process; without one the claim is free.
  CREATE TABLE cache_claim (
    key TEXT PRIMARY KEY,
    holder TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- What was asked, and for which row. Of calls that were recorded before there is neither, and the index has none of them.
  -- The row first: no other index looks so.
  ALTER TABLE call ADD COLUMN row TEXT;
  ALTER TABLE call ADD COLUMN sent TEXT;
  CREATE INDEX call_row ON call (row, run) WHERE row IS NOT NULL;

  -- Rows that got the answer of a call that another row had made.
  CREATE TABLE shared_call (
    row TEXT NOT NULL,
    key TEXT NOT NULL,
    run INTEGER NOT NULL,
    PRIMARY KEY (row, key, run)
  ) STRICT, WITHOUT ROWID;
  -- To copy a run.
  CREATE INDEX shared_call_of ON shared_call (run, key, row);
  `,
  `
  -- What runs have logged. Without indexes: an index of these keys would look like that of another table, and there are few records.
  CREATE TABLE logged_metric (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    run INTEGER NOT NULL,
    name TEXT NOT NULL,
    at REAL NOT NULL,
    value REAL NOT NULL,
    step INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE logged_model (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    run INTEGER NOT NULL,
    name TEXT NOT NULL,
    spec TEXT NOT NULL,
    at REAL NOT NULL
  ) STRICT;

  CREATE TABLE artifact (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    run INTEGER NOT NULL,
    name TEXT NOT NULL,
    content BLOB NOT NULL,
    at REAL NOT NULL
  ) STRICT;

  -- The registry. run: the id of the run that has logged the model, which may have been deleted since.
  CREATE TABLE model_version (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    version INTEGER NOT NULL,
    model TEXT NOT NULL,
    run TEXT NOT NULL,
    at REAL NOT NULL,
    stage TEXT
  ) STRICT;

  CREATE TABLE model_alias (
    number INTEGER PRIMARY KEY,
    alias TEXT NOT NULL,
    name TEXT NOT NULL,
    version INTEGER NOT NULL
  ) STRICT;
  `,
];

/** Views of what a file of an earlier schema has none of. */
const NOTHING_LOGGED = [
  emptyView('logged_metric', ['number', 'run', 'name', 'at', 'value', 'step']),
  emptyView('logged_model', ['number', 'run', 'name', 'spec', 'at']),
  emptyView('artifact', ['number', 'run', 'name', 'content', 'at']),
  emptyView('model_version', ['number', 'name', 'version', 'model', 'run', 'at', 'stage']),
  emptyView('model_alias', ['number', 'alias', 'name', 'version']),
].join('\n');

/** Views have no rowid of their own, and calls are read in its order. */
const CALLS_WITHOUT_SENT = `
  CREATE TEMP VIEW call AS SELECT rowid, *, NULL AS row, NULL AS sent FROM main.call;
  ${emptyView('shared_call', ['row', 'key', 'run'])}`;

/**
 * What makes a file of schema n + 1 look like the newest to its readers, who never change it: views of their connection, which hide
 * tables of the file that have the same name. A new schema adds one, and what it has more to the others.
 */
const DISGUISES: readonly string[] = [
  `
  ${CALLS_WITHOUT_SENT}
  CREATE TEMP VIEW run AS SELECT *, NULL AS params, NULL AS parent FROM main.run;
  ${emptyView('revision', ['number', 'signatures', 'evaluation', 'at'])}
  ${emptyView('superseded_row', ['evaluation', 'ordinal', 'key', 'cells', 'cluster', 'revision'])}
  ${emptyView('superseded_prediction', ['evaluation', 'ordinal', 'trial', 'columns', 'main', 'latency', 'more', 'failed', 'revision'])}
  ${emptyView('superseded_score', ['evaluation', 'ordinal', 'trial', 'metric', 'kind', 'value', 'detail', 'statistics', 'revision'])}
  ${emptyView('annotation', ['number', 'evaluation', 'ordinal', 'trial', 'name', 'value', 'author', 'at', 'reason', 'superseded'])}
  ${emptyView('cached', ['number', 'key', 'service', 'bytes', 'at', 'used', 'hits'])}
  ${emptyView('cached_answer', ['number', 'answer'])}
  ${emptyView('cache_claim', ['key', 'holder'])}
  ${NOTHING_LOGGED}
  `,
  `${CALLS_WITHOUT_SENT}\n${NOTHING_LOGGED}`,
  NOTHING_LOGGED,
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
  const version = schemaOf(connection);
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

/** Of a file that has a schema. */
export function schemaOf(connection: Connection): number {
  return Number(connection.get('PRAGMA user_version')?.user_version);
}

/** Lets this connection read a file of an earlier schema as if it were of the newest; the file stays as it is. */
export function disguise(connection: Connection, schema: number): void {
  const views = DISGUISES[schema - 1];
  if (views !== undefined) connection.exec(`PRAGMA temp_store = MEMORY; ${views}`);
}

function emptyView(name: string, columns: readonly string[]): string {
  return `CREATE TEMP VIEW ${name} (${columns.join(', ')}) AS SELECT ${columns.map(() => 'NULL').join(', ')} WHERE FALSE;`;
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
