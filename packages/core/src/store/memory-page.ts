import type { PredictionResult, ScoreEntry } from '../contracts/entry.ts';
import type { StoredRow, StoredTrial } from '../contracts/journal.ts';
import type { Row } from '../contracts/json.ts';
import type { Score } from '../contracts/score.ts';

/** Rows of a page. */
export const PAGE = 256;

/** The entries of `PAGE` neighbouring ordinals. Every list is indexed by ordinal − `from`. */
export interface Page {
  readonly from: number;
  readonly keys: (string | undefined)[];
  readonly rows: (Row | undefined)[];
  readonly clusters: (string | undefined)[];
  readonly trials: (Trial | undefined)[];
}

export interface Trial {
  readonly predictions: (PredictionResult | undefined)[];
  /** By metric. */
  readonly columns: (Column | undefined)[];
}

/** What a place of a column holds. */
const NOTHING = 0;
const NUMBER = 1;
const FALSE = 2;
const TRUE = 3;
/** Everything that is more than a number or a yes/no: kept as it came. */
const OTHER = 4;

interface Column {
  readonly kinds: Uint8Array;
  readonly values: Float64Array;
  readonly others: (Score | undefined)[];
  readonly statistics: (readonly number[] | undefined)[];
}

export function trialOf(page: Page, trial: number): Trial {
  const found = page.trials[trial];
  if (found !== undefined) return found;
  const made: Trial = { predictions: [], columns: [] };
  page.trials[trial] = made;
  return made;
}

export function columnOf(trial: Trial, metric: number): Column {
  const found = trial.columns[metric];
  if (found !== undefined) return found;
  const made: Column = { kinds: new Uint8Array(PAGE), values: new Float64Array(PAGE), others: [], statistics: [] };
  trial.columns[metric] = made;
  return made;
}

export function addScore(column: Column, at: number, { score, statistics }: ScoreEntry): void {
  if (column.kinds[at] !== NOTHING) return;
  if (statistics !== undefined) column.statistics[at] = statistics;
  if (
    score.status === 'scored' &&
    score.justification === undefined &&
    score.details === undefined &&
    score.flags === undefined &&
    score.summandsOnly === undefined
  ) {
    if (typeof score.value === 'number') {
      column.kinds[at] = NUMBER;
      column.values[at] = score.value;
      return;
    }
    if (typeof score.value === 'boolean') {
      column.kinds[at] = score.value ? TRUE : FALSE;
      return;
    }
  }
  column.kinds[at] = OTHER;
  column.others[at] = score;
}

function readScore(column: Column, at: number): Score | undefined {
  switch (column.kinds[at]) {
    case NUMBER:
      return { status: 'scored', value: column.values[at] ?? Number.NaN };
    case FALSE:
      return { status: 'scored', value: false };
    case TRUE:
      return { status: 'scored', value: true };
    default:
      return column.others[at];
  }
}

/** Leaves its place as if it had never been taken. */
export function removeScore(column: Column, at: number): void {
  column.kinds[at] = NOTHING;
  column.others[at] = undefined;
  column.statistics[at] = undefined;
}

export function readRow(page: Page, at: number): Omit<StoredRow, 'trials'> | undefined {
  const key = page.keys[at];
  const row = page.rows[at];
  if (key === undefined || row === undefined) return undefined;
  const cluster = page.clusters[at];
  return { ordinal: page.from + at, key, row, ...(cluster === undefined ? {} : { cluster }) };
}

export function readRows(page: Page, first: number, end: number, into: StoredRow[]): void {
  for (let at = first; at < end; at++) {
    const row = readRow(page, at);
    if (row !== undefined) into.push({ ...row, trials: readTrials(page, at) });
  }
}

function readTrials(page: Page, at: number): StoredTrial[] {
  const trials: StoredTrial[] = [];
  page.trials.forEach((trial, number) => {
    if (trial === undefined) return;
    const prediction = trial.predictions[at];
    const scores = new Map<number, Score>();
    trial.columns.forEach((column, metric) => {
      const score = column === undefined ? undefined : readScore(column, at);
      if (score !== undefined) scores.set(metric, score);
    });
    if (prediction === undefined && scores.size === 0) return;
    trials.push({ trial: number, ...(prediction === undefined ? {} : { prediction }), scores });
  });
  return trials;
}

export function readScores(page: Page): ScoreEntry[] {
  const entries: ScoreEntry[] = [];
  for (let at = 0; at < PAGE; at++) {
    const ordinal = page.from + at;
    // With indexes, because this runs for every score: forEach and iterators take a multiple.
    for (let trial = 0; trial < page.trials.length; trial++) {
      const columns = page.trials[trial]?.columns ?? [];
      for (let metric = 0; metric < columns.length; metric++) {
        const column = columns[metric];
        const entry = column === undefined ? undefined : readEntry(column, at, ordinal, trial, metric);
        if (entry !== undefined) entries.push(entry);
      }
    }
  }
  return entries;
}

export function readEntry(column: Column, at: number, ordinal: number, trial: number, metric: number): ScoreEntry | undefined {
  const score = readScore(column, at);
  if (score === undefined) return undefined;
  const statistics = column.statistics[at];
  if (statistics === undefined) return { type: 'score', ordinal, trial, metric, score };
  return { type: 'score', ordinal, trial, metric, score, statistics };
}
