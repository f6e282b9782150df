import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { Cell, ColumnSource, Json, Prediction, Row, Skipped } from '../contracts/index.ts';
import { skipped } from '../contracts/index.ts';
import type { ResolvedColumn, ResolvedMetric } from '../plan/resolved-metric.ts';

/** The needed columns of one row under their needed names, or why the metric does not apply to the row. */
export type Gathered = { readonly columns: Row; readonly skip?: undefined } | { readonly skip: Skipped };

export function gatherColumns(metric: ResolvedMetric, row: Row, prediction: Prediction): Gathered {
  if (metric.metric.when !== undefined && !metric.metric.when(row))
    return { skip: skipped('the row is not selected by `when`', 'not-selected') };
  const columns: Record<string, Cell> = {};
  for (const column of metric.columns) {
    const cell = column.source === undefined ? undefined : cellAt(column.source, row, prediction);
    if (cell === null || cell === undefined) {
      if (column.optional) continue;
      return { skip: skipped(`${nameOf(column)} is ${cell === null ? 'null' : 'missing'}`, 'missing-cell') };
    }
    if (column.type === 'text') {
      if (typeof cell !== 'string')
        return { skip: skipped(`${nameOf(column)} is ${kindOf(cell)}, and ${metric.planned.name} reads text`, 'not-text') };
      columns[column.name] = cell;
    } else if (column.type === 'any') {
      columns[column.name] = cell;
    } else {
      const checked = validate(column.type, cell);
      if ('wrong' in checked) return { skip: skipped(`${nameOf(column)} has the wrong type: ${checked.wrong}`, 'wrong-type') };
      columns[column.name] = checked.value;
    }
  }
  return { columns };
}

/** One cell by its source; `inputs` over several columns is an object of them. */
function cellAt(source: ColumnSource, row: Row, prediction: Prediction | undefined): Cell {
  switch (source.from) {
    case 'target':
    case 'data':
      return row[source.column];
    case 'prediction':
      return prediction?.columns[prediction.main];
    case 'output':
      return prediction?.columns[source.column];
    case 'inputs': {
      const [only] = source.columns;
      if (source.columns.length === 1 && only !== undefined) return row[only];
      return Object.fromEntries(
        source.columns.flatMap((column): [string, Json][] => (row[column] === undefined ? [] : [[column, row[column]]])),
      );
    }
  }
}

function nameOf(column: ResolvedColumn): string {
  const source = column.source;
  if (source === undefined || source.from === 'inputs' || source.column === column.name) return `'${column.name}'`;
  return source.from === 'prediction' ? `'${column.name}'` : `'${column.name}' (column '${source.column}')`;
}

function kindOf(cell: Json): string {
  if (Array.isArray(cell)) return 'a list';
  return typeof cell === 'object' ? 'an object' : `a ${typeof cell}`;
}

function validate(schema: StandardSchemaV1, cell: Json): { readonly value: Cell } | { readonly wrong: string } {
  const result = schema['~standard'].validate(cell);
  if (result instanceof Promise) return { wrong: 'its schema validates asynchronously, which a column type cannot' };
  if (result.issues !== undefined) return { wrong: result.issues.map((issue) => issue.message).join('; ') };
  // A schema may transform; what it makes is what the metric asked for.
  return { value: result.value as Cell };
}
