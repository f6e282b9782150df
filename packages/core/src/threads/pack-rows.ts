import type { Cell, PredictionResult, Row, RowTask } from '../contracts/index.ts';
import type { RowAtWork } from '../run/score-rows.ts';
import type { CellColumn, RowsMessage, ThreadMetric } from './thread-messages.ts';

/** Names of the cells that metrics read: of the data, and of the model's output where there is a model. */
export interface NeededCells {
  readonly row: readonly string[];
  readonly output: readonly string[];
}

export function neededCells(metrics: readonly ThreadMetric[]): NeededCells {
  const row = new Set<string>();
  const output = new Set<string>();
  for (const source of metrics.flatMap(({ planned }) => Object.values(planned.columns))) {
    if (source.from === 'inputs') for (const column of source.columns) row.add(column);
    else if (source.from === 'output') output.add(source.column);
    else if (source.from !== 'prediction') row.add(source.column);
  }
  return { row: [...row], output: [...output] };
}

/** Rows as they cross to a thread: nothing but what its metrics read. */
export function packRows(
  rows: readonly RowAtWork[],
  needed: NeededCells,
  metrics: readonly ThreadMetric[],
  sending: Pick<RowsMessage, 'id' | 'oneByOne'>,
): RowsMessage {
  const fromModel = rows.some(({ prediction, task }) => 'failed' in prediction || prediction.columns !== task.row);
  const outputs = new Set(needed.output);
  for (const { prediction } of rows) if (!('failed' in prediction)) outputs.add(prediction.main);
  const rowColumns = fromModel ? needed.row : new Set([...needed.row, ...outputs]);
  return {
    ...sending,
    ordinals: rows.map(({ task }) => task.ordinal),
    keys: rows.map(({ task }) => task.key),
    trials: rows.map(({ task }) => task.trial),
    cells: columnsOf(rowColumns, rows, ({ task }) => task.row),
    ...(fromModel ? { predictions: rows.map(({ prediction }) => withoutColumns(prediction)) } : {}),
    outputs: fromModel
      ? columnsOf(outputs, rows, ({ prediction }) => ('failed' in prediction ? {} : prediction.columns))
      : mainsOf(rows),
    have: rows.flatMap((row, position) =>
      metrics.flatMap(({ index }): RowsMessage['have'] => {
        const score = row.scores[index];
        return score === undefined ? [] : [[position, index, score]];
      }),
    ),
  };
}

/** Without a model the outputs are cells of the row; only the name of the prediction's has to be told. */
function mainsOf(rows: readonly RowAtWork[]): readonly CellColumn[] {
  const [first] = rows;
  return first === undefined || 'failed' in first.prediction ? [] : [{ name: first.prediction.main, values: [] }];
}

function columnsOf(names: Iterable<string>, rows: readonly RowAtWork[], cells: (row: RowAtWork) => Row): readonly CellColumn[] {
  return Array.from(names, (name) => ({ name, values: rows.map((row) => own(cells(row), name)) }));
}

function own(row: Row, name: string): Cell {
  return Object.hasOwn(row, name) ? row[name] : undefined;
}

function withoutColumns(prediction: PredictionResult): NonNullable<RowsMessage['predictions']>[number] {
  if ('failed' in prediction) return prediction;
  const { columns: _columns, ...rest } = prediction;
  return rest;
}

/** On the other side: tasks and predictions as a scorer takes them. */
export function unpackRows(message: RowsMessage): readonly { readonly task: RowTask; readonly prediction: PredictionResult }[] {
  const main = message.outputs[0]?.name ?? 'predictions';
  return message.ordinals.map((ordinal, position) => {
    const row = rowAt(message.cells, position);
    const task = { ordinal, key: message.keys[position] ?? '', trial: message.trials[position] ?? 0, row };
    const prediction = message.predictions?.[position];
    if (prediction === undefined) return { task, prediction: { columns: row, main, latencyMs: 0 } };
    if ('failed' in prediction) return { task, prediction };
    return { task, prediction: { ...prediction, columns: rowAt(message.outputs, position) } };
  });
}

function rowAt(columns: readonly CellColumn[], position: number): Row {
  // Without a prototype, so that a column may have any name.
  const row: Record<string, Cell> = Object.create(null);
  for (const { name, values } of columns) if (values[position] !== undefined) row[name] = values[position];
  return row;
}
