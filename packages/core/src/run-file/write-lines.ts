import type {
  Annotation,
  CallEntry,
  LogItem,
  PredictionResult,
  ScoreEntry,
  StoredRow,
  SupersededEntry,
} from '../contracts/index.ts';
import { isObject } from './checks.ts';

/*
 * What a store knows, as lines of JSON. Members stand in the order of their names wherever stores may give them in different ones,
 * so that a run has one file whichever store it comes from; the order of a row's columns is its own.
 */

/** A row with the predictions for it. */
export function rowLine({ trials, ...row }: StoredRow): string {
  const predictions = trials.flatMap(({ trial, prediction }) =>
    prediction === undefined ? [] : [{ prediction: sortedPrediction(prediction), trial }],
  );
  return JSON.stringify(sorted({ ...row, trials: predictions }));
}

export function scoreLine({ type: _, ...entry }: ScoreEntry): string {
  return exactJson(sorted({ ...entry, score: sorted(entry.score) }));
}

export function supersededLine(superseded: SupersededEntry): string {
  const { entry } = superseded;
  if (entry.type === 'score')
    return exactJson(sorted({ ...superseded, entry: sorted({ ...entry, score: sorted(entry.score) }) }));
  const plain = entry.type === 'prediction' ? { ...entry, result: sortedPrediction(entry.result) } : entry;
  return JSON.stringify(sorted({ ...superseded, entry: sorted(plain) }));
}

export function annotationLine(annotation: Annotation): string {
  return exactJson(sorted(annotation));
}

export function callLine({ record, sharedWith, ...call }: CallEntry): string {
  // A count that was not said is none: some stores cannot tell the two apart.
  const usage = Object.fromEntries(Object.entries(record.usage).filter(([, count]) => count !== 0));
  const parts = Object.entries({ ...record, usage }).map(([name, part]) => [name, isObject(part) ? sorted(part) : part]);
  return JSON.stringify(sorted({ ...call, record: sorted(Object.fromEntries(parts)), sharedWith: sharedWith?.toSorted() }));
}

/** Files as base64. */
export function logLine(item: LogItem): string {
  if (item.kind === 'metric') return JSON.stringify(sorted({ ...item, metric: sorted(item.metric) }));
  if (item.kind === 'model') return JSON.stringify(sorted({ ...item, model: sorted(item.model) }));
  return JSON.stringify(sorted({ ...item, content: Buffer.from(item.content).toString('base64') }));
}

export function sorted(object: object): object {
  const members = Object.entries(object).filter(([, value]) => value !== undefined);
  return Object.fromEntries(members.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function sortedPrediction(result: PredictionResult): object {
  return sorted(result);
}

/** JSON has a −0, but JSON.stringify does not write it; a score may be one. */
function exactJson(value: unknown): string {
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : JSON.stringify(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(exactJson).join(',')}]`;
  const members = Object.entries(value).flatMap(([name, member]) =>
    member === undefined ? [] : [`${JSON.stringify(name)}:${exactJson(member)}`],
  );
  return `{${members.join(',')}}`;
}
