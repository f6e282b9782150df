import type { Entry, Json, PredictionResult, Score, ScoreEntry, StoredRow } from '@touchstone/core';
import type { Connection, SqlCell, SqlList, SqlRow, SqlValue } from './connection.ts';
import { DamagedRecord } from './store-error.ts';

/** An entry as the values of its table's columns. */
export interface EntryColumns {
  readonly insert: string;
  readonly values: readonly SqlValue[];
}

const INSERT_ROW = 'INSERT INTO row VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING';
const INSERT_PREDICTION = 'INSERT INTO prediction VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING';
const INSERT_SCORE = 'INSERT INTO score VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING';

export function toColumns(evaluation: number, entry: Entry): EntryColumns {
  switch (entry.type) {
    case 'row': {
      const { ordinal, key, row, cluster } = entry;
      return { insert: INSERT_ROW, values: [evaluation, ordinal, json(key), json(row), jsonOrNull(cluster)] };
    }
    case 'prediction': {
      const { ordinal, trial, result } = entry;
      return { insert: INSERT_PREDICTION, values: [evaluation, ordinal, trial, ...predictionColumns(result)] };
    }
    case 'score': {
      const { ordinal, trial, metric, score, statistics } = entry;
      const [kind, value, detail] = scoreColumns(score);
      const doubles = statistics === undefined ? null : toBytes(statistics);
      return { insert: INSERT_SCORE, values: [evaluation, ordinal, trial, metric, kind, value, detail, doubles] };
    }
  }
}

export function insert(connection: Connection, { insert, values }: EntryColumns): void {
  connection.run(insert, ...values);
}

function predictionColumns(result: PredictionResult): readonly SqlValue[] {
  if ('failed' in result) return [null, null, null, null, json(result.failed)];
  const { columns, main, latencyMs, ...more } = result;
  return [json(columns), json(main), latencyMs, Object.keys(more).length === 0 ? null : json(more), null];
}

export function toPrediction(row: SqlRow): PredictionResult {
  if (row.failed !== null) return { failed: parsed(row.failed) };
  const more = row.more === null ? {} : parsed<object>(row.more);
  return { columns: parsed(row.columns), main: parsed(row.main), latencyMs: double(row.latency), ...more };
}

/** See the schema. Zero has two signs, which SQLite's REAL columns do not keep; the difference costs one kind. */
const NUMBER = 0;
const NO = 1;
const YES = 2;
const LABEL = 3;
const SKIPPED = 4;
export const FAILED = 5;
const NEGATIVE_ZERO = 6;

function scoreColumns(score: Score): readonly [kind: number, value: number | null, detail: string | null] {
  switch (score.status) {
    case 'scored': {
      const { value, justification, details, flags, summandsOnly } = score;
      const label = typeof value === 'string' ? value : undefined;
      const bare = justification === undefined && details === undefined && flags === undefined && summandsOnly === undefined;
      const detail = bare && label === undefined ? null : json({ label, justification, details, flags, summandsOnly });
      if (typeof value === 'string') return [LABEL, null, detail];
      if (typeof value === 'boolean') return [value ? YES : NO, null, detail];
      return Object.is(value, -0) ? [NEGATIVE_ZERO, null, detail] : [NUMBER, value, detail];
    }
    case 'skipped':
      return [SKIPPED, null, json({ code: score.code, reason: score.reason, details: score.details })];
    case 'failed':
      return [FAILED, null, json(score.error)];
  }
}

/** What {@link toScoreEntry} reads, in this order. */
export const SCORE_COLUMNS = 'ordinal, trial, metric, kind, value, detail, statistics';

export function toScoreEntry([ordinal, trial, metric, kind, value, detail, statistics]: SqlList): ScoreEntry {
  const entry = {
    type: 'score',
    ordinal: integer(ordinal),
    trial: integer(trial),
    metric: integer(metric),
    score: toScore(kind, value, detail),
  } as const;
  return statistics === null ? entry : { ...entry, statistics: fromBytes(statistics) };
}

function toScore(kind: SqlCell, value: SqlCell, detail: SqlCell): Score {
  switch (kind) {
    case SKIPPED:
      return { status: 'skipped', ...parsed<{ code: string; reason: string; details?: Json }>(detail) };
    case FAILED:
      return { status: 'failed', error: parsed(detail) };
    default: {
      if (detail === null) return { status: 'scored', value: toValue(kind, value) };
      const { label, ...more } = parsed<{ label?: string }>(detail);
      return { status: 'scored', value: label ?? toValue(kind, value), ...more };
    }
  }
}

function toValue(kind: SqlCell, value: SqlCell): number | boolean {
  switch (kind) {
    case NUMBER:
      return double(value);
    case NO:
      return false;
    case YES:
      return true;
    case NEGATIVE_ZERO:
      return -0;
    default:
      return damaged();
  }
}

export function toStoredRow(row: SqlRow): Omit<StoredRow, 'trials'> {
  const head = { ordinal: integer(row.ordinal), key: parsed<string>(row.key), row: parsed<StoredRow['row']>(row.cells) };
  return row.cluster === null ? head : { ...head, cluster: parsed<string>(row.cluster) };
}

/** SQLite text is UTF-8; JSON escapes what UTF-8 cannot hold (lone surrogates) and what C strings cannot (NUL). */
export function json(value: unknown): string {
  return JSON.stringify(value);
}

export function jsonOrNull(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(value);
}

/** What {@link json} wrote into this column, and therefore of its type. */
export function parsed<T>(value: SqlCell): T {
  if (typeof value !== 'string') return damaged();
  try {
    return JSON.parse(value);
  } catch {
    return damaged();
  }
}

export function integer(value: SqlCell): number {
  return typeof value === 'number' ? value : damaged();
}

/** SQLite has no NaN and stores null for it. */
export function double(value: SqlCell): number {
  return value === null ? Number.NaN : integer(value);
}

function toBytes(doubles: readonly number[]): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(doubles.length * 8));
  for (const [index, double] of doubles.entries()) bytes.setFloat64(index * 8, double, true);
  return new Uint8Array(bytes.buffer);
}

function fromBytes(value: SqlCell): readonly number[] {
  if (!(value instanceof Uint8Array)) return damaged();
  const bytes = new DataView(value.buffer, value.byteOffset, value.byteLength);
  return Array.from({ length: value.byteLength / 8 }, (_, index) => bytes.getFloat64(index * 8, true));
}

function damaged(): never {
  throw new DamagedRecord();
}
