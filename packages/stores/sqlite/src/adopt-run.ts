import { setTimeout as sleep } from 'node:timers/promises';
import { type RunPart, type RunRecord, TouchstoneError } from '@touchstone/core';
import { adoptSuperseded } from './adopt-superseded.ts';
import { ANNOTATE, annotationColumns } from './annotation-columns.ts';
import { insertCall, reserveMoney } from './call-log.ts';
import { type Connection, connect } from './connection.ts';
import { insert, integer, json, jsonOrNull, toColumns } from './entry-columns.ts';
import { INSERT_RUN, type RunWorker, toRunColumns } from './run-columns.ts';
import { insertLogItem } from './run-log.ts';
import { migrate } from './schema.ts';
import type { StoreAccess } from './store-access.ts';
import { storeLocked, toStoreError } from './store-error.ts';

/**
 * Takes in a copy of a run; `false` when its id is taken. The parts are collected in a temporary database of SQLite's own, which no
 * name leads to and which is gone with the process. Only then they are copied over, in one transaction: other writers wait for that,
 * not for whoever gives the parts.
 */
export async function adoptRun(
  access: StoreAccess,
  run: RunRecord,
  { parts, worker }: { readonly parts: AsyncIterable<RunPart>; readonly worker: RunWorker },
): Promise<boolean> {
  // Creates the file, or brings it to the newest schema.
  await access.commit(undefined, 0, () => undefined);
  const staging = connect('', { patience: 0 });
  try {
    staging.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF');
    migrate(staging, access.file);
    await stage(staging, access, { run, parts, worker });
    return await publish(staging, access, run.id);
  } finally {
    staging.close();
  }
}

async function stage(
  staging: Connection,
  { file }: StoreAccess,
  { run, parts, worker }: { readonly run: RunRecord; readonly parts: AsyncIterable<RunPart>; readonly worker: RunWorker },
): Promise<void> {
  staging.run('BEGIN');
  staging.run(INSERT_RUN, ...toRunColumns(run, worker));
  for await (const part of parts) {
    try {
      insertPart(staging, part, { id: run.id, file });
    } catch (error) {
      throw toStagingError(error);
    }
  }
  staging.run('COMMIT');
}

function insertPart(staging: Connection, part: RunPart, { id, file }: { readonly id: string; readonly file: string }): void {
  switch (part.part) {
    case 'evaluation': {
      const { index, plan, snapshot } = part.record;
      const sql = 'INSERT INTO evaluation (run, position, plan, snapshot) SELECT number, ?, ?, ? FROM run';
      staging.run(sql, index, json(plan), jsonOrNull(snapshot));
      return;
    }
    case 'entries': {
      const evaluation = numberOf(part.evaluation);
      for (const entry of part.entries) insert(staging, toColumns(evaluation, entry));
      return;
    }
    case 'superseded':
      adoptSuperseded(staging, numberOf(part.evaluation), part.superseded);
      return;
    case 'annotations':
      for (const annotation of part.annotations) {
        numberOf(annotation.evaluation);
        staging.run(ANNOTATE, ...annotationColumns(annotation), RUN, annotation.evaluation);
      }
      return;
    case 'calls':
      for (const call of part.calls) insertCall(staging, id, call);
      return;
    case 'log':
      for (const item of part.items) insertLogItem(staging, RUN, item);
      return;
    case 'reserved':
      reserveMoney(staging, id, { reservation: ELSEWHERE, usd: part.usd });
      return;
  }

  function numberOf(evaluation: number): number {
    const found = staging.get('SELECT number FROM evaluation WHERE position = ?', evaluation);
    if (found !== undefined) return integer(found.number);
    throw new TouchstoneError('evaluation-not-found', `Run ${id} in ${file} has no evaluation ${evaluation}.`);
  }
}

/** The number of the one run of a fresh database. */
const RUN = 1;

