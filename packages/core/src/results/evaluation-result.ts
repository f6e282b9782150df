import type { Plan, ScoredRow } from '../contracts/index.ts';
import { suggestion } from '../errors/did-you-mean.ts';
import { TouchstoneError } from '../errors/touchstone-error.ts';
import type { DisplayBundle } from './display-bundle.ts';
import { displayResult } from './display-result.ts';
import { type FormatOptions, formatResult } from './format-result.ts';
import { mergeEvaluations } from './merge-evaluations.ts';
import type { ResultDocument, ResultEvaluation, ResultParts, ResultRun, ResultTables, StoredEvaluation } from './result-parts.ts';
import type { Coverage, ResultInterval, ResultUsage } from './summary.ts';

/**
 * What an evaluation found out. Aggregates are here; rows and tables are read from the store (or the saved files) when asked for.
 *
 * @example
 * console.log(results);                                    // a table to read
 * results.metrics['rougeL/v1/mean'];                       // number | undefined
 * for await (const row of results.tables.eval_results_table) …
 * await results.save('results/today');
 */
export class EvaluationResult {
  readonly #parts: ResultParts;

  constructor(parts: ResultParts) {
    this.#parts = parts;
  }

  /** The result of a run from its stored evaluations; of several, see {@link mergeEvaluations}. */
  static from(stored: { readonly run: ResultRun; readonly evaluations: readonly StoredEvaluation[] }): EvaluationResult {
    return new EvaluationResult(mergeEvaluations(stored.run, stored.evaluations));
  }

  /**
   * A result that `save` wrote. Tables and rows are read from the files when they are asked for, so the folder has to stay.
   * @throws TouchstoneError `result-not-found`, `result-broken`, `result-too-new`
   */
  static async load(folder: string): Promise<EvaluationResult> {
    const { loadResult } = await import('./load-result.ts');
    return new EvaluationResult(await loadResult(folder));
  }

  get run(): ResultRun {
    return this.#parts.document.run;
  }

  /** Aggregates, e.g. `rougeL/v1/mean`: finite numbers. A metric of which nothing was scored has none. */
  get metrics(): Readonly<Record<string, number | undefined>> {
    return this.#parts.document.metrics;
  }

  /** Confidence intervals of aggregates, under the same keys; only where one is defined. */
  get intervals(): Readonly<Record<string, ResultInterval | undefined>> {
    return this.#parts.document.intervals;
  }

  /** By metric (`rougeL/v1`): how many rows were scored, and why the others were not. */
  get coverage(): Readonly<Record<string, Coverage | undefined>> {
    return this.#parts.document.coverage;
  }

  /** By metric: what its numbers depend on; only equal signatures are comparable. */
  get signatures(): Readonly<Record<string, string | undefined>> {
    return this.#parts.document.signatures;
  }

  get skippedMetrics(): ResultDocument['skippedMetrics'] {
    return this.#parts.document.skippedMetrics;
  }

  get usage(): ResultUsage {
    return this.#parts.document.usage;
  }

  get warnings(): readonly string[] {
    return this.#parts.document.warnings;
  }

  /** Artifact → the name of its file in a saved result. */
  get artifacts(): Readonly<Record<string, string>> {
    return this.#parts.document.artifacts;
  }

  /** `eval_results_table`, `eval_results_table_2` for a second evaluation in the run, …, and the evaluators' own tables. */
  get tables(): ResultTables {
    return this.#parts.tables;
  }

  /** The run's evaluations, each with its plan and its own rows. */
  get evaluations(): readonly ResultEvaluation[] {
    return this.#parts.evaluations;
  }

  get plans(): readonly Plan[] {
    return this.evaluations.map(({ plan }) => plan);
  }

  /** Every row × trial of all evaluations, in order, with all scores: also those that the table does not show. */
  async *rows(): AsyncGenerator<ScoredRow> {
    for (const evaluation of this.evaluations) yield* evaluation.rows();
  }

  /**
   * The content of an artifact; of a table, its JSON text.
   * @throws TouchstoneError `artifact-not-found`
   */
  async readArtifact(name: string): Promise<Uint8Array> {
    const content = this.#parts.contents.get(name);
    if (content !== undefined) return content();
    const table = Object.hasOwn(this.tables, name) ? this.tables[name] : undefined;
    if (table === undefined) {
      const hint = suggestion(name, Object.keys(this.artifacts), { list: 'There are' });
      throw new TouchstoneError('artifact-not-found', `This result has no artifact '${name}'.${hint}`);
    }
    let text = '';
    for await (const piece of table.toSplitJSON()) text += piece;
    return new TextEncoder().encode(text);
  }

  /** The JSON document of the command line: plain data, full precision, no rows. */
  toJSON(): ResultDocument {
    return this.#parts.document;
  }

  /** A table for people, 80 cells wide unless said otherwise; no colour. */
  toString(options: FormatOptions = {}): string {
    return formatResult(this.#parts.document, options);
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }

  /** What a notebook shows when a cell ends with the result. */
  [Symbol.for('Jupyter.display')](): DisplayBundle {
    return displayResult(this.#parts.document);
  }

  /**
   * Writes the result into a folder as plain files: `result.json`, the tables in split orientation, `rows.jsonl`, artifacts.
   * An earlier saved result in it is replaced; at no moment is there half of one.
   * @throws TouchstoneError `folder-not-empty` when the folder holds something else, `result-not-written`
   */
  async save(folder: string): Promise<void> {
    const { saveResult } = await import('./save-result.ts');
    await saveResult(this.#parts, folder);
  }
}
