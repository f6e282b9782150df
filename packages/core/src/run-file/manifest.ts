import type { EvaluationRecord, Plan, RunRecord, RunStatus } from '../contracts/index.ts';
import { TouchstoneError } from '../errors/touchstone-error.ts';
import { isCount, isListOf, isNumber, isObject, isText, isTexts, optional } from './checks.ts';
import { entryNames, FORMAT, type Manifest, type ManifestEntry, VERSION } from './run-file-format.ts';
import { sorted } from './write-lines.ts';

export function manifestText({ run, evaluations, ...rest }: Manifest): string {
  return `${JSON.stringify({ ...rest, run: sorted(run), evaluations: evaluations.map(sorted) }, null, 1)}\n`;
}

/**
 * @param file for the sentences
 * @throws TouchstoneError `not-a-run-file`, `run-file-newer`, `run-file-damaged`
 */
export function readManifest(text: string, file: string): Manifest {
  const read = parse(text);
  if (!isObject(read) || read.format !== FORMAT || !isCount(read.version)) {
    throw new TouchstoneError('not-a-run-file', `'${file}' is no exported run: touchstone export writes one.`);
  }
  if (read.version > VERSION) {
    const message = `'${file}' was exported by a newer Touchstone: it has format ${read.version}, this one knows formats up to ${VERSION}. Update with npm install @touchstone/core@latest.`;
    throw new TouchstoneError('run-file-newer', message);
  }
  const { run, evaluations, reserved, entries } = read;
  if (!isRunRecord(run)) throw wrong(file, 'run');
  if (!isListOf(evaluations, isEvaluation) || evaluations.some(({ index }, at) => index <= (evaluations[at - 1]?.index ?? 0))) {
    throw wrong(file, 'evaluations');
  }
  if (!isNumber(reserved) || reserved < 0) throw wrong(file, 'reserved');
  if (
    !isListOf(entries, isEntry) ||
    !isSameList(
      entries.map(({ name }) => name),
      entryNames(evaluations),
    )
  )
    throw wrong(file, 'entries');
  return { format: FORMAT, version: read.version, run, evaluations, reserved, entries };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function wrong(file: string, what: string): TouchstoneError {
  return new TouchstoneError(
    'run-file-damaged',
    `'${file}' cannot be read: its manifest has something else under '${what}' than an exported run has.`,
  );
}

const STATUSES: ReadonlySet<unknown> = new Set<RunStatus>(['running', 'finished', 'incomplete', 'interrupted', 'failed']);

function isRunRecord(read: unknown): read is RunRecord {
  return (
    isObject(read) &&
    isText(read.id) &&
    /^[0-9a-f]{32}$/u.test(read.id) &&
    isText(read.name) &&
    isText(read.experiment) &&
    optional(read.key, isText) &&
    STATUSES.has(read.status) &&
    optional(read.reason, isText) &&
    isNumber(read.startedAt) &&
    optional(read.endedAt, isNumber) &&
    isTexts(read.tags) &&
    optional(read.params, isTexts) &&
    optional(read.parent, isText) &&
    isTexts(read.provenance)
  );
}

/** More of them than any run has, and few enough for a reader to list their entries. */
const MOST_EVALUATIONS = 9_999;

function isEvaluation(read: unknown): read is EvaluationRecord {
  return isObject(read) && isCount(read.index) && read.index >= 1 && read.index <= MOST_EVALUATIONS && isPlan(read.plan);
}

/** What readers of all runs lean on; the rest is as true as its hash. */
function isPlan(read: unknown): boolean {
  if (!isObject(read)) return false;
  const {
    data,
    metrics,
    trials,
    services,
    skippedMetrics,
    evaluators,
    limits,
    fingerprint,
  }: Partial<Record<keyof Plan, unknown>> = read;
  return (
    isObject(data) &&
    isText(data.name) &&
    isListOf(data.columns, isText) &&
    isListOf(data.inputs, isText) &&
    isListOf(metrics, isPlannedMetric) &&
    isCount(trials) &&
    isListOf(services, isObject) &&
    isListOf(skippedMetrics, isObject) &&
    isListOf(evaluators, isText) &&
    isObject(limits) &&
    isText(fingerprint)
  );
}

function isPlannedMetric(read: unknown): read is object {
  return (
    isObject(read) &&
    isText(read.name) &&
    isText(read.key) &&
    isText(read.signature) &&
    isText(read.form) &&
    isObject(read.columns)
  );
}

function isEntry(read: unknown): read is ManifestEntry {
  return isObject(read) && isText(read.name) && isCount(read.lines) && isCount(read.bytes) && isText(read.sha256);
}

function isSameList(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((name, at) => name === other[at]);
}
