import type {
  Annotation,
  Cell,
  JournalReader,
  Plan,
  RowAnnotation,
  Score,
  ScoredRow,
  ScoredTable,
  StoredRow,
  StoredTrial,
} from '../contracts/index.ts';
import type { Said } from './said.ts';
import { lineOf, type OutputColumns, outputColumns, trialsOf } from './table-line.ts';

/**
 * Every row × trial with its scores, in data order; memory is bounded by a chunk of the store.
 *
 * `columns` holds the cells of the result table and `<metric key>/score` of every scored metric, also of those that the table does
 * not show; what is missing, failed or skipped has no entry; labels that people gave are `<name>/label`. `scores` goes by metric name. A statistic metric that gives no score of
 * a row is listed only where it failed or was skipped.
 */
export async function* scoredRows(reader: JournalReader, plan: Plan, said?: Said): AsyncGenerator<ScoredRow> {
  const outputs = await outputColumns(reader, plan);
  for await (const chunk of reader.rows()) {
    for (const row of chunk) {
      for (const trial of trialsOf(row)) yield scoredRow(plan, outputs, row, trial, said);
    }
  }
}

/** The scored rows as evaluators are given them; each reading starts again at the first row. */
export function scoredTable(reader: JournalReader, plan: Plan): ScoredTable {
  return {
    rows: () => scoredRows(reader, plan),
    async count(where) {
      let count = 0;
      for await (const { columns } of scoredRows(reader, plan)) if (where(columns)) count++;
      return count;
    },
  };
}

function scoredRow(plan: Plan, outputs: OutputColumns, row: StoredRow, trial: StoredTrial, said: Said | undefined): ScoredRow {
  const columns: Map<string, Cell> = lineOf(plan, outputs, row, trial, said);
  const annotations = said?.history(row.ordinal, trial.trial) ?? [];
  const scores: (readonly [string, Score])[] = [];
  for (const [index, metric] of plan.metrics.entries()) {
    const score = trial.scores.get(index);
    if (score === undefined || (score.status === 'scored' && score.summandsOnly)) continue;
    scores.push([metric.name, score]);
    if (score.status === 'scored') columns.set(`${metric.key}/score`, score.value);
  }
  return {
    ordinal: row.ordinal,
    key: row.key,
    trial: trial.trial,
    columns: Object.fromEntries(columns),
    scores: Object.fromEntries(scores),
    ...(annotations.length === 0 ? {} : { annotations: annotations.map(rowAnnotation) }),
  };
}

function rowAnnotation({ name, value, author, at, reason }: Annotation): RowAnnotation {
  return { name, value, author, at: new Date(at).toISOString(), ...(reason === undefined ? {} : { reason }) };
}
