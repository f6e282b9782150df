import type { Cell, ErrorRecord, Json, ModuleOrigin, PlannedMetric, Prediction, Score, Spec } from '../contracts/index.ts';
import type { ResolvedMetric } from '../plan/resolved-metric.ts';

/** What a thread is started with. */
export interface ThreadSetup {
  readonly metrics: readonly ThreadMetric[];
  readonly timeoutMs: number;
  readonly seed: number;
  /** Memory that both sides see: where the thread is, also when it cannot answer any more. See `thread-position.ts`. */
  readonly position: SharedArrayBuffer;
}

/** A metric without its functions: the thread makes those again from spec and origin. */
export interface ThreadMetric extends Pick<ResolvedMetric, 'index' | 'dependsOn' | 'level'> {
  readonly planned: PlannedMetric;
  readonly spec: Spec;
  readonly origin: ModuleOrigin;
}

/** Rows to score. Cells lie column by column, which crosses threads several times faster than row by row. */
export interface RowsMessage {
  readonly id: number;
  /** One row a call, whatever a metric's batch: to find the row that ended a thread. */
  readonly oneByOne: boolean;
  readonly ordinals: readonly number[];
  readonly keys: readonly string[];
  readonly trials: readonly number[];
  readonly cells: readonly CellColumn[];
  /** With a model: one a row, its outputs apart in `outputs`. Without one the prediction is a cell of the row. */
  readonly predictions?: readonly (Omit<Prediction, 'columns'> | { readonly failed: ErrorRecord })[];
  readonly outputs: readonly CellColumn[];
  /** What earlier parts of the run scored: row, metric index, score. */
  readonly have: readonly (readonly [row: number, metric: number, score: Score])[];
}

export interface CellColumn {
  readonly name: string;
  readonly values: readonly Cell[];
}

export type FromThread =
  /** The indices of the metrics that it could make; told once, first. */
  | { readonly type: 'ready'; readonly metrics: readonly number[] }
  | { readonly type: 'scores'; readonly id: number; readonly metrics: readonly MetricScores[] }
  | { readonly type: 'log'; readonly level: 'info' | 'warn'; readonly message: string; readonly data?: Json };

/** New scores of one metric. Most are numbers, alone or with numbers as their details: those lie packed, and the others beside them. */
export interface MetricScores {
  readonly metric: number;
  /** By row of the message; NaN where the row is in `others`, or has no new score. */
  readonly numbers: Float64Array;
  /** Names of the details that the numbers have, e.g. precision and recall, and their values, row by row. */
  readonly details?: { readonly names: readonly string[]; readonly values: Float64Array };
  readonly others: readonly (readonly [row: number, score: Score, statistics?: readonly number[]])[];
}
