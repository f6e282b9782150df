import type { Entry, PredictionEntry, RowEntry, ScoreEntry } from '../contracts/entry.ts';
import type { JournalReader, StoredRow, SupersededEntry, Superseding } from '../contracts/journal.ts';
import {
  addScore,
  columnOf,
  PAGE,
  type Page,
  readEntry,
  readRow,
  readRows,
  readScores,
  removeScore,
  type Trial,
  trialOf,
} from './memory-page.ts';

/** The entries of one evaluation in memory. */
export interface MemoryJournal extends JournalReader {
  add(entries: readonly Entry[]): void;
  /** @param signatures of the metrics, in the plan of before. @returns how many entries left */
  supersede(which: Superseding, at: number, signatures: readonly string[]): number;
  /** Adds what has left elsewhere. */
  adopt(entries: readonly SupersededEntry[]): void;
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
  /** By revision. */
  const superseded: (readonly SupersededEntry[])[] = [];

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
    supersede(which, at, signatures) {
      const left = remove(ordered(), which);
      size -= left.rows.length;
      const entries = [
        ...[...left.rows, ...left.predictions].map((entry) => ({ entry, at })),
        ...left.scores.map((entry) => supersededScore(entry, at, signatures)),
      ];
      if (entries.length > 0) superseded.push(entries);
      return entries.length;
    },
    adopt(entries) {
      if (entries.length > 0) superseded.push(entries);
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
    async *superseded() {
      yield* superseded;
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

interface Removed {
  readonly rows: RowEntry[];
  readonly predictions: PredictionEntry[];
  readonly scores: ScoreEntry[];
}

function remove(pages: readonly Page[], which: Superseding): Removed {
  const removed: Removed = { rows: [], predictions: [], scores: [] };
  const ordinals = 'ordinals' in which ? new Set(which.ordinals) : undefined;
  for (const page of pages) {
    for (let at = 0; at < PAGE; at++) {
      const rowLeaves = ordinals?.has(page.from + at) === true;
      if (ordinals !== undefined && !rowLeaves) continue;
      if (rowLeaves) removeRow(page, at, removed);
      page.trials.forEach((trial, number) => {
        if (trial !== undefined) removeOfTrial(page, at, { trial, number }, which, removed);
      });
    }
  }
  return removed;
}

function removeRow(page: Page, at: number, removed: Removed): void {
  const row = readRow(page, at);
  if (row === undefined) return;
  removed.rows.push({ type: 'row', ...row });
  page.keys[at] = undefined;
  page.rows[at] = undefined;
  page.clusters[at] = undefined;
}

function removeOfTrial(
  page: Page,
  at: number,
  { trial, number }: { readonly trial: Trial; readonly number: number },
  which: Superseding,
  removed: Removed,
): void {
  const ordinal = page.from + at;
  const prediction = trial.predictions[at];
  const all = 'ordinals' in which || ('failed' in which && prediction !== undefined && 'failed' in prediction);
  if (all && prediction !== undefined) {
    removed.predictions.push({ type: 'prediction', ordinal, trial: number, result: prediction });
    trial.predictions[at] = undefined;
  }
  trial.columns.forEach((column, metric) => {
    const entry = column === undefined ? undefined : readEntry(column, at, ordinal, number, metric);
    if (column === undefined || entry === undefined) return;
    if (!all && ('metric' in which ? which.metric !== metric : entry.score.status !== 'failed')) return;
    removed.scores.push(entry);
    removeScore(column, at);
  });
}

function supersededScore(entry: ScoreEntry, at: number, signatures: readonly string[]): SupersededEntry {
  const signature = signatures[entry.metric];
  return { entry, at, ...(signature === undefined ? {} : { signature }) };
}
