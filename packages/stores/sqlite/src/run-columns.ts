import type { EvaluationRecord, RunChange, RunQuery, RunRecord, RunStatus } from '@touchstone/core';
import type { SqlRow, SqlValue } from './connection.ts';
import { integer, json, jsonOrNull, parsed } from './entry-columns.ts';

/** The process that works on a run, for the sentence that another one is refused with. */
export interface RunWorker {
  readonly pid: number;
  readonly host: string;
  /** Milliseconds since the epoch. */
  readonly since: number;
}

export const INSERT_RUN = `INSERT INTO run (id, name, experiment, key, status, reason, started, ended, tags, origin, provenance, worker, params, parent)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`;

export function toRunColumns(run: RunRecord, worker: RunWorker): readonly SqlValue[] {
  const { id, name, experiment, key, status, reason, startedAt, endedAt, tags, origin, provenance, params, parent } = run;
  return [
    id,
    json(name),
    json(experiment),
    jsonOrNull(key),
    status,
    jsonOrNull(reason),
    startedAt,
    endedAt ?? null,
    json(tags),
    jsonOrNull(origin),
    json(provenance),
    json(worker),
    jsonOrNull(params),
    jsonOrNull(parent),
  ];
}

export function toRunRecord(row: SqlRow): RunRecord {
  return {
    id: String(row.id),
    name: parsed(row.name),
    experiment: parsed(row.experiment),
    ...(row.key === null ? {} : { key: parsed<string>(row.key) }),
    status: toStatus(String(row.status)),
    ...(row.reason === null ? {} : { reason: parsed<string>(row.reason) }),
    startedAt: integer(row.started),
    ...(row.ended === null ? {} : { endedAt: integer(row.ended) }),
    tags: parsed(row.tags),
    ...(row.params === null ? {} : { params: parsed<NonNullable<RunRecord['params']>>(row.params) }),
    ...(row.parent === null ? {} : { parent: parsed<string>(row.parent) }),
    ...(row.origin === null ? {} : { origin: parsed<NonNullable<RunRecord['origin']>>(row.origin) }),
    provenance: parsed(row.provenance),
  };
}

/** The assignments of an UPDATE, and their values. */
export function toAssignments(change: RunChange): readonly (readonly [assignment: string, value: SqlValue])[] {
  const { status, reason, endedAt, name, tags, params, origin } = change;
  const assignments: (readonly [string, SqlValue])[] = [];
  if (status !== undefined) assignments.push(['status = ?', status]);
  if (status !== undefined || reason !== undefined) assignments.push(['reason = ?', jsonOrNull(reason)]);
  if (status !== undefined || endedAt !== undefined) assignments.push(['ended = ?', endedAt ?? null]);
  if (name !== undefined) assignments.push(['name = ?', json(name)]);
  if (tags !== undefined) assignments.push(['tags = ?', json(tags)]);
  if (params !== undefined) assignments.push(['params = ?', json(params)]);
  if (origin !== undefined) assignments.push(['origin = ?', json(origin)]);
  return assignments;
}

/** The SELECT of a query, newest first, and its values. */
export function toSelect(query: RunQuery): readonly [sql: string, values: readonly SqlValue[]] {
  const { experiment, key, name, idPrefix, parent, statuses, limit } = query;
  const conditions: (readonly [sql: string, ...values: readonly SqlValue[]])[] = [];
  if (experiment !== undefined) conditions.push(['experiment = ?', json(experiment)]);
  if (key !== undefined) conditions.push(['key = ?', json(key)]);
  if (name !== undefined) conditions.push(['name = ?', json(name)]);
  if (idPrefix !== undefined) conditions.push(['substr(id, 1, length(?)) = ?', idPrefix, idPrefix]);
  if (parent !== undefined) conditions.push(['parent = ?', json(parent)]);
  if (statuses !== undefined) conditions.push(['status IN (SELECT value FROM json_each(?))', json(statuses)]);
  const where = conditions.map(([sql]) => sql).join(' AND ') || 'TRUE';
  const values = conditions.flatMap(([, ...values]) => values);
  return [`SELECT * FROM run WHERE ${where} ORDER BY started DESC, number DESC LIMIT ?`, [...values, limit ?? -1]];
}

export function toEvaluationRecord(row: SqlRow): EvaluationRecord {
  const head = { index: integer(row.position), plan: parsed<EvaluationRecord['plan']>(row.plan) };
  return row.snapshot === null ? head : { ...head, snapshot: parsed<NonNullable<EvaluationRecord['snapshot']>>(row.snapshot) };
}

const STATUSES: readonly RunStatus[] = ['running', 'finished', 'incomplete', 'interrupted', 'failed'];

function toStatus(text: string): RunStatus {
  return STATUSES.find((status) => status === text) ?? 'failed';
}
