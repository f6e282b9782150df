import type { RunStatus } from '@touchstone/core';
import type { Connection } from '../connection.ts';
import { integer, json, parsed } from '../entry-columns.ts';
import { INSERT_RUN, toRunColumns } from '../run-columns.ts';
import type { LostKey } from './lost-keys.ts';

/** How many of each, of one run. */
export interface RunCounts {
  readonly rows: number;
  readonly predictions: number;
  readonly scores: number;
  readonly calls: number;
}

export interface SalvagedRun {
  readonly id: string;
  readonly name: string;
  /** As it is stored now: a finished run that has lost something is incomplete. */
  readonly status: RunStatus;
  readonly saved: RunCounts;
  /** What was there and is not any more. Scores that an unfinished run had lost cannot be told from those it had not made yet, and are not counted. */
  readonly lost: RunCounts;
}

/**
 * Makes every run one that can be shown and resumed: nothing hangs in the air, nothing is half there, and what was lost is missing in
 * the way in which a crash leaves it, so that a resume makes it again.
 */
export function makeConsistent(salvaged: Connection, lostKeys: readonly LostKey[]): readonly SalvagedRun[] {
  rebuildRuns(salvaged, lostKeys);
  const before = count(salvaged);
  removeHanging(salvaged);
  const after = count(salvaged);
  return salvaged.all('SELECT number, id, name, status FROM run ORDER BY started, number').map((run) => {
    const number = integer(run.number);
    const evaluations = evaluationsOf(salvaged, number, lostKeys);
    const saved = after(number, evaluations);
    const lost = lostOf(salvaged, String(run.status), {
      number,
      evaluations,
      found: before(number, evaluations),
      saved,
      lostKeys,
    });
    const status = settleStatus(salvaged, number, String(run.status), lost);
    return { id: String(run.id), name: parsed<string>(run.name), status, saved, lost };
  });
}

/** A run whose own record is lost, and whose evaluations are not: its plan and its rows are worth more than its name. */
function rebuildRuns(salvaged: Connection, lostKeys: readonly LostKey[]): void {
  const headless = salvaged.all('SELECT DISTINCT run FROM evaluation WHERE run NOT IN (SELECT number FROM run)');
  for (const { run } of headless) {
    const known = lostKeys.find(({ table, rowid, key }) => table === 'run' && rowid === run && typeof key.id === 'string');
    const id = typeof known?.key.id === 'string' ? known.key.id : crypto.randomUUID().replaceAll('-', '');
    const columns = toRunColumns(
      {
        id,
        name: `salvaged ${id.slice(0, 6)}`,
        experiment: 'Default',
        status: 'incomplete',
        reason: 'its record was lost when the store was damaged: name, tags, and how it was asked for',
        startedAt: 0,
        tags: {},
        provenance: {},
      },
      { pid: 0, host: '', since: 0 },
    );
    salvaged.run(INSERT_RUN, ...columns);
    salvaged.run('UPDATE run SET number = ? WHERE id = ?', run ?? null, id);
  }
}

function removeHanging(salvaged: Connection): void {
  salvaged.exec(`
    DELETE FROM evaluation WHERE run NOT IN (SELECT number FROM run);
    DELETE FROM call WHERE run NOT IN (SELECT number FROM run);
    DELETE FROM shared_call WHERE run NOT IN (SELECT number FROM run);
    DELETE FROM reservation WHERE run NOT IN (SELECT number FROM run);
    DELETE FROM row WHERE evaluation NOT IN (SELECT number FROM evaluation);
    -- Made again, a prediction could be another one than that which was scored.
    DELETE FROM prediction WHERE NOT EXISTS (
      SELECT 1 FROM row WHERE row.evaluation = prediction.evaluation AND row.ordinal = prediction.ordinal);
    DELETE FROM score WHERE NOT EXISTS (
      SELECT 1 FROM row WHERE row.evaluation = score.evaluation AND row.ordinal = score.ordinal);
    DELETE FROM score WHERE
      evaluation IN (SELECT number FROM evaluation WHERE json_type(plan, '$.model') IS NOT NULL)
      AND NOT EXISTS (
        SELECT 1 FROM prediction
        WHERE prediction.evaluation = score.evaluation AND prediction.ordinal = score.ordinal AND prediction.trial = score.trial);

    DELETE FROM revision WHERE evaluation NOT IN (SELECT number FROM evaluation);
    DELETE FROM superseded_row WHERE revision NOT IN (SELECT number FROM revision);
    DELETE FROM superseded_prediction WHERE revision NOT IN (SELECT number FROM revision);
    DELETE FROM superseded_score WHERE revision NOT IN (SELECT number FROM revision);
    -- That of a lost row stays: a resume brings the row back.
    DELETE FROM annotation WHERE evaluation NOT IN (SELECT number FROM evaluation);
    DELETE FROM cached WHERE number NOT IN (SELECT number FROM cached_answer);
    DELETE FROM cached_answer WHERE number NOT IN (SELECT number FROM cached);
    DELETE FROM cache_claim;
    DELETE FROM logged_metric WHERE run NOT IN (SELECT number FROM run);
    DELETE FROM logged_model WHERE run NOT IN (SELECT number FROM run);
    DELETE FROM artifact WHERE run NOT IN (SELECT number FROM run);
    DELETE FROM model_alias WHERE NOT EXISTS (
      SELECT 1 FROM model_version WHERE model_version.name = model_alias.name AND model_version.version = model_alias.version);
  `);
}

