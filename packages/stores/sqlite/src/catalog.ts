import { hostname } from 'node:os';
import { type Catalog, type Json, type RunRecord, TouchstoneError } from '@touchstone/core';
import { adoptRun } from './adopt-run.ts';
import { ANNOTATE, ANNOTATIONS, annotationColumns, toAnnotation } from './annotation-columns.ts';
import type { Connection } from './connection.ts';
import { integer, json, parsed } from './entry-columns.ts';
import { journalReader } from './journal-reader.ts';
import { isLeased, type Lease, takeLease } from './lease.ts';
import type { OpenRuns } from './open-run.ts';
import { sqliteRegistry } from './registry.ts';
import { INSERT_RUN, type RunWorker, toEvaluationRecord, toRunColumns, toRunRecord, toSelect } from './run-columns.ts';
import { artifactOf, runLogs } from './run-log.ts';
import { runWriter } from './run-writer.ts';
import type { StoreAccess } from './store-access.ts';
import { toStoreError } from './store-error.ts';

/** The runs of the file. @param open the runs that this store works on */
export function sqliteCatalog(access: StoreAccess, open: OpenRuns): Catalog {
  const { file } = access;

  return {
    async create(run) {
      access.checkOpen();
      checkId(run.id);
      // Creates the file, so that the lease beside it gets the name that every other process will look for.
      await access.commit(undefined, 0, () => undefined);
      const lease = take(run.id);
      const number = await underLease(lease, (connection) => insertRun(connection, run));
      if (number !== undefined) return runWriter(access, open, { id: run.id, number, lease });
      throw runExists(run.id);
    },
    async open(id) {
      access.checkOpen();
      numberOf(id);
      const lease = take(id);
      const number = await underLease(lease, (connection) => takeOver(connection, id));
      if (number !== undefined) return runWriter(access, open, { id, number, lease });
      throw notFound(id);
    },
    async adopt(run, parts) {
      access.checkOpen();
      checkId(run.id);
      const isTaken = access.read((connection) => connection.get('SELECT 1 FROM run WHERE id = ?', run.id)) !== undefined;
      if (isTaken || !(await adoptRun(access, run, { parts, worker: thisWorker() }))) throw runExists(run.id);
    },
    async find(query) {
      access.checkOpen();
      const [sql, values] = toSelect(query);
      return access.read((connection) => connection.all(sql, ...values).map(toRunRecord)) ?? [];
    },
    async leased(id) {
      access.checkOpen();
      if (open.has(id)) return true;
      try {
        return isRunId(id) && isLeased(access.leasePath(id));
      } catch (error) {
        throw toStoreError(error, file);
      }
    },
    async evaluations(id) {
      access.checkOpen();
      const run = numberOf(id);
      const sql = 'SELECT position, plan, snapshot FROM evaluation WHERE run = ? ORDER BY position';
      return access.read((connection) => connection.all(sql, run).map(toEvaluationRecord)) ?? [];
    },
    async snapshots(ids) {
      access.checkOpen();
      const found = access.read((connection) => connection.all(SNAPSHOTS, json(ids))) ?? [];
      const snapshots = new Map<string, Json[]>();
      for (const { id, snapshot } of found) {
        const ofRun = snapshots.get(String(id)) ?? [];
        ofRun.push(parsed(snapshot));
        snapshots.set(String(id), ofRun);
      }
      return snapshots;
    },
    async reader(id, evaluation) {
      access.checkOpen();
      const run = numberOf(id);
      const found = access.read((connection) => connection.get(NUMBER_OF_EVALUATION, run, evaluation));
      if (found !== undefined) return journalReader(access, integer(found.number));
      throw evaluationNotFound(id, evaluation);
    },
    async annotate(id, annotations) {
      access.checkOpen();
      const run = numberOf(id);
      if (annotations.length === 0) return;
      const added = annotations.map((annotation) => [annotation.evaluation, annotationColumns(annotation)] as const);
      await access.commit(undefined, added.length, (connection) => {
        for (const [evaluation, values] of added) {
          if (connection.run(ANNOTATE, ...values, run, evaluation) === 0) throw evaluationNotFound(id, evaluation);
        }
      });
    },
    async annotations(id, evaluation) {
      access.checkOpen();
      const run = numberOf(id);
      const found = access.read((connection) => connection.get(NUMBER_OF_EVALUATION, run, evaluation));
      if (found === undefined) throw evaluationNotFound(id, evaluation);
      const number = integer(found.number);
      return access.read((connection) => connection.all(ANNOTATIONS, number).map((row) => toAnnotation(row, evaluation))) ?? [];
    },
    ...runLogs(access),
    async artifact(id, name) {
      access.checkOpen();
      return artifactOf(access, { id, number: numberOf(id) }, name);
    },
    ...sqliteRegistry(access),
    async delete(id) {
      access.checkOpen();
      const run = numberOf(id);
      await underLease(take(id), (connection) => deleteRun(connection, run), 'release');
    },
  };

  function numberOf(id: string): number {
    const found = access.read((connection) => connection.get('SELECT number FROM run WHERE id = ?', id));
    if (found === undefined) throw notFound(id);
    return integer(found.number);
  }

  function runExists(id: string): TouchstoneError {
    return new TouchstoneError('run-exists', `There is a run ${id} in ${file} already; open it to continue it.`);
  }

  function notFound(id: string): TouchstoneError {
    return new TouchstoneError('run-not-found', `There is no run ${id} in ${file}.`);
  }

  function evaluationNotFound(id: string, evaluation: number): TouchstoneError {
    return new TouchstoneError('evaluation-not-found', `Run ${id} in ${file} has no evaluation ${evaluation}.`);
  }

  function take(id: string): Lease {
    let lease: Lease | undefined;
    try {
      lease = open.has(id) ? undefined : takeLease(access.leasePath(id));
    } catch (error) {
      throw toStoreError(error, file);
    }
    if (lease === undefined) throw new TouchstoneError('run-locked', lockedSentence(id), { kind: 'store' });
    return lease;
  }

  function lockedSentence(id: string): string {
    const found = access.read((connection) => connection.get('SELECT worker FROM run WHERE id = ?', id));
    if (open.has(id)) return `This process works on run ${id} already; wait until it is done.`;
    if (found === undefined) return `Another process is just creating run ${id} in ${file}.`;
    const { pid, host, since } = parsed<RunWorker>(found.worker);
    const where = host === hostname() ? '' : ` on ${host}`;
    return `Another process (pid ${pid}${where}) works on run ${id} since ${new Date(since).toISOString()}; wait until it is done, or stop it.`;
  }

  /** Commits under the lease; gives the lease back when there is nothing to keep it for. */
  async function underLease<T>(
    lease: Lease,
    write: (connection: Connection) => T,
    then: 'keep' | 'release' = 'keep',
  ): Promise<T> {
    let kept = false;
    try {
      const result = await access.commit(undefined, 1, write);
      kept = then === 'keep' && result !== undefined;
      return result;
    } finally {
      if (!kept) lease.release();
    }
  }
}

