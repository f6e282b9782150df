import type {
  Annotation,
  CallEntry,
  Entry,
  LoggedMetric,
  LoggedModel,
  LogItem,
  PredictionEntry,
  RowEntry,
  ScoreEntry,
  SentCall,
  SupersededEntry,
} from '../contracts/index.ts';
import { isCount, isListOf, isNumber, isObject, isText, optional } from './checks.ts';

/* The lines of an exported run, as what they say. `undefined`: it is not what write-lines wrote. */

/** The row and the predictions for it. */
export function readRowLine(line: unknown): readonly (RowEntry | PredictionEntry)[] | undefined {
  if (!isObject(line) || !isListOf(line.trials, isObject)) return undefined;
  const { trials, ...rest } = line;
  const entries = [
    { type: 'row', ...rest },
    ...line.trials.map(({ trial, prediction }) => ({ type: 'prediction', ordinal: line.ordinal, trial, result: prediction })),
  ];
  return isListOf(entries, isRowOrPrediction) ? entries : undefined;
}

export function readScoreLine(line: unknown): ScoreEntry | undefined {
  const entry = isObject(line) ? { type: 'score', ...line } : undefined;
  return isScoreEntry(entry) ? entry : undefined;
}

export function readSupersededLine(line: unknown): SupersededEntry | undefined {
  return isSuperseded(line) ? line : undefined;
}

export function readAnnotationLine(line: unknown, evaluation: number): Annotation | undefined {
  return isAnnotation(line) && line.evaluation === evaluation ? line : undefined;
}

export function readCallLine(line: unknown): CallEntry | undefined {
  return isCall(line) ? line : undefined;
}

export function readLogLine(line: unknown): LogItem | undefined {
  if (!isObject(line)) return undefined;
  const { kind, name, at, content, metric, model } = line;
  if (kind === 'metric' && isLoggedMetric(metric)) return { kind, metric };
  if (kind === 'model' && isLoggedModel(model)) return { kind, model };
  if (kind !== 'artifact' || !isText(name) || !isNumber(at) || !isText(content)) return undefined;
  return { kind, name, at, content: new Uint8Array(Buffer.from(content, 'base64')) };
}

function isLoggedMetric(read: unknown): read is LoggedMetric {
  return isObject(read) && isText(read.name) && isNumber(read.value) && isCount(read.step) && isNumber(read.at);
}

/** Its spec is looked at when the model is wanted. */
function isLoggedModel(read: unknown): read is LoggedModel {
  return isObject(read) && isText(read.name) && read.spec !== undefined && isNumber(read.at);
}

function isEntry(read: unknown): read is Entry {
  return isRowEntry(read) || isPredictionEntry(read) || isScoreEntry(read);
}

function isRowOrPrediction(read: unknown): read is RowEntry | PredictionEntry {
  return isRowEntry(read) || isPredictionEntry(read);
}

function isRowEntry(read: unknown): read is RowEntry {
  return (
    isObject(read) &&
    read.type === 'row' &&
    isCount(read.ordinal) &&
    isText(read.key) &&
    isObject(read.row) &&
    optional(read.cluster, isText)
  );
}

function isPredictionEntry(read: unknown): read is PredictionEntry {
  return (
    isObject(read) && read.type === 'prediction' && isCount(read.ordinal) && isSmall(read.trial) && isPrediction(read.result)
  );
}

function isPrediction(read: unknown): boolean {
  if (!isObject(read)) return false;
  if ('failed' in read) return isErrorRecord(read.failed);
  return isObject(read.columns) && isText(read.main) && isNumber(read.latencyMs);
}

function isScoreEntry(read: unknown): read is ScoreEntry {
  return (
    isObject(read) &&
    read.type === 'score' &&
    isCount(read.ordinal) &&
    isSmall(read.trial) &&
    isSmall(read.metric) &&
    isScore(read.score) &&
    optional(read.statistics, (statistics) => isListOf(statistics, isNumber))
  );
}

function isScore(read: unknown): boolean {
  if (!isObject(read)) return false;
  switch (read.status) {
    case 'scored':
      return (
        isScoreValue(read.value) &&
        optional(read.justification, isText) &&
        optional(read.flags, (flags) => isListOf(flags, isText))
      );
    case 'skipped':
      return isText(read.code) && isText(read.reason);
    case 'failed':
      return isErrorRecord(read.error);
    default:
      return false;
  }
}

function isScoreValue(read: unknown): boolean {
  return isNumber(read) || typeof read === 'boolean' || isText(read);
}

function isErrorRecord(read: unknown): boolean {
  return isObject(read) && isText(read.code) && isText(read.message) && typeof read.retryable === 'boolean';
}

function isSuperseded(read: unknown): read is SupersededEntry {
  return isObject(read) && isEntry(read.entry) && isNumber(read.at) && optional(read.signature, isText);
}

function isAnnotation(read: unknown): read is Annotation {
  return (
    isObject(read) &&
    isCount(read.evaluation) &&
    isCount(read.ordinal) &&
    isSmall(read.trial) &&
    isText(read.name) &&
    (read.value === null || isScoreValue(read.value)) &&
    isText(read.author) &&
    isNumber(read.at) &&
    optional(read.reason, isText) &&
    optional(read.supersededAt, isNumber)
  );
}

function isCall(read: unknown): read is CallEntry {
  if (!isObject(read) || !isText(read.key) || read.answer === undefined || !isObject(read.record)) return false;
  const { evaluation, service, purpose, attempts, usage, usd, latencyMs, waitMs, firstTokenMs, sent } = read.record;
  return (
    isCount(evaluation) &&
    isText(service) &&
    isText(purpose) &&
    isCount(attempts) &&
    isObject(usage) &&
    Object.values(usage).every(isNumber) &&
    optional(usd, isNumber) &&
    isNumber(latencyMs) &&
    isNumber(waitMs) &&
    optional(firstTokenMs, isNumber) &&
    optional(sent, isSent) &&
    optional(read.sharedWith, (rows) => isListOf(rows, isText))
  );
}

function isSent(read: unknown): read is SentCall {
  return (
    isObject(read) &&
    isText(read.row) &&
    isSmall(read.trial) &&
    isCount(read.repeat) &&
    read.identity !== undefined &&
    read.request !== undefined
  );
}

/** Numbers of trials and metrics: readers make lists of their length. */
function isSmall(read: unknown): read is number {
  return isCount(read) && read < 100_000;
}
