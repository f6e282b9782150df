import { closeSync, existsSync, mkdirSync, openSync, realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Connection, connect } from './connection.ts';
import { checkSchema, disguise, migrate, SCHEMA_VERSION, schemaOf } from './schema.ts';

/** Opening blocks the thread for so long at most when another process migrates or recovers the file. Milliseconds. */
const OPENING_PATIENCE = 5_000;
/** Later a writer asks again and again instead of blocking the thread. Milliseconds. */
const WRITING_PATIENCE = 2;

/** Opens the store for writing; creates its folder, the file (for this user only) and the schema when they are not there. */
export function openForWriting(file: string): Connection {
  mkdirSync(dirname(file), { recursive: true });
  createPrivately(file);
  const connection = connect(file, { patience: OPENING_PATIENCE });
  try {
    checkSchema(connection, file);
    if (connection.get('PRAGMA journal_mode')?.journal_mode !== 'wal') connection.exec('PRAGMA journal_mode = WAL');
    // FULL: an append that was acknowledged survives a power cut.
    connection.exec('PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 67108864');
    migrate(connection, file);
    connection.exec(`PRAGMA busy_timeout = ${WRITING_PATIENCE}`);
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** A connection for reading. */
export interface Reader {
  readonly connection: Connection;
  /** Whether it must be opened again: a writer has brought the file to a newer schema than it was opened with. */
  outdated(): boolean;
}

/**
 * Opens the store for reading; `undefined` when there is none yet. Readers never block the writer, nor are they blocked by it.
 * A store of an earlier schema is read as it is: reading brings nothing up to date.
 */
export function openForReading(file: string): Reader | undefined {
  if (!existsSync(file) || statSync(file).size === 0) return undefined;
  const connection = connectReader(file);
  try {
    const schema = checkSchema(connection, file);
    if (schema === SCHEMA_VERSION) return { connection, outdated: () => false };
    if (schema > 0) {
      disguise(connection, schema);
      return { connection, outdated: () => schemaOf(connection) !== schema };
    }
  } catch (error) {
    connection.close();
    throw error;
  }
  connection.close();
  return undefined;
}

function connectReader(file: string): Connection {
  const connection = connect(file, { readOnly: true, patience: OPENING_PATIENCE });
  try {
    connection.get('SELECT count(*) FROM sqlite_schema');
    return connection;
  } catch (error) {
    connection.close();
    // SQLite cannot place its WAL index beside a file in a folder that it must not write to. With an empty WAL nothing is
    // missed by reading the file alone, and nobody can be writing to it.
    if (hasUncheckpointedWal(file) || !isRefusal(error)) throw error;
    return connect(new URL(`${pathToFileURL(file).href}?immutable=1`), { readOnly: true, patience: 0 });
  }
}

function hasUncheckpointedWal(file: string): boolean {
  return (statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0;
}

/** SQLITE_READONLY or SQLITE_CANTOPEN. */
function isRefusal(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) in { 8: true, 14: true };
}

/** SQLite gives the WAL the mode of the file, so creating the file with 0600 covers both. */
function createPrivately(file: string): void {
  try {
    closeSync(openSync(file, 'wx', 0o600));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
}

/** One name for the file, however it is reached: the leases beside it must be the same for everyone. */
export function realFile(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}
