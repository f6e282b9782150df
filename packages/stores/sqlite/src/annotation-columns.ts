import type { Annotation } from '@touchstone/core';
import type { SqlRow, SqlValue } from './connection.ts';
import { double, integer, json, jsonOrNull, parsed } from './entry-columns.ts';

/** Takes {@link annotationColumns}, then the run's number and the evaluation's position; changes nothing when there is none. */
export const ANNOTATE = `INSERT INTO annotation (evaluation, ordinal, trial, name, value, author, at, reason, superseded)
  SELECT number, ?, ?, ?, ?, ?, ?, ?, ? FROM evaluation WHERE run = ? AND position = ?`;

export const ANNOTATIONS = 'SELECT * FROM annotation WHERE evaluation = ? ORDER BY number';

export function annotationColumns(annotation: Annotation): readonly SqlValue[] {
  const { ordinal, trial, name, value, author, at, reason, supersededAt } = annotation;
  // JSON has a −0, but JSON.stringify does not write it.
  const text = Object.is(value, -0) ? '-0' : json(value);
  return [ordinal, trial, json(name), text, json(author), at, jsonOrNull(reason), supersededAt ?? null];
}

export function toAnnotation(row: SqlRow, evaluation: number): Annotation {
  return {
    evaluation,
    ordinal: integer(row.ordinal),
    trial: integer(row.trial),
    name: parsed(row.name),
    value: parsed(row.value),
    author: parsed(row.author),
    at: double(row.at),
    ...(row.reason === null ? {} : { reason: parsed<string>(row.reason) }),
    ...(row.superseded === null ? {} : { supersededAt: double(row.superseded) }),
  };
}
