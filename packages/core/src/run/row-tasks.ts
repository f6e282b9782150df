import type { Journal, Plan, Row, RowTask, StoredRow } from '../contracts/index.ts';
import { canonicalJson } from '../data/canonical-json.ts';
import { clusterLabel } from '../data/cluster-label.ts';
import { createRowKeys } from '../data/row-key.ts';
import { type SelectedRow, selectedRows } from '../data/sample.ts';
import { TouchstoneError } from '../errors/touchstone-error.ts';
import type { PreparedEvaluation } from '../plan/prepare-evaluation.ts';

/** Rows per batch of tasks: large enough to spread the cost of a commit, small enough to keep few in memory. */
const BATCH = 64;

/**
 * What is still to do, in data order: rows that the journal holds complete are left out, and what it holds of the others goes with them.
 * @throws TouchstoneError `data-changed` when a stored row is another one now, `missing-cluster`, and what reading the data throws
 */
export async function* rowTasks(
  prepared: PreparedEvaluation,
  journal: Journal,
  onDone: (rows: number) => void,
): AsyncGenerator<readonly RowTask[]> {
  const { plan, data } = prepared;
  const resumed = (await journal.size()) > 0;
  const keys = createRowKeys({ inputs: plan.data.inputs, ...(plan.data.id === undefined ? {} : { id: plan.data.id }) });
  const perRow = plan.metrics.flatMap((metric, index) => (metric.form === 'dataset' ? [] : [index]));
  let batch: RowTask[] = [];

  const ready = async (): Promise<readonly RowTask[]> => {
    const tasks = batch;
    batch = [];
    if (!resumed) return expandTrials(tasks, plan.trials);
    const left = await withoutDone(tasks, journal, plan, perRow);
    onDone(tasks.length * plan.trials - left.length);
    return left;
  };
  const add = ({ ordinal, row }: SelectedRow): void => {
    const cluster = plan.data.cluster === undefined ? undefined : clusterLabel(plan.data.cluster, row, ordinal);
    batch.push({ ordinal, key: keys.next(row, ordinal), trial: 0, row, ...(cluster === undefined ? {} : { cluster }) });
  };

  const rows = selectedRows(data, plan.data);
  if (Symbol.iterator in rows) {
    for (const row of rows) {
      add(row);
      if (batch.length >= BATCH) yield await ready();
    }
  } else {
    for await (const row of rows) {
      add(row);
      if (batch.length >= BATCH) yield await ready();
    }
  }
  if (batch.length > 0) yield await ready();
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
    return expandTrials([task], plan.trials).flatMap((one): readonly RowTask[] => {
      const trial = known.trials.find((candidate) => candidate.trial === one.trial);
      if (trial === undefined) return [one];
      if (perRow.every((metric) => trial.scores.has(metric)) && (plan.model === undefined || trial.prediction !== undefined))
        return [];
      return [{ ...one, have: trial.scores, ...(trial.prediction === undefined ? {} : { prediction: trial.prediction }) }];
    });
  });
}

function checkSameRow(task: RowTask, stored: StoredRow, plan: Plan): void {
  const difference = rowDifference(stored.row, task.row);
  if (difference === undefined && stored.key === task.key) return;
  throw new TouchstoneError(
    'data-changed',
    `The data has changed since this run was started: row ${task.ordinal + 1} of ${plan.data.source ?? plan.data.name} ${difference ?? 'has another key'}. Put the data back as it was, or start a new run.`,
  );
}

/** What differs between a stored row and the same row now; `undefined` when nothing does. */
function rowDifference(stored: Row, now: Row): string | undefined {
  for (const column of new Set([...Object.keys(stored), ...Object.keys(now)])) {
    if (!(column in now)) return `has no '${column}' any more`;
    if (!(column in stored)) return `has '${column}' now`;
    if (canonicalJson(stored[column] ?? null) !== canonicalJson(now[column] ?? null)) return `has another '${column}'`;
  }
  return undefined;
}
