import type { JournalReader, PredictionResult, Score, StoredRow, StoredTrial } from '@touchstone/core';
import type { Connection, SqlList, SqlRow } from './connection.ts';
import { integer, parsed, SCORE_COLUMNS, toPrediction, toScoreEntry, toStoredRow } from './entry-columns.ts';
import type { StoreAccess } from './store-access.ts';
import { readSuperseded } from './superseded-reader.ts';

/**
 * Reads the evaluation with this number (`evaluation.number`). A chunk is one short query that continues after the last key,
 * so nothing stays open between chunks: a slow consumer neither holds the WAL back nor has to be cleaned up after.
 */
export function journalReader(access: StoreAccess, evaluation: number): JournalReader {
  return {
    async stored(from, to) {
      return access.read((connection) => readRows(connection, evaluation, from, to, -1)) ?? [];
    },
    async *rows() {
      for (let from = 0; ; ) {
        const rows = access.read((connection) => readRows(connection, evaluation, from, Number.MAX_VALUE, ROWS));
        const last = rows?.at(-1);
        if (rows === undefined || last === undefined) return;
        yield rows;
        from = last.ordinal + 1;
      }
    },
    async *scores() {
      for (let after: readonly [number, number, number] = [-1, 0, 0]; ; ) {
        const entries = access.read((connection) =>
          connection.lists(SCORES_AFTER, evaluation, ...after, SCORES).map(toScoreEntry),
        );
        const last = entries?.at(-1);
        if (entries === undefined || last === undefined) return;
        yield entries;
        after = [last.ordinal, last.trial, last.metric];
      }
    },
    async *clusters() {
      for (let after = -1; ; ) {
        const labels = access.read((connection) => connection.all(CLUSTERS_AFTER, evaluation, after, SCORES).map(toCluster));
        const last = labels?.at(-1);
        if (labels === undefined || last === undefined) return;
        yield labels;
        after = last[0];
      }
    },
    async size() {
      const counted = access.read((connection) =>
        connection.get('SELECT count(*) AS size FROM row WHERE evaluation = ?', evaluation),
      );
      return counted === undefined ? 0 : integer(counted.size);
    },
    superseded: () => readSuperseded(access, evaluation),
  };
}

/** Rows of a chunk, with texts; a text may be long. */
const ROWS = 250;
/** Scores of a chunk. */
const SCORES = 5_000;

const ROWS_BETWEEN = 'SELECT * FROM row WHERE evaluation = ? AND ordinal >= ? AND ordinal < ? ORDER BY ordinal LIMIT ?';
const PREDICTIONS_BETWEEN =
  'SELECT * FROM prediction WHERE evaluation = ? AND ordinal >= ? AND ordinal <= ? ORDER BY ordinal, trial';
const SCORES_BETWEEN = `SELECT ${SCORE_COLUMNS} FROM score WHERE evaluation = ? AND ordinal >= ? AND ordinal <= ? ORDER BY ordinal, trial, metric`;
const SCORES_AFTER = `SELECT ${SCORE_COLUMNS} FROM score WHERE evaluation = ? AND (ordinal, trial, metric) > (?, ?, ?) ORDER BY ordinal, trial, metric LIMIT ?`;
const CLUSTERS_AFTER =
  'SELECT ordinal, cluster FROM row WHERE evaluation = ? AND ordinal > ? AND cluster IS NOT NULL ORDER BY ordinal LIMIT ?';

/** Of one moment: a trial never shows scores without the prediction that was committed with them. */
function readRows(connection: Connection, evaluation: number, from: number, to: number, limit: number): readonly StoredRow[] {
  return connection.atOnce(() => {
    const rows = connection.all(ROWS_BETWEEN, evaluation, from, to, limit).map(toStoredRow);
    const first = rows.at(0)?.ordinal;
    const last = rows.at(-1)?.ordinal;
    if (first === undefined || last === undefined) return [];
    const trials = groupTrials(
      connection.all(PREDICTIONS_BETWEEN, evaluation, first, last),
      connection.lists(SCORES_BETWEEN, evaluation, first, last),
    );
    return rows.map((row) => ({ ...row, trials: trials.get(row.ordinal) ?? [] }));
  });
}

/** Puts predictions and scores of the same trial together; by ordinal. */
function groupTrials(predictions: readonly SqlRow[], scores: readonly SqlList[]): ReadonlyMap<number, readonly StoredTrial[]> {
  const trials = new Map<number, Map<number, TrialInMaking>>();
  for (const row of predictions) trialOf(integer(row.ordinal), integer(row.trial)).prediction = toPrediction(row);
  for (const row of scores) {
    const { ordinal, trial, metric, score } = toScoreEntry(row);
    trialOf(ordinal, trial).scores.set(metric, score);
  }
  return new Map([...trials].map(([ordinal, ofRow]) => [ordinal, inOrder(ofRow)]));

  function trialOf(ordinal: number, trial: number): TrialInMaking {
    const ofRow = trials.get(ordinal) ?? new Map<number, TrialInMaking>();
    trials.set(ordinal, ofRow);
    const found = ofRow.get(trial) ?? { scores: new Map<number, Score>() };
    ofRow.set(trial, found);
    return found;
  }
}

interface TrialInMaking {
  prediction?: PredictionResult;
  readonly scores: Map<number, Score>;
}

function inOrder(trials: ReadonlyMap<number, TrialInMaking>): readonly StoredTrial[] {
  return [...trials].map(([trial, stored]) => ({ trial, ...stored })).sort((a, b) => a.trial - b.trial);
}

function toCluster(row: SqlRow): readonly [ordinal: number, cluster: string] {
  return [integer(row.ordinal), parsed<string>(row.cluster)];
}