/** The reservation that stands for all of those that a run had elsewhere. */
const ELSEWHERE = 'elsewhere';

/** `false` when there is a run with this id. */
async function publish(staging: Connection, access: StoreAccess, id: string): Promise<boolean> {
  access.checkOpen();
  const { file } = access;
  try {
    access.attachTo(staging, 'store');
    await begin(staging, access);
    const isNew = staging.get('SELECT 1 FROM store.run WHERE id = ?', id) === undefined;
    if (isNew) for (const sql of copies(staging)) staging.run(sql);
    staging.run('COMMIT');
    return isNew;
  } catch (error) {
    // The connection is closed next, which rolls back whatever has begun.
    throw toStoreError(error, file);
  }
}

/** Asks again while somebody else writes, without blocking this thread. */
async function begin(staging: Connection, { file, lockPatience }: StoreAccess): Promise<void> {
  const giveUpAt = performance.now() + lockPatience;
  for (let pause = 1; ; pause = Math.min(pause * 2, 50)) {
    try {
      staging.run('BEGIN IMMEDIATE');
      return;
    } catch (thrown) {
      const error = toStoreError(thrown, file);
      if (!(TouchstoneError.isInstance(error) && error.code === 'store-locked')) throw error;
      if (performance.now() > giveUpAt) throw storeLocked(file, lockPatience / 1_000);
    }
    await sleep(pause);
  }
}

/** The tables that hold runs, and their columns that hold numbers of the tables that give numbers. Those of the store go on behind its own. */
const TABLES = {
  run: { number: 'run' },
  evaluation: { number: 'evaluation', run: 'run' },
  row: { evaluation: 'evaluation' },
  prediction: { evaluation: 'evaluation' },
  score: { evaluation: 'evaluation' },
  revision: { number: 'revision', evaluation: 'evaluation' },
  superseded_row: { evaluation: 'evaluation', revision: 'revision' },
  superseded_prediction: { evaluation: 'evaluation', revision: 'revision' },
  superseded_score: { evaluation: 'evaluation', revision: 'revision' },
  annotation: { number: 'annotation', evaluation: 'evaluation' },
  call: { run: 'run' },
  shared_call: { run: 'run' },
  reservation: { run: 'run' },
  logged_metric: { number: 'logged_metric', run: 'run' },
  logged_model: { number: 'logged_model', run: 'run' },
  artifact: { number: 'artifact', run: 'run' },
} as const;

/** Statements that copy all of the staged tables, in the order of their records. */
function copies(staging: Connection): readonly string[] {
  const given = new Map(
    staging.all('SELECT name, seq FROM store.sqlite_sequence').map(({ name, seq }) => [String(name), integer(seq)]),
  );
  return Object.entries(TABLES).map(([table, numbers]) => {
    const shifts: ReadonlyMap<string, string> = new Map(Object.entries(numbers));
    const columns = staging.all(`PRAGMA main.table_info(${table})`).map(({ name }) => String(name));
    const values = columns.map((column) => {
      const shift = given.get(shifts.get(column) ?? '');
      return shift === undefined ? column : `${column} + ${shift}`;
    });
    return `INSERT INTO store.${table} (${columns.join(', ')}) SELECT ${values.join(', ')} FROM main.${table} ORDER BY ${orderOf(staging, table)}`;
  });
}

/** A table without rowid lies in the order of its key. */
function orderOf(staging: Connection, table: string): string {
  const [found] = staging.all(`PRAGMA main.table_list(${table})`);
  return found?.wr === 1 ? '1' : 'rowid';
}

/** The temporary database lies elsewhere than the store: the advice is another one. */
function toStagingError(error: unknown): unknown {
  if (!(error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === 13)) return error;
  const message =
    'The disk for temporary files is full: nothing was taken in. Free some space there, or name another folder in the environment variable SQLITE_TMPDIR.';
  return new TouchstoneError('store-full', message, { kind: 'store', cause: error });
}
