import type { SupersededEntry } from '@touchstone/core';
import type { Connection } from './connection.ts';
import { integer, json, toColumns } from './entry-columns.ts';

/**
 * {@link Journal.adopt} of the evaluation with this number (`evaluation.number`), within a transaction. Each stretch of entries that can be
 * one revision becomes one, so that reading gives them in the same order.
 */
export function adoptSuperseded(connection: Connection, evaluation: number, superseded: readonly SupersededEntry[]): void {
  for (const stretch of stretches(superseded)) {
    const signatures: (string | null)[] = [];
    for (const { entry, signature } of stretch) if (entry.type === 'score') signatures[entry.metric] = signature ?? null;
    const sql = 'INSERT INTO revision (evaluation, at, signatures) VALUES (?, ?, ?) RETURNING number';
    const made = connection.get(
      sql,
      evaluation,
      stretch[0]?.at ?? 0,
      json(Array.from(signatures, (signature) => signature ?? null)),
    );
    const revision = integer(made?.number);
    for (const { entry } of stretch) {
      const { values } = toColumns(evaluation, entry);
      const marks = values.map(() => '?').join(', ');
      connection.run(`INSERT INTO superseded_${entry.type} VALUES (${marks}, ?)`, ...values, revision);
    }
  }
}

/** A new one where the time or the signature of a metric changes, or where the order begins again. */
function stretches(superseded: readonly SupersededEntry[]): readonly (readonly SupersededEntry[])[] {
  const found: SupersededEntry[][] = [];
  let signatures = new Map<number, string | undefined>();
  let last: SupersededEntry | undefined;
  for (const one of superseded) {
    const goesOn = last !== undefined && one.at === last.at && comesAfter(one, last) && hasSignatureOf(signatures, one);
    if (!goesOn) {
      signatures = new Map();
      found.push([]);
    }
    found.at(-1)?.push(one);
    if (one.entry.type === 'score') signatures.set(one.entry.metric, one.signature);
    last = one;
  }
  return found;
}

function hasSignatureOf(signatures: ReadonlyMap<number, string | undefined>, { entry, signature }: SupersededEntry): boolean {
  return entry.type !== 'score' || !signatures.has(entry.metric) || signatures.get(entry.metric) === signature;
}

function comesAfter(one: SupersededEntry, before: SupersededEntry): boolean {
  const [a, b] = [placeOf(one), placeOf(before)];
  const differs = a.findIndex((part, index) => part !== b[index]);
  return differs >= 0 && (a[differs] ?? 0) > (b[differs] ?? 0);
}

const KINDS = ['row', 'prediction', 'score'] as const;

function placeOf({ entry }: SupersededEntry): readonly number[] {
  const kind = KINDS.indexOf(entry.type);
  if (entry.type === 'row') return [kind, entry.ordinal];
  return entry.type === 'prediction' ? [kind, entry.ordinal, entry.trial] : [kind, entry.ordinal, entry.trial, entry.metric];
}