/** The numbers of its evaluations, also of those of which only the key was found. */
function evaluationsOf(salvaged: Connection, run: number, lostKeys: readonly LostKey[]): readonly number[] {
  const kept = salvaged.all('SELECT number FROM evaluation WHERE run = ?', run).map(({ number }) => integer(number));
  const lost = lostKeys.flatMap(({ table, key, rowid }) => (table === 'evaluation' && key.run === run ? [rowid] : []));
  return [...kept, ...lost];
}

interface RunRemains {
  readonly number: number;
  readonly evaluations: readonly number[];
  readonly found: RunCounts;
  readonly saved: RunCounts;
  readonly lostKeys: readonly LostKey[];
}

function lostOf(salvaged: Connection, status: string, { number, evaluations, found, saved, lostKeys }: RunRemains): RunCounts {
  const keysOf = (table: string, evaluation: number): number =>
    lostKeys.filter((lost) => lost.table === table && lost.key.evaluation === evaluation).length;
  const keys = (table: string): number => evaluations.reduce((sum, evaluation) => sum + keysOf(table, evaluation), 0);
  const calls = lostKeys.filter(({ table, key }) => table === 'call' && key.run === number).length;
  const known = {
    rows: found.rows - saved.rows + keys('row'),
    predictions: found.predictions - saved.predictions + keys('prediction'),
    scores: found.scores - saved.scores,
    calls,
  };
  if (status !== 'finished') return known;
  const whole = salvaged.all(WHOLE, number).map(({ evaluation, rows, stored, predictions, scores }) => {
    const all = Math.max(integer(rows), integer(stored) + keysOf('row', integer(evaluation)));
    return { rows: all, predictions: all * integer(predictions), scores: all * integer(scores), calls: saved.calls + calls };
  });
  return most(known, minus(plus(whole), saved));
}

/** What a finished evaluation had: its result says how many rows, and each has a prediction a trial, and a score of every metric. */
const WHOLE = `
  SELECT
    number AS evaluation,
    coalesce(json_extract(snapshot, '$.rows'), json_extract(plan, '$.data.rows'), 0) AS rows,
    (SELECT count(*) FROM row WHERE row.evaluation = evaluation.number) AS stored,
    json_extract(plan, '$.trials') * (json_type(plan, '$.model') IS NOT NULL) AS predictions,
    json_extract(plan, '$.trials')
      * (SELECT count(*) FROM json_each(plan, '$.metrics') WHERE json_extract(value, '$.form') <> 'dataset') AS scores
  FROM evaluation WHERE run = ?`;

/** What lost something is finished no more; and a result that was made of more than is there would belong to no rows. */
function settleStatus(salvaged: Connection, run: number, status: string, lost: RunCounts): RunStatus {
  const { rows, predictions, scores } = lost;
  if (rows + predictions + scores > 0) {
    salvaged.run('UPDATE evaluation SET snapshot = NULL WHERE run = ?', run);
    if (status === 'finished') {
      const reason = `the store was damaged, and of this run were lost: ${countsText(lost)}`;
      salvaged.run("UPDATE run SET status = 'incomplete', reason = ? WHERE number = ?", json(reason), run);
      return 'incomplete';
    }
  }
  return STATUSES.find((known) => known === status) ?? 'failed';
}

const STATUSES: readonly RunStatus[] = ['running', 'finished', 'incomplete', 'interrupted', 'failed'];

/** `12 rows, 1 prediction`; empty when there is nothing. */
function countsText(counts: RunCounts): string {
  const words = [
    ['row', counts.rows],
    ['prediction', counts.predictions],
    ['score', counts.scores],
    ['recorded call', counts.calls],
  ] as const;
  return words.flatMap(([word, count]) => (count === 0 ? [] : [`${count} ${word}${count === 1 ? '' : 's'}`])).join(', ');
}

/** Counts what is there now; to be asked for a run and its evaluations later. */
function count(salvaged: Connection): (run: number, evaluations: readonly number[]) => RunCounts {
  const [rows, predictions, scores, calls] = [
    countBy(salvaged, 'row', 'evaluation'),
    countBy(salvaged, 'prediction', 'evaluation'),
    countBy(salvaged, 'score', 'evaluation'),
    countBy(salvaged, 'call', 'run'),
  ];
  const total = (counts: ReadonlyMap<number, number>, of: readonly number[]): number =>
    of.reduce((sum, number) => sum + (counts.get(number) ?? 0), 0);
  return (run, evaluations) => ({
    rows: total(rows, evaluations),
    predictions: total(predictions, evaluations),
    scores: total(scores, evaluations),
    calls: total(calls, [run]),
  });
}

function countBy(salvaged: Connection, table: string, owner: string): ReadonlyMap<number, number> {
  const counted = salvaged.all(`SELECT ${owner} AS owner, count(*) AS size FROM ${table} GROUP BY ${owner}`);
  return new Map(counted.map(({ owner: number, size }) => [integer(number), integer(size)]));
}

function minus(a: RunCounts, b: RunCounts): RunCounts {
  return each((of) => a[of] - b[of]);
}

function plus(all: readonly RunCounts[]): RunCounts {
  return each((of) => all.reduce((sum, counts) => sum + counts[of], 0));
}

function most(a: RunCounts, b: RunCounts): RunCounts {
  return each((of) => Math.max(a[of], b[of]));
}

function each(count: (of: keyof RunCounts) => number): RunCounts {
  return { rows: count('rows'), predictions: count('predictions'), scores: count('scores'), calls: count('calls') };
}
