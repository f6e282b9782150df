import type { Cell, JournalReader, Plan, Prediction, StoredRow, StoredTrial } from '../contracts/index.ts';
import type { Said } from './said.ts';

/** The columns that a model's answers take in the result table. */
export interface OutputColumns {
  /** The prediction's column. */
  readonly prediction: string;
  /** Other outputs of the model that some metric reads, in plan order. */
  readonly others: readonly string[];
}

/**
 * Names the columns of the outputs. With targets, the prediction's column is called what `predictions` says, else what the first
 * stored answer calls it, else `outputs`; without targets it is always `outputs` (MLflow's rule).
 */
export async function outputColumns(reader: JournalReader, plan: Plan): Promise<OutputColumns> {
  if (plan.model === undefined) {
    return { prediction: plan.data.targets === undefined ? 'outputs' : staticColumn(plan), others: [] };
  }
  const main = await firstMain(reader);
  const sources = plan.metrics.flatMap((metric) => Object.values(metric.columns));
  const used = sources.flatMap((source) => (source.from === 'output' && source.column !== main ? [source.column] : []));
  const named = plan.data.predictions ?? main ?? 'outputs';
  return { prediction: plan.data.targets === undefined ? 'outputs' : named, others: [...new Set(used)] };
}

/**
 * The trials of a row: one line of the table each. A row of which nothing is stored but itself still has its line
 * (data without a model, of which only metrics over the whole data set are computed).
 */
export function trialsOf(row: StoredRow): readonly StoredTrial[] {
  return row.trials.length > 0 ? row.trials : [NOTHING_STORED];
}

const NOTHING_STORED: StoredTrial = { trial: 0, scores: new Map() };

/** Columns of the data that the table shows in front: all but the target and the static prediction, which have places of their own. */
export function isOwnColumn(plan: Plan, column: string): boolean {
  return column !== plan.data.targets && !(plan.model === undefined && column === staticColumn(plan));
}

/**
 * The cells of one row × trial that are there, in the order of the table's columns. A cell that is missing has no entry.
 * A name that comes twice has the later cell at the earlier place: an input called `outputs` gives way to the prediction.
 */
export function lineOf(plan: Plan, outputs: OutputColumns, row: StoredRow, trial: StoredTrial, said?: Said): Map<string, Cell> {
  const line = new Map<string, Cell>();
  const set = (column: string, cell: Cell): void => {
    if (cell !== undefined) line.set(column, cell);
    // What gives way must not show through.
    else line.delete(column);
  };
  for (const [column, cell] of Object.entries(row.row)) if (isOwnColumn(plan, column)) set(column, cell);
  const { targets } = plan.data;
  if (targets !== undefined) set(targets, row.row[targets]);
  if (plan.trials > 1) set('trial', trial.trial);
  const prediction = predictionOf(plan, row, trial);
  set(outputs.prediction, prediction?.columns[prediction.main]);
  for (const column of outputs.others) set(column, prediction?.columns[column]);
  for (const [index, metric] of plan.metrics.entries()) {
    const score = trial.scores.get(index);
    const shown = score?.status === 'scored' && !score.summandsOnly ? score : undefined;
    if (metric.scoreColumn !== undefined) set(metric.scoreColumn, shown?.value);
    if (shown?.justification !== undefined) set(`${metric.key}/justification`, shown.justification);
  }
  const words = said?.current(row.ordinal, trial.trial);
  for (const label of said?.labels ?? []) set(labelColumn(label), words?.get(label)?.value ?? undefined);
  return line;
}

/** The column of what people say under a name that is no metric's. */
export function labelColumn(name: string): string {
  return `${name}/label`;
}

function predictionOf(plan: Plan, row: StoredRow, trial: StoredTrial): Pick<Prediction, 'columns' | 'main'> | undefined {
  if (plan.model === undefined) return { columns: row.row, main: staticColumn(plan) };
  return trial.prediction === undefined || 'failed' in trial.prediction ? undefined : trial.prediction;
}

function staticColumn(plan: Plan): string {
  return plan.data.predictions ?? 'predictions';
}

async function firstMain(reader: JournalReader): Promise<string | undefined> {
  for await (const rows of reader.rows()) {
    for (const { trials } of rows) {
      for (const { prediction } of trials) if (prediction !== undefined && !('failed' in prediction)) return prediction.main;
    }
  }
  return undefined;
}
