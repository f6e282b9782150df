import { closeSync, existsSync, openSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { TouchstoneError } from '@touchstone/core';
import { type Connection, connect } from '../connection.ts';
import { APPLICATION_ID, migrate, SCHEMA_VERSION } from '../schema.ts';
import { toStoreError } from '../store-error.ts';
import { heldLeases } from '../store-leases.ts';
import { copyRecord } from './copy-records.ts';
import { createTables, findRecords, readSchemaList } from './damaged-store.ts';
import { findLostKeys, type LostKey } from './lost-keys.ts';
import { makeConsistent, type SalvagedRun } from './make-consistent.ts';
import { openPages, type PageSource } from './page-source.ts';
import { shapesOf } from './table-shape.ts';
import type { Walked } from './tree-walk.ts';

/** What was saved of a damaged store. */
export interface Salvage {
  /** The damaged file, which was only read. */
  readonly file: string;
  /** The new store. */
  readonly to: string;
  /** Oldest first. */
  readonly runs: readonly SalvagedRun[];
  /** Ids of runs of which nothing is left. */
  readonly lostRuns: readonly string[];
  /** What could not be read, by table. An index is no loss: it is made anew. */
  readonly damage: readonly { readonly table: string; readonly pages: number; readonly records: number }[];
  /** All that was stored is in the new file. */
  readonly isWhole: boolean;
}

/**
 * Saves what can be read of a damaged store to a new file: row by row, past damaged pages, also where the tables' trees or the write-ahead
 * log are broken. Every run in it can be shown and resumed. The damaged file and what lies beside it are only read. Not for a process that
 * has the store open: reading past SQLite drops its locks (POSIX).
 *
 * @param to the new file; default: `runs.salvaged.db` for `runs.db`
 * @throws TouchstoneError `salvage-target` (there is something already), `store-missing`, `run-locked`, `store-newer`,
 *   `store-not-a-database` (nothing of a store is in it), and what writing a file can meet; then there is no new file
 */
export function salvageStore(path: string, to = salvagePath(path)): Salvage {
  const [file, target] = [resolve(path), resolve(to)];
  checkTarget(file, target);
  checkNobodyWrites(file);
  const source = openPages(file);
  if (source === undefined) {
    throw new TouchstoneError('store-missing', `There is no store ${file} that could be read: nothing was done.`);
  }
  const half = `${target}.part`;
  try {
    checkHeader(source, file);
    rmSync(half, { force: true });
    // For its owner only, as the store is.
    closeSync(openSync(half, 'wx', 0o600));
    const saved = salvageTo(half, source, file);
    renameSync(half, target);
    return { file, to: target, ...saved };
  } catch (error) {
    for (const ending of ['', '-journal']) rmSync(`${half}${ending}`, { force: true });
    throw toStoreError(error, target);
  } finally {
    source.close();
  }
}

/** `runs.salvaged.db` beside `runs.db`. */
export function salvagePath(path: string): string {
  const ending = extname(path);
  return join(dirname(path), `${basename(path, ending)}.salvaged${ending}`);
}

function checkTarget(file: string, target: string): void {
  if (target !== file && !existsSync(target)) return;
  const what = target === file ? 'is the damaged store itself' : 'exists already';
  throw new TouchstoneError('salvage-target', `${target} ${what}, and what is saved goes to a new file: name another one.`);
}

function checkNobodyWrites(file: string): void {
  const [held] = heldLeases(file);
  if (held === undefined) return;
  throw new TouchstoneError('run-locked', `A process works on run ${held} in ${file}: stop it first, then repair the store.`, {
    kind: 'store',
  });
}

/** A first page that cannot be read is damage; one that says it is something else is not. */
function checkHeader({ header }: PageSource, file: string): void {
  if (header === undefined) return;
  if (header.applicationId !== APPLICATION_ID) throw notAStore(file);
  if (header.schema > SCHEMA_VERSION) {
    throw new TouchstoneError(
      'store-newer',
      `${file} was written by a newer Touchstone: it has schema ${header.schema}, this one knows schemas up to ${SCHEMA_VERSION}. Update with npm install @touchstone/store-sqlite@latest.`,
      { kind: 'store' },
    );
  }
}

function notAStore(file: string): TouchstoneError {
  const message = `Nothing in ${file} is of a Touchstone store; it was left as it is. Name another file.`;
  return new TouchstoneError('store-not-a-database', message, { kind: 'store' });
}

function salvageTo(half: string, source: PageSource, file: string): Omit<Salvage, 'file' | 'to'> {
  const connection = connect(half, { patience: 0 });
  try {
    const list = readSchemaList(source);
    const version = source.header?.schema ?? SCHEMA_VERSION;
    createTables(connection, list, version, () => migrate(connection, half));
    connection.exec('BEGIN IMMEDIATE');
    const shapes = shapesOf(connection);
    const damage = new Map<string, Walked>();
    let found = 0;
    for (const record of findRecords(source, list, shapes, damage)) {
      copyRecord(connection, record);
      found++;
    }
    if (found === 0 && !isStore(source, list.isWhole)) throw notAStore(file);
    connection.exec('COMMIT');
    finish(connection, version, half);

    connection.exec('BEGIN IMMEDIATE');
    const lostKeys = [...findLostKeys(source, list, shapes, connection)];
    const runs = makeConsistent(connection, lostKeys);
    connection.exec('COMMIT');

    const damaged = [...damage].flatMap(([table, { damagedPages: pages, damagedRecords: records }]) =>
      pages + records === 0 ? [] : [{ table, pages, records }],
    );
    const kept = new Set(runs.map(({ id }) => id));
    const lostRuns = lostKeys.flatMap(({ table, key }) =>
      table === 'run' && typeof key.id === 'string' && !kept.has(key.id) ? [key.id] : [],
    );
    const isWhole = list.isWhole && isKnownWhole(connection, damaged, lostKeys, runs);
    return { runs, lostRuns, damage: damaged, isWhole };
  } finally {
    connection.close();
  }
}

/** A damaged table may still be whole: where nothing is wrong with the index of its key, that one would name what is lost. */
function isKnownWhole(
  salvaged: Connection,
  damage: Salvage['damage'],
  lostKeys: readonly LostKey[],
  runs: readonly SalvagedRun[],
): boolean {
  const damaged = new Set(damage.map(({ table }) => table));
  const doubtful = damage.filter(({ table }) => {
    const keys = salvaged.all(
      `SELECT name FROM pragma_index_list(?) WHERE "unique" AND name IN (SELECT name FROM sqlite_schema)`,
      table,
    );
    const isTable = salvaged.get("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?", table) !== undefined;
    return isTable && !keys.some(({ name }) => !damaged.has(String(name)));
  });
  const isComplete = runs.every(({ lost }) => Object.values(lost).every((count) => count === 0));
  return doubtful.length === 0 && lostKeys.length === 0 && isComplete;
}

function isStore({ header }: PageSource, isWhole: boolean): boolean {
  return header?.applicationId === APPLICATION_ID && isWhole;
}

/** The new file is of the schema that the damaged one had; from there it goes the way of every older store. */
function finish(connection: Connection, version: number, half: string): void {
  if (version === SCHEMA_VERSION) return;
  connection.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${version}`);
  migrate(connection, half);
}
