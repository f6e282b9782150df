import type { ErrorRecord } from './error-record.ts';
import type { Row } from './json.ts';
import type { Prediction } from './model.ts';
import type { Score } from './score.ts';

/**
 * What happened, one line of the journal. Keyed (ordinal), (ordinal, trial) and (ordinal, trial, metric) within an evaluation:
 * an entry whose key is there already is ignored, so a repeated append can never count twice.
 */
export type Entry = RowEntry | PredictionEntry | ScoreEntry;

export interface RowEntry {
  readonly type: 'row';
  /** Position in the data, from 0; gaps where a sample left rows out. */
  readonly ordinal: number;
  readonly key: string;
  readonly row: Row;
  readonly cluster?: string;
}

export interface PredictionEntry {
  readonly type: 'prediction';
  readonly ordinal: number;
  readonly trial: number;
  readonly result: PredictionResult;
}

export type PredictionResult = Prediction | { readonly failed: ErrorRecord };

export interface ScoreEntry {
  readonly type: 'score';
  readonly ordinal: number;
  readonly trial: number;
  /** Index in `plan.metrics`. */
  readonly metric: number;
  readonly score: Score;
  /** Summands of a statistic metric. */
  readonly statistics?: readonly number[];
}

/** Takes entries; resolves when they are durable. */
export type Emit = (entries: readonly Entry[]) => Promise<void>;
