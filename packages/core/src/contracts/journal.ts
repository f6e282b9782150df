import type { RunChange } from './catalog.ts';
import type { Entry, PredictionResult, ScoreEntry } from './entry.ts';
import type { Json, Row } from './json.ts';
import type { Plan } from './plan.ts';
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
  /**
   * What has left the record, a chunk at a time: earlier revisions first; of one revision rows, then predictions, then scores, each in
   * data order. Of a key that left several times there are several.
   */
  superseded(): AsyncIterable<readonly SupersededEntry[]>;
}

/** An entry that is no longer of the record: another one with its key may be. */
export interface SupersededEntry {
  readonly entry: Entry;
  /** When it left. Milliseconds since the epoch. */
  readonly at: number;
  /** Of a score: its metric's signature in the plan before that revision. */
  readonly signature?: string;
}

/** Which entries leave the record. */
export type Superseding =
  /** What may go better next time: failed predictions with all scores of their trial, and failed scores. */
  | { readonly failed: true }
  /** All scores of this metric (its index); not those of metrics that depend on it. */
  | { readonly metric: number }
  /** All that is known of these rows, the rows themselves included. */
  | { readonly ordinals: readonly number[] };

export interface Revision {
  /** Absent: nothing leaves. */
  readonly supersede?: Superseding;
  /** Replaces the evaluation's plan. Scores keep their metric's index, so metrics that have scores must keep theirs. */
  readonly plan?: Plan;
  /** Replaces the snapshot; absent: there is none then. */
  readonly snapshot?: Json;
  /** Changes the run as `RunWriter.update` does: it is not finished any more, or is asked for in another way. */
  readonly run?: RunChange;
}

/** The record of one evaluation: entries are added, and leave it by `revise` only. One writer at a time: it comes from a {@link RunWriter}, which holds the run's lease. */
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
  /**
   * Prepares making something again, in one commit: entries leave the record and are kept as superseded, the plan is replaced, the
   * run is changed, and the snapshot is replaced or gone. What is appended with their keys afterwards counts, so that the evaluation then goes on as after a crash.
   * Annotations stay, but those of rows that left: see {@link Annotation.supersededAt}.
   *
   * @returns how many entries left
   * @throws TouchstoneError as `append` does
   */
  revise(revision: Revision): Promise<number>;
  /**
   * Adds what has left the record of this evaluation in another store, with the time at which it left: to copy a run. It comes after
   * what has left here.
   * @throws TouchstoneError as `append` does
   */
  adopt(superseded: readonly SupersededEntry[]): Promise<void>;
}
