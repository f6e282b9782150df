import type { JournalReader, Json, Plan, Row } from '../contracts/index.ts';
import type { DisplayBundle } from './display-bundle.ts';
import type { Said } from './said.ts';
import { isOwnColumn, labelColumn, lineOf, outputColumns, trialsOf } from './table-line.ts';

/** A table in pandas' split orientation, the form of MLflow's `eval_results_table.json`. Full precision; a missing cell is null. */
export interface SplitTable {
  readonly columns: readonly string[];
  readonly data: readonly (readonly Json[])[];
}

/** Where a table comes from, and what a writer of files takes. Each call reads it anew. */
export interface TableSource {
  /** All columns, in their order. */
  columns(): Promise<readonly string[]>;
  /** Lines in chunks, each with one cell a column, in the order of `columns`; a missing cell is null. */
  lines(columns: readonly string[]): AsyncIterable<readonly (readonly Json[])[]>;
}

/**
 * A table of results, read from where it is stored each time it is asked for. That is why everything here is a promise or an
 * async iterable, `toJSON` too: `JSON.stringify(await table.toJSON())`, not `JSON.stringify(table)`.
 * Reading goes over the rows twice, first for the columns; streaming forms hold one chunk at a time.
 * CSV, JSON Lines and Parquet are written by `@touchstone/dataset-files`: `writeFile('table.csv', writeCsv(table))`.
 *
 * @example
 * for await (const row of results.tables.eval_results_table) console.log(row.outputs);
 */
export class ResultTable implements AsyncIterable<Row>, TableSource {
  readonly name: string;
  readonly #source: TableSource;

  constructor(name: string, source: TableSource) {
    this.name = name;
    this.#source = source;
  }

  columns(): Promise<readonly string[]> {
    return this.#source.columns();
  }

  lines(columns: readonly string[]): AsyncIterable<readonly (readonly Json[])[]> {
    return this.#source.lines(columns);
  }

  /** Rows as objects, all with the same columns; a missing cell is null. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Row> {
    const columns = await this.columns();
    for await (const lines of this.#source.lines(columns)) {
      for (const line of lines) yield Object.fromEntries(columns.map((column, index) => [column, line[index] ?? null]));
    }
  }

  /** All rows at once. */
  async toArray(): Promise<Row[]> {
    const rows: Row[] = [];
    for await (const row of this) rows.push(row);
    return rows;
  }

  /** The whole table in split orientation. */
  async toJSON(): Promise<SplitTable> {
    const columns = await this.columns();
    const data: (readonly Json[])[] = [];
    for await (const lines of this.#source.lines(columns)) for (const line of lines) data.push(line);
    return { columns, data };
  }

  /** The text of `toJSON()` in pieces, one line of text a row: what `eval_results_table.json` holds. */
  async *toSplitJSON(): AsyncGenerator<string> {
    const columns = await this.columns();
    yield `{"columns":${JSON.stringify(columns)},"data":[`;
    let separator = '\n';
    for await (const lines of this.#source.lines(columns)) {
      let text = '';
      for (const line of lines) {
        text += separator + JSON.stringify(line);
        separator = ',\n';
      }
      yield text;
    }
    yield '\n]}\n';
  }

  /** A table holds no rows to show; without this, the console would print an empty object. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return `ResultTable '${this.name}': for await (const row of table), toArray(), toJSON(), toSplitJSON()`;
  }

  /** The first rows: what a notebook shows when a cell ends with the table. */
  async [Symbol.for('Jupyter.display')](): Promise<DisplayBundle> {
    const { displayTable } = await import('./display-table.ts');
    return displayTable(this);
  }
}

/**
 * The result table of one evaluation, with MLflow's columns: the data's own in their order, target, `trial` (if there are several),
 * prediction, other outputs that were used, then score and justification of each metric, then the labels that people gave.
 * It is there also when no metric shows its scores (`exact_match` alone), where MLflow writes none: the rows are of use anyway.
 */
export function evaluationTable(name: string, reader: JournalReader, plan: Plan, said?: Said): ResultTable {
  return new ResultTable(name, {
    columns: async () => [...(await tableColumns(reader, plan)), ...(said?.labels ?? []).map(labelColumn)],
    async *lines(columns) {
      const outputs = await outputColumns(reader, plan);
      for await (const rows of reader.rows()) {
        yield rows.flatMap((row) =>
          trialsOf(row).map((trial) => {
            const line = lineOf(plan, outputs, row, trial, said);
            return columns.map((column) => line.get(column) ?? null);
          }),
        );
      }
    },
  });
}

/** A table of rows in memory; its columns are those of all rows, in the order in which they are first seen. */
export function tableOfRows(name: string, rows: readonly Row[]): ResultTable {
  return new ResultTable(name, {
    columns: async () => [...new Set(rows.flatMap((row) => Object.keys(row)))],
    async *lines(columns) {
      yield rows.map((row) => columns.map((column) => (Object.hasOwn(row, column) ? (row[column] ?? null) : null)));
    },
  });
}

/**
 * A pass over the rows: columns that only later rows have, outputs that were really given, which metrics gave justifications, and
 * which statistic metrics no scores.
 */
async function tableColumns(reader: JournalReader, plan: Plan): Promise<readonly string[]> {
  const { prediction, others } = await outputColumns(reader, plan);
  const own = new Set(plan.data.columns);
  const justified = new Set<number>();
  const scoreless = new Set<number>();
  const answered = new Set<string>();
  for await (const rows of reader.rows()) {
    for (const { row, trials } of rows) {
      for (const column of Object.keys(row)) own.add(column);
      for (const { scores, prediction: answer } of trials) {
        if (answer !== undefined && !('failed' in answer)) for (const column of Object.keys(answer.columns)) answered.add(column);
        for (const [index, score] of scores) {
          if (score.status !== 'scored') continue;
          if (score.justification !== undefined) justified.add(index);
          if (score.summandsOnly) scoreless.add(index);
        }
      }
    }
  }
  const { targets } = plan.data;
  const columns = new Set([...own].filter((column) => isOwnColumn(plan, column)));
  if (targets !== undefined) columns.add(targets);
  if (plan.trials > 1) columns.add('trial');
  columns.add(prediction);
  // What a metric would have read, and no answer had, is no column.
  for (const column of others) if (answered.has(column)) columns.add(column);
  for (const [index, metric] of plan.metrics.entries()) {
    if (metric.scoreColumn !== undefined && !scoreless.has(index)) columns.add(metric.scoreColumn);
    if (justified.has(index)) columns.add(`${metric.key}/justification`);
  }
  return [...columns];
}
