import type { Entry, PredictionResult, ScoreEntry } from '../contracts/entry.ts';
import type { JournalReader, StoredRow, StoredTrial } from '../contracts/journal.ts';
import type { Row } from '../contracts/json.ts';
import type { Score } from '../contracts/score.ts';

/** The entries of one evaluation in memory. */
export interface MemoryJournal extends JournalReader {
  add(entries: readonly Entry[]): void;
}

/**
 * Columns by ordinal, in pages, because a journal of a million rows must stay small and an append must cost nothing:
 * a number or a yes/no takes nine bytes, and objects are made only for what reading asks for.
 * Pages are found by a map, so that a sample of a huge data set costs only the pages it touches.
 */
export function memoryJournal(): MemoryJournal {
  const pages = new Map<number, Page>();
  /** The pages in data order; forgotten when one is added. */
  let inOrder: readonly Page[] | undefined;
  let latest: Page | undefined;
  let size = 0;

  return {
    add(entries) {
      for (const entry of entries) {
        const page = pageOf(entry.ordinal);
        const at = entry.ordinal - page.from;
        if (entry.type === 'score') {
          addScore(columnOf(trialOf(page, entry.trial), entry.metric), at, entry);
        } else if (entry.type === 'prediction') {
          trialOf(page, entry.trial).predictions[at] ??= entry.result;
        } else if (page.keys[at] === undefined) {
          page.keys[at] = entry.key;
          page.rows[at] = entry.row;
          if (entry.cluster !== undefined) page.clusters[at] = entry.cluster;
          size++;
        }
      }
    },
    async stored(from, to) {
      const rows: StoredRow[] = [];
      for (const page of ordered()) {
        if (page.from >= to || page.from + PAGE <= from) continue;
        readRows(page, Math.max(0, from - page.from), Math.min(PAGE, to - page.from), rows);
      }
      return rows;
    },
    async *rows() {
      for (const page of ordered()) {
        const rows: StoredRow[] = [];
        readRows(page, 0, PAGE, rows);
        if (rows.length > 0) yield rows;
      }
    },
    async *scores() {
      for (const page of ordered()) {
        const scores = readScores(page);
        if (scores.length > 0) yield scores;
      }
    },
    async *clusters() {
      for (const page of ordered()) {
        const clusters: (readonly [number, string])[] = [];
        page.clusters.forEach((cluster, at) => {
          if (cluster !== undefined) clusters.push([page.from + at, cluster]);
        });
        if (clusters.length > 0) yield clusters;
      }
    },
    async size() {
      return size;
    },
  };

  function pageOf(ordinal: number): Page {
    if (latest !== undefined && ordinal >= latest.from && ordinal < latest.from + PAGE) return latest;
    const number = Math.floor(ordinal / PAGE);
    let page = pages.get(number);
    if (page === undefined) {
      page = { from: number * PAGE, keys: [], rows: [], clusters: [], trials: [] };
      pages.set(number, page);
      inOrder = undefined;
    }
    latest = page;
    return page;
  }

  function ordered(): readonly Page[] {
    inOrder ??= [...pages.values()].sort((a, b) => a.from - b.from);
    return inOrder;
  }
}

/** Rows of a page. */
const PAGE = 256;

/** The entries of `PAGE` neighbouring ordinals. Every list is indexed by ordinal − `from`. */
interface Page {
  readonly from: number;
  readonly keys: (string | undefined)[];
  readonly rows: (Row | undefined)[];
  readonly clusters: (string | undefined)[];
  readonly trials: (Trial | undefined)[];
}

interface Trial {
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

function trialOf(page: Page, trial: number): Trial {
  const found = page.trials[trial];
  if (found !== undefined) return found;
  const made: Trial = { predictions: [], columns: [] };
  page.trials[trial] = made;
  return made;
}

function columnOf(trial: Trial, metric: number): Column {
  const found = trial.columns[metric];
  if (found !== undefined) return found;
  const made: Column = { kinds: new Uint8Array(PAGE), values: new Float64Array(PAGE), others: [], statistics: [] };
  trial.columns[metric] = made;
  return made;
}

function addScore(column: Column, at: number, { score, statistics }: ScoreEntry): void {
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

function readRows(page: Page, first: number, end: number, into: StoredRow[]): void {
  for (let at = first; at < end; at++) {
    const key = page.keys[at];
    const row = page.rows[at];
    if (key === undefined || row === undefined) continue;
    const cluster = page.clusters[at];
    into.push({ ordinal: page.from + at, key, row, ...(cluster === undefined ? {} : { cluster }), trials: readTrials(page, at) });
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

function readScores(page: Page): ScoreEntry[] {
  const entries: ScoreEntry[] = [];
  for (let at = 0; at < PAGE; at++) {
    const ordinal = page.from + at;
    // With indexes, because this runs for every score: forEach and iterators take a multiple.
    for (let trial = 0; trial < page.trials.length; trial++) {
      const columns = page.trials[trial]?.columns ?? [];
      for (let metric = 0; metric < columns.length; metric++) {
        const column = columns[metric];
        const score = column === undefined ? undefined : readScore(column, at);
        if (column === undefined || score === undefined) continue;
        const statistics = column.statistics[at];
        if (statistics === undefined) entries.push({ type: 'score', ordinal, trial, metric, score });
        else entries.push({ type: 'score', ordinal, trial, metric, score, statistics });
      }
    }
  }
  return entries;
}
