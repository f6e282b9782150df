import type { Entry, PredictionEntry, RowEntry, ScoreEntry, SupersededEntry } from '@touchstone/core';
import type { Connection, SqlRow } from './connection.ts';
import { double, integer, parsed, SCORE_COLUMNS, toPrediction, toScoreEntry, toStoredRow } from './entry-columns.ts';
import type { StoreAccess } from './store-access.ts';

/** {@link JournalReader.superseded} of the evaluation with this number. What has left is never changed, so chunks need no one moment. */
export async function* readSuperseded(access: StoreAccess, evaluation: number): AsyncIterable<readonly SupersededEntry[]> {
  const revisions = access.read((connection) => connection.all(REVISIONS, evaluation).map(toRevision)) ?? [];
  for (const { number, at, signatures } of revisions) {
    for (const entries of chunks(access, number, [-1], readRows)) yield entries.map((entry) => ({ entry, at }));
    for (const entries of chunks(access, number, [-1, 0], readPredictions)) yield entries.map((entry) => ({ entry, at }));
    for (const entries of chunks(access, number, [-1, 0, 0], readScores)) {
      yield entries.map((entry) => ({ entry, at, ...signatureOf(signatures, entry) }));
    }
  }
}

/** Entries of a chunk. */
const CHUNK = 1_000;

const REVISIONS = 'SELECT number, at, signatures FROM revision WHERE evaluation = ? ORDER BY number';
const ROWS = `SELECT * FROM superseded_row WHERE revision = ? AND ordinal > ? ORDER BY ordinal LIMIT ${CHUNK}`;
const PREDICTIONS = `SELECT * FROM superseded_prediction WHERE revision = ? AND (ordinal, trial) > (?, ?) ORDER BY ordinal, trial LIMIT ${CHUNK}`;
const SCORES = `SELECT ${SCORE_COLUMNS} FROM superseded_score WHERE revision = ? AND (ordinal, trial, metric) > (?, ?, ?) ORDER BY ordinal, trial, metric LIMIT ${CHUNK}`;

interface SignedRevision {
  readonly number: number;
  readonly at: number;
  /** By metric index; `null` where it is not known. */
  readonly signatures: readonly (string | null)[];
}

function toRevision(row: SqlRow): SignedRevision {
  return { number: integer(row.number), at: double(row.at), signatures: parsed(row.signatures) };
}

/** Entries after the place `after`, a chunk at a time. */
function* chunks<T extends Entry>(
  access: StoreAccess,
  revision: number,
  after: readonly number[],
  read: (connection: Connection, revision: number, after: readonly number[]) => readonly T[],
): Generator<readonly T[]> {
  for (let place = after; ; ) {
    const entries = access.read((connection) => read(connection, revision, place));
    const last = entries?.at(-1);
    if (entries === undefined || last === undefined) return;
    yield entries;
    place = placeOf(last);
  }
}

function placeOf(entry: Entry): readonly number[] {
  if (entry.type === 'row') return [entry.ordinal];
  return entry.type === 'prediction' ? [entry.ordinal, entry.trial] : [entry.ordinal, entry.trial, entry.metric];
}

function readRows(connection: Connection, revision: number, after: readonly number[]): readonly RowEntry[] {
  return connection.all(ROWS, revision, ...after).map((row) => ({ type: 'row', ...toStoredRow(row) }));
}

function readPredictions(connection: Connection, revision: number, after: readonly number[]): readonly PredictionEntry[] {
  return connection.all(PREDICTIONS, revision, ...after).map((row) => ({
    type: 'prediction',
    ordinal: integer(row.ordinal),
    trial: integer(row.trial),
    result: toPrediction(row),
  }));
}

function readScores(connection: Connection, revision: number, after: readonly number[]): readonly ScoreEntry[] {
  return connection.lists(SCORES, revision, ...after).map(toScoreEntry);
}

function signatureOf(signatures: SignedRevision['signatures'], { metric }: ScoreEntry): Pick<SupersededEntry, 'signature'> {
  const signature = signatures[metric];
  return signature === undefined || signature === null ? {} : { signature };
}
