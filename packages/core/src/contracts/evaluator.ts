import type { Door } from './door.ts';
import type { Row } from './json.ts';
import type { Metric } from './metric.ts';
import type { Score, ScoreValue } from './score.ts';

/** Chooses metrics for a kind of model, and may conclude something from all the scores at the end. */
export interface Evaluator {
  readonly name: string;
  /** `undefined`: the evaluation has no model type. */
  supports(modelType: string | undefined): boolean;
  /** The metrics it brings. They are computed once, however many evaluators ask for them. */
  metrics(request: EvaluatorRequest): readonly Metric[];
  /**
   * Names of evaluators whose conclusions its own `finish` reads: they finish before it does. Asked for by name or object, it needs them in
   * the same evaluation; else it applies only where all of them do. Since contract 1.1, as all of {@link FinishContext}.
   */
  readonly after?: readonly string[];
  /** Called once, after the last row; never of a run that ended early. */
  finish?(scored: ScoredTable, context: FinishContext): Promise<EvaluatorOutcome> | EvaluatorOutcome;
}

/**
 * What an evaluator may conclude from besides the rows.
 *
 * @typeParam After the names in `after`
 */
export interface FinishContext<After extends string = string> {
  /** The aggregates of all metrics of the evaluation, by result key: `rougeL/v1/mean`. What evaluators add is in `outcomes`. */
  readonly metrics: Readonly<Record<string, number>>;
  /** What those columns of the scored rows are called that have a part in the evaluation. */
  readonly columns: {
    /** The model's output, or the static one; it may be `outputs`, whatever `predictions` says (MLflow's rule). */
    readonly prediction: string;
    readonly target?: string;
    readonly inputs: readonly string[];
  };
  /** What each evaluator of `after` concluded; `{}` where it concludes nothing. */
  readonly outcomes: Readonly<Record<After, EvaluatorOutcome>>;
  /**
   * Asks a service through the {@link Door}: counted under the evaluator's name, limited, capped, cached, and not asked again by a resume.
   *
   * @example (await ask(judge, { messages: [{ role: 'user', content: question }] })).value.text
   */
  readonly ask: Door['ask'];
  /** Aborts when the run is stopped at once. */
  readonly signal: AbortSignal;
}

export interface EvaluatorRequest {
  readonly modelType: string | undefined;
  /** The preset metrics of a model type that can be computed here; the others are reported as skipped. */
  preset(modelType: string): readonly Metric[];
  /** This evaluator's part of `evaluatorConfig`. */
  readonly config: Readonly<Record<string, unknown>>;
}

export interface EvaluatorOutcome {
  /** Further metrics of the result; finite numbers. */
  readonly metrics?: Readonly<Record<string, number>>;
  readonly tables?: Readonly<Record<string, readonly Row[]>>;
  readonly artifacts?: Readonly<Record<string, Uint8Array | string>>;
  /** What a person should know of all this: sentences for the warnings of the result. */
  readonly warnings?: readonly string[];
}

/** All rows with their scores, read lazily from the store in data order. */
export interface ScoredTable {
  /** Columns of the result table and `<metric>/score` for every metric, `undefined` where there is no score. */
  rows(): AsyncIterable<ScoredRow>;
  /** How many rows (× trials) satisfy `where`. */
  count(where: (row: Row) => boolean): Promise<number>;
}

export interface ScoredRow {
  readonly ordinal: number;
  readonly key: string;
  readonly trial: number;
  readonly columns: Row;
  readonly scores: Readonly<Record<string, Score>>;
  /** All that people said of it, also what was taken back, in the order in which it was said. Absent: nothing. */
  readonly annotations?: readonly RowAnnotation[];
}

/** What a person said of a row. */
export interface RowAnnotation {
  /** A metric's key: it stands in place of that score. Any other name is a label, in the column `<name>/label`. */
  readonly name: string;
  /** `null`: what was said before under this name was taken back. */
  readonly value: ScoreValue | null;
  readonly author: string;
  /** ISO 8601 in UTC. */
  readonly at: string;
  readonly reason?: string;
}
