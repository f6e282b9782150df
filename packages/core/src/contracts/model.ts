import type { ErrorRecord } from './error-record.ts';
import type { Json, Row } from './json.ts';
import type { FinishReason, Service, Usage } from './service.ts';
import type { Spec } from './spec.ts';
import type { Work } from './work.ts';

/** The thing under evaluation: rows of features in, outputs out. It never sees the target column. */
export interface Model {
  /** Shown in plans and results: a URI, or the function's name. */
  readonly id: string;
  /** All that can change an output, as data: part of the plan's fingerprint, so that a resume never mixes two models. Never a credential. */
  readonly identity: Json;
  readonly spec?: Spec;
  /** A URI, and options for its adapter, that make it again: what is logged of it. Absent where it holds code of the program. */
  readonly source?: { readonly uri: string; readonly options: Readonly<Record<string, Json>> };
  /** Columns of the data that it reads, where it knows: a missing one is said before the first row. */
  readonly needs?: readonly string[];
  /** Which columns of the row it is given: all features (default), or only what the evaluation's `inputs` says. */
  readonly reads?: 'features' | 'inputs';
  /** As {@link Service.ready}, of a model that asks a service of its own. */
  ready?(): void;
  /** The most rows that one `predict` call takes; 1 by default. */
  readonly batch?: number;
  /**
   * One result per row, in order. A row that failed alone is a `PredictionFailure`; a throw fails every row of the call.
   * May answer synchronously, which keeps fast models free of promise overhead.
   */
  predict(rows: readonly Row[], work: readonly Work[]): Promise<readonly ModelResult[]> | readonly ModelResult[];
}

export type ModelResult = ModelOutput | PredictionFailure;

export interface ModelOutput {
  /** The text, or named outputs (`{ answer, context }`). Named outputs reach metrics as columns. */
  readonly value: Json;
  /** Which of several named outputs is the prediction, unless `predictions` says otherwise. */
  readonly main?: string;
  readonly usage?: Usage;
  readonly finish?: FinishReason;
  /** The model's own time, when it knows better than the caller (a replayed answer, a scripted clock). Milliseconds. */
  readonly latencyMs?: number;
  /** Keys of the calls it made, in the call log. */
  readonly calls?: readonly string[];
}

export interface PredictionFailure {
  readonly error: ErrorRecord;
}

/** A prediction as it is journaled and as metrics see it. */
export interface Prediction {
  /** Named outputs of the model; a text model has one, named like the prediction column. */
  readonly columns: Row;
  /** Which of `columns` is the prediction. */
  readonly main: string;
  /** The successful attempt's own time, without waiting and retries; for a batch the time of the whole batch; 0 for static data. */
  readonly latencyMs: number;
  readonly usage?: Usage;
  readonly finish?: FinishReason;
  readonly calls?: readonly string[];
}
