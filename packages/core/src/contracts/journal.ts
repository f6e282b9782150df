import type { Entry, PredictionResult, ScoreEntry } from './entry.ts';
import type { Json, Row } from './json.ts';
import type { Score } from './score.ts';

/** A row of the store with all that is known of it. */
export interface StoredRow {
  readonly ordinal: number;
  readonly key: string;
  readonly row: Row;
  readonly cluster?: string;
  /** Ascending by trial; only trials of which something is stored. */
  readonly trials: readonly StoredTrial[];
}

export interface StoredTrial {
  readonly trial: number;
  readonly prediction?: PredictionResult;
  /** By metric index. */
  readonly scores: ReadonlyMap<number, Score>;
}

/** Reads an evaluation. Everything comes in data order (ordinal, trial, metric), so that sums never depend on the order of work. */
export interface JournalReader {
  /** Rows with `from <= ordinal < to`. */
  stored(from: number, to: number): Promise<readonly StoredRow[]>;
  /** All rows, a chunk at a time; memory is bounded by a chunk. */
  rows(): AsyncIterable<readonly StoredRow[]>;
  /** All scores, a chunk at a time: what aggregation reads. Cheaper than `rows`, it touches no texts of rows. */
  scores(): AsyncIterable<readonly ScoreEntry[]>;
  /** Cluster labels by ordinal, a chunk at a time; empty when the data has none. */
  clusters(): AsyncIterable<readonly (readonly [ordinal: number, cluster: string])[]>;
  /** How many rows are stored. */
  size(): Promise<number>;
}

/** The append-only record of one evaluation. One writer at a time: it comes from a {@link RunWriter}, which holds the run's lease. */
export interface Journal extends JournalReader {
  /**
   * Resolves when the entries are durable. Calls that come close together are committed together.
   * @throws TouchstoneError `store-full`, `store-read-only`, `store-corrupt`, `store-locked`: nothing of this call was stored, all before it was
   */
  append(entries: readonly Entry[]): Promise<void>;
  /**
   * Keeps the finished result beside the entries, so that showing it needs no aggregation; while there is none, what the entries do
   * not tell. Replaces an earlier snapshot.
   */
  snapshot(result: Json): Promise<void>;
}
