import type { Journal, Plan, RowTask, StoredRow, StoredTrial } from '../contracts/index.ts';
import { clusterLabel } from '../data/cluster-label.ts';
import type { OpenedData } from '../data/opened-data.ts';
import { createRowKeys } from '../data/row-key.ts';
import { type SelectedRow, selectedRows } from '../data/sample.ts';
import { TouchstoneError } from '../errors/touchstone-error.ts';
import { rowDifference } from './row-difference.ts';

/** Rows per batch of tasks: large enough to spread the cost of a commit, small enough to keep few in memory. */
const BATCH = 64;

/**
 * What is still to do, in data order: rows that the journal holds complete are left out, and what it holds of the others goes with them.
 * @throws TouchstoneError `data-changed` when a stored row is another one now, `missing-cluster`, and what reading the data throws
 */
export async function* rowTasks(
  plan: Plan,
  data: OpenedData,
  journal: Journal,
  onDone: (rows: number) => void,
): AsyncGenerator<readonly RowTask[]> {
  const resumed = (await journal.size()) > 0;
  const perRow = metricsOfRows(plan);
  let batch: RowTask[] = [];

  const ready = async (): Promise<readonly RowTask[]> => {
    const tasks = batch;
    batch = [];
    if (!resumed) return expandTrials(tasks, plan.trials);
    const left = await withoutDone(tasks, journal, plan, perRow);
    onDone(tasks.length * plan.trials - left.length);
    return left;
  };
  const toTask = taskMaker(plan);
  const rows = selectedRows(data, plan.data);
  if (Symbol.iterator in rows) {
    for (const row of rows) {
      batch.push(toTask(row));
      if (batch.length >= BATCH) yield await ready();
    }
  } else {
    for await (const row of rows) {
      batch.push(toTask(row));
      if (batch.length >= BATCH) yield await ready();
    }
  }
  if (batch.length > 0) yield await ready();
}

/** The rows of the data that the plan selects, each as a task of its first trial. */
export async function* selectedTasks(plan: Plan, data: OpenedData): AsyncGenerator<RowTask> {
  const toTask = taskMaker(plan);
  for await (const row of selectedRows(data, plan.data)) yield toTask(row);
}

/**
 * What is still to score of the rows that are stored, when all of them are: the data and the model are not needed.
 * @param onDone told of rows × trials of which nothing is left to do
 */
export async function* storedTasks(
  plan: Plan,
  journal: Journal,
  onDone: (rows: number) => void,
): AsyncGenerator<readonly RowTask[]> {
  const perRow = metricsOfRows(plan);
  for await (const rows of journal.rows()) {
    const left = rows.flatMap(({ trials, ...row }) =>
      leftOf(expandTrials([{ ...row, trial: 0 }], plan.trials), trials, plan, perRow),
    );
    onDone(rows.length * plan.trials - left.length);
    for (let from = 0; from < left.length; from += BATCH) yield left.slice(from, from + BATCH);
  }
}

/** Indices of the metrics that score row by row. */
function metricsOfRows({ metrics }: Plan): readonly number[] {
  return metrics.flatMap((metric, index) => (metric.form === 'dataset' ? [] : [index]));
}

/** Keys count repeats, so each reading of the data has a maker of its own. */
function taskMaker(plan: Plan): (row: SelectedRow) => RowTask {
  const keys = createRowKeys({ inputs: plan.data.inputs, ...(plan.data.id === undefined ? {} : { id: plan.data.id }) });
  return ({ ordinal, row }) => {
    const cluster = plan.data.cluster === undefined ? undefined : clusterLabel(plan.data.cluster, row, ordinal);
    return { ordinal, key: keys.next(row, ordinal), trial: 0, row, ...(cluster === undefined ? {} : { cluster }) };
  };
}

function expandTrials(tasks: readonly RowTask[], trials: number): readonly RowTask[] {
  if (trials === 1) return tasks;
  return tasks.flatMap((task) => Array.from({ length: trials }, (_, trial) => ({ ...task, trial })));
}

async function withoutDone(
  tasks: readonly RowTask[],
  journal: Journal,
  plan: Plan,
  perRow: readonly number[],
): Promise<readonly RowTask[]> {
  const [first, last] = [tasks[0], tasks.at(-1)];
  if (first === undefined || last === undefined) return [];
  const stored = new Map((await journal.stored(first.ordinal, last.ordinal + 1)).map((row) => [row.ordinal, row]));
  return tasks.flatMap((task) => {
    const known = stored.get(task.ordinal);
    if (known === undefined) return expandTrials([task], plan.trials);
    checkSameRow(task, known, plan);
    return leftOf(expandTrials([task], plan.trials), known.trials, plan, perRow);
  });
}

/** The trials of a row that are not complete, each with what is stored of it. */
function leftOf(
  tasks: readonly RowTask[],
  stored: readonly StoredTrial[],
  plan: Plan,
  perRow: readonly number[],
): readonly RowTask[] {
  return tasks.flatMap((task): readonly RowTask[] => {
    const trial = stored.find((candidate) => candidate.trial === task.trial);
    if (trial === undefined) return [task];
    if (perRow.every((metric) => trial.scores.has(metric)) && (plan.model === undefined || trial.prediction !== undefined))
      return [];
    return [{ ...task, have: trial.scores, ...(trial.prediction === undefined ? {} : { prediction: trial.prediction }) }];
  });
}

function checkSameRow(task: RowTask, stored: StoredRow, plan: Plan): void {
  const difference = rowDifference(stored, task);
  if (difference === undefined) return;
  throw new TouchstoneError(
    'data-changed',
    `The data has changed since this run was started: row ${task.ordinal + 1} of ${plan.data.source ?? plan.data.name} ${difference}. Put the data back as it was, go on with the rows that match (resume: { acceptChangedData: true }), or start a new run.`,
  );
}
