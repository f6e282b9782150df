import type { Plan } from '../contracts/index.ts';
import { isPlainFileName } from './artifact-files.ts';
import type { ResultDocument } from './result-parts.ts';

/** What marks `result.json`. A later version is for changes that an older reader would misread; further keys need none. */
export const SAVED_FORMAT = { format: 'result', version: 1 } as const;

/** Beginning of the name of the folder in which a save is prepared. */
export const STAGING = '.touchstone-saving-';

/** `result.json`: the document of the command line, and where the rest lies. */
export interface SavedResult extends ResultDocument {
  readonly touchstone: { readonly format: 'result'; readonly version: number };
  /** Which of the artifacts are tables in split orientation. */
  readonly tables: readonly string[];
  readonly evaluations: readonly SavedEvaluation[];
}

interface SavedEvaluation {
  readonly index: number;
  /** Name of its result table. */
  readonly table: string;
  /** File of its scored rows. */
  readonly rows: string;
  readonly plan: Plan;
  /** The column of the prediction, in rows and table. */
  readonly prediction?: string;
}

/** Whether it is a saved result of any version. */
export function savedVersion(value: unknown): number | undefined {
  if (!isObject(value) || !isObject(value.touchstone)) return undefined;
  const { format, version } = value.touchstone;
  return format === SAVED_FORMAT.format && typeof version === 'number' ? version : undefined;
}

/** Checked part by part, because anybody may have edited the file: no value in it is believed unseen. */
export function isSavedResult(value: unknown): value is SavedResult {
  return damagedPart(value) === undefined;
}

/** The first key of `result.json` that is missing or holds something else than it should. */
export function damagedPart(value: unknown): string | undefined {
  if (!isObject(value)) return 'everything';
  const damaged = Object.entries(PARTS).find(([part, check]) => !check(value[part]));
  if (damaged !== undefined) return damaged[0];
  const { tables, evaluations, artifacts } = value;
  if (!Array.isArray(tables) || !isObject(artifacts)) return 'tables';
  if (!tables.every((table: string) => Object.hasOwn(artifacts, table))) return 'tables';
  const known = (evaluation: unknown): boolean => isObject(evaluation) && tables.includes(evaluation.table);
  return Array.isArray(evaluations) && evaluations.every(known) ? undefined : 'evaluations';
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

type Check = (value: unknown) => boolean;

const text: Check = (value) => typeof value === 'string';
const finite: Check = (value) => Number.isFinite(value);
const oneOf =
  (...names: readonly string[]): Check =>
  (value) =>
    typeof value === 'string' && names.includes(value);
const fileName: Check = (value) => typeof value === 'string' && isPlainFileName(value);
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const recordOf =
  (check: Check): Check =>
  (value) =>
    isObject(value) && Object.values(value).every(check);
const shape =
  (fields: Readonly<Record<string, Check>>): Check =>
  (value) =>
    isObject(value) && Object.entries(fields).every(([name, check]) => check(value[name]));

const skippedMetrics = listOf(shape({ name: text, reason: text, hint: optional(text) }));

/** What the reading of results relies on; the rest of a plan is only shown. */
const plan = shape({
  data: shape({ name: text, columns: listOf(text), inputs: listOf(text), targets: optional(text), predictions: optional(text) }),
  trials: finite,
  metrics: listOf(
    shape({ name: text, key: text, form: oneOf('row', 'statistic', 'dataset'), signature: text, scoreColumn: optional(text) }),
  ),
  fingerprint: text,
});

const limit = oneOf('concurrency', 'requests-per-minute', 'tokens-per-minute', 'pause');
const usagePart = {
  calls: finite,
  retries: finite,
  inputTokens: finite,
  outputTokens: finite,
  cachedTokens: optional(finite),
  reasoningTokens: optional(finite),
  cost: shape({ usd: finite, unpricedCalls: optional(finite) }),
  latencyMs: optional(finite),
  waitMs: optional(finite),
  timeToFirstTokenMs: optional(finite),
};

const PARTS: Readonly<Record<string, Check>> = {
  run: shape({
    id: text,
    name: text,
    experiment: text,
    status: oneOf('running', 'finished', 'incomplete', 'interrupted', 'failed'),
    reason: optional(text),
    startedAt: text,
    endedAt: optional(text),
    rows: finite,
  }),
  metrics: recordOf(finite),
  intervals: recordOf(
    shape({ estimate: finite, low: finite, high: finite, level: finite, method: text, n: finite, clusters: optional(finite) }),
  ),
  coverage: recordOf(shape({ scored: finite, skipped: finite, failed: finite, reasons: recordOf(finite) })),
  signatures: recordOf(text),
  skippedMetrics,
  usage: shape({
    ...usagePart,
    cachedCalls: finite,
    models: optional(recordOf(shape(usagePart))),
    metrics: optional(recordOf(shape(usagePart))),
    limits: optional(listOf(shape({ at: finite, scope: text, what: limit, value: finite, why: text }))),
  }),
  artifacts: recordOf(fileName),
  warnings: listOf(text),
  tables: listOf(text),
  evaluations: listOf(shape({ index: finite, table: text, rows: fileName, plan, prediction: optional(text) })),
};
