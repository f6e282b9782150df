import type { Plan, Revision, Superseding } from '@touchstone/core';
import type { Connection, SqlValue } from './connection.ts';
import { FAILED, integer, json, jsonOrNull, parsed } from './entry-columns.ts';
import { toAssignments } from './run-columns.ts';

/** {@link Journal.revise} of the evaluation with this number (`evaluation.number`), within a transaction. */
export function revise(connection: Connection, evaluation: number, revision: Revision, at: number): number {
  const { supersede: which, plan, snapshot, run } = revision;
  const left = which === undefined ? 0 : supersede(connection, evaluation, which, at);
  const sql = 'UPDATE evaluation SET snapshot = ?, plan = coalesce(?, plan) WHERE number = ?';
  connection.run(sql, jsonOrNull(snapshot), jsonOrNull(plan), evaluation);
  const assignments = toAssignments(run ?? {});
  if (assignments.length > 0) {
    const ofRun = `UPDATE run SET ${assignments.map(([one]) => one).join(', ')} WHERE number = (SELECT run FROM evaluation WHERE number = ?)`;
    connection.run(ofRun, ...assignments.map(([, value]) => value), evaluation);
  }
  return left;
}

function supersede(connection: Connection, evaluation: number, which: Superseding, at: number): number {
  const revision = startRevision(connection, evaluation, at);
  let left = 0;
  for (const { table, condition, values } of leaving(evaluation, which)) {
    const where = `FROM ${table} WHERE evaluation = ? AND (${condition})`;
    connection.run(`INSERT INTO superseded_${table} SELECT *, ? ${where}`, revision, evaluation, ...values);
    left += connection.run(`DELETE ${where}`, evaluation, ...values);
  }
  if ('ordinals' in which) {
    const { condition, values } = ofOrdinals(which.ordinals);
    const sql = `UPDATE annotation SET superseded = ? WHERE evaluation = ? AND superseded IS NULL AND ${condition}`;
    connection.run(sql, at, evaluation, ...values);
  }
  if (left === 0) connection.run('DELETE FROM revision WHERE number = ?', revision);
  return left;
}

function startRevision(connection: Connection, evaluation: number, at: number): number {
  const { metrics } = parsed<Plan>(connection.get('SELECT plan FROM evaluation WHERE number = ?', evaluation)?.plan);
  const sql = 'INSERT INTO revision (evaluation, at, signatures) VALUES (?, ?, ?) RETURNING number';
  return integer(connection.get(sql, evaluation, at, json(metrics.map(({ signature }) => signature)))?.number);
}

interface Leaving {
  readonly table: 'row' | 'prediction' | 'score';
  readonly condition: string;
  readonly values: readonly SqlValue[];
}

/** Scores first: which of them leave can depend on predictions. */
function leaving(evaluation: number, which: Superseding): readonly Leaving[] {
  if ('ordinals' in which) {
    const ofRows = ofOrdinals(which.ordinals);
    return [leave('score', ofRows), leave('prediction', ofRows), leave('row', ofRows)];
  }
  if ('metric' in which) return [leave('score', { condition: 'metric = ?', values: [which.metric] })];
  const failedTrials = 'SELECT ordinal, trial FROM prediction WHERE evaluation = ? AND failed IS NOT NULL';
  return [
    leave('score', { condition: `kind = ${FAILED} OR (ordinal, trial) IN (${failedTrials})`, values: [evaluation] }),
    leave('prediction', { condition: 'failed IS NOT NULL', values: [] }),
  ];
}

function leave(table: Leaving['table'], which: Pick<Leaving, 'condition' | 'values'>): Leaving {
  return { table, ...which };
}

function ofOrdinals(ordinals: readonly number[]): Pick<Leaving, 'condition' | 'values'> {
  return { condition: 'ordinal IN (SELECT value FROM json_each(?))', values: [json(ordinals)] };
}
