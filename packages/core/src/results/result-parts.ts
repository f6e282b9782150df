import type { JournalReader, Plan, Row, RunStatus, ScoredRow } from '../contracts/index.ts';
import type { ResultTable } from './result-table.ts';
import type { Said } from './said.ts';
import type { EvaluationSummary } from './summary.ts';

/** The run as a result tells of it. Times are ISO 8601 in UTC. */
export interface ResultRun {
  readonly id: string;
  readonly name: string;
  readonly experiment: string;
  readonly status: RunStatus;
  /** Why it is not finished, one sentence. */
  readonly reason?: string;
  readonly startedAt: string;
  readonly endedAt?: string;
  /** Rows of the data that are stored, of all evaluations. */
  readonly rows: number;
}

/** The JSON document of `touchstone run`, `resume` and `show`. A key without a value is left out, never null or NaN. */
export interface ResultDocument extends Omit<EvaluationSummary, 'rows'> {
  readonly run: ResultRun;
  /** Artifact → file name, as `save` writes it. */
  readonly artifacts: Readonly<Record<string, string>>;
}

/** One evaluation of a run as it is stored, with what its evaluators concluded. */
export interface StoredEvaluation {
  /** From 1, in the order in which they were started. */
  readonly index: number;
  readonly plan: Plan;
  readonly summary: EvaluationSummary;
  readonly reader: JournalReader;
  /** What people say of its rows. */
  readonly said?: Said | undefined;
  readonly tables?: Readonly<Record<string, readonly Row[]>>;
  readonly artifacts?: Readonly<Record<string, Uint8Array | string>>;
}

/** One evaluation of a result. */
export interface ResultEvaluation {
  /** From 1. */
  readonly index: number;
  readonly plan: Plan;
  /** Name of its result table: `eval_results_table`, `eval_results_table_2`, … */
  readonly table: string;
  /** The column of `rows()` and of the table that holds the prediction. */
  prediction(): Promise<string>;
  /** Every row × trial with its scores, in data order, read anew by each call. */
  rows(): AsyncIterable<ScoredRow>;
}

/** Tables by name. `eval_results_table` is always there: the first evaluation's, without rows if there is no evaluation. */
export interface ResultTables {
  readonly eval_results_table: ResultTable;
  readonly [name: string]: ResultTable;
}

/** All that a result is made of, wherever it is read from. */
export interface ResultParts {
  readonly document: ResultDocument;
  readonly evaluations: readonly ResultEvaluation[];
  readonly tables: ResultTables;
  /** Content of the artifacts that are no tables. @throws TouchstoneError when it cannot be read */
  readonly contents: ReadonlyMap<string, () => Promise<Uint8Array>>;
}