const NUMBER_OF_EVALUATION = 'SELECT number FROM evaluation WHERE run = ? AND position = ?';

const SNAPSHOTS = `SELECT run.id, evaluation.snapshot FROM run JOIN evaluation ON evaluation.run = run.number
  WHERE run.id IN (SELECT value FROM json_each(?)) AND evaluation.snapshot IS NOT NULL ORDER BY run.number, evaluation.position`;

function isRunId(id: string): boolean {
  return /^[0-9a-f]{32}$/.test(id);
}

function checkId(id: string): void {
  if (isRunId(id)) return;
  throw new TouchstoneError('run-id', `'${id}' is no run id: it must be 32 hexadecimal digits in lower case.`);
}

/** The run's number; `undefined` when the id is taken. */
function insertRun(connection: Connection, run: RunRecord): number | undefined {
  if (connection.run(INSERT_RUN, ...toRunColumns(run, thisWorker())) === 0) return undefined;
  return integer(connection.get('SELECT last_insert_rowid() AS number')?.number);
}

/** The run's number; `undefined` when it was deleted meanwhile. */
function takeOver(connection: Connection, id: string): number | undefined {
  const found = connection.get('UPDATE run SET worker = ? WHERE id = ? RETURNING number', json(thisWorker()), id);
  return found === undefined ? undefined : integer(found.number);
}

function thisWorker(): RunWorker {
  return { pid: process.pid, host: hostname(), since: Date.now() };
}

function deleteRun(connection: Connection, run: number): void {
  // Deleted texts are overwritten, not only forgotten: somebody may delete a run because of what is in it.
  connection.run('PRAGMA secure_delete = ON');
  const evaluations = 'SELECT number FROM evaluation WHERE run = ?';
  const revisions = `SELECT number FROM revision WHERE evaluation IN (${evaluations})`;
  for (const table of ['superseded_score', 'superseded_prediction', 'superseded_row']) {
    connection.run(`DELETE FROM ${table} WHERE revision IN (${revisions})`, run);
  }
  for (const table of ['revision', 'annotation', 'score', 'prediction', 'row']) {
    connection.run(`DELETE FROM ${table} WHERE evaluation IN (${evaluations})`, run);
  }
  for (const table of ['evaluation', 'call', 'shared_call', 'reservation', 'logged_metric', 'logged_model', 'artifact'])
    connection.run(`DELETE FROM ${table} WHERE run = ?`, run);
  connection.run('DELETE FROM run WHERE number = ?', run);
}
