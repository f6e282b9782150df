import type { Row } from '../contracts/index.ts';
import { type Problem, TouchstoneError, throwProblems } from '../errors/touchstone-error.ts';
import { kindOfJson } from './json-mistakes.ts';
import { readRow } from './read-row.ts';

/** The column of data that are texts. MLflow calls it `feature_1`. */
const TEXT_COLUMN = 'inputs';
/** The column that targets given as an array become. */
export const TARGET_COLUMN = 'target';

/** What the items of a data set are, decided by the first one: objects of columns, texts, or lists of cells. */
export interface RowShape {
  readonly kind: 'object' | 'text' | 'list';
  /** The column of a text, or those of a list; empty for objects, which bring their own. */
  readonly columns: readonly string[];
}

/**
 * @param featureNames names for the columns of texts and lists; `inputs`, and MLflow's `feature_1` …, by default
 * @throws TouchstoneError `bad-row` when the item can be no row, `bad-feature-names` when their number is not that of the cells
 */
export function shapeOf(first: unknown, featureNames: readonly string[] | undefined): RowShape {
  const kind = kindOfRow(first, 0);
  if (kind === 'object') return { kind, columns: [] };
  const width = cellsOf(first).length;
  const columns = featureNames ?? (kind === 'text' ? [TEXT_COLUMN] : defaultNames(width));
  if (columns.length === width) return { kind, columns };
  const names = `featureNames has ${columns.length === 1 ? '1 name' : `${columns.length} names`} (${columns.join(', ')})`;
  const given =
    kind === 'text' ? 'the rows are texts, which are one column' : `row 1 has ${width} ${width === 1 ? 'cell' : 'cells'}`;
  throw new TouchstoneError('bad-feature-names', `${names}, but ${given}.`);
}

/**
 * One item of a data set as a row.
 * @param target the cell of the target column, where targets come beside the data
 * @throws TouchstoneError `mixed-rows`, `ragged-rows`, `bad-row`, `bad-cell`
 */
export function shapeRow(shape: RowShape, item: unknown, ordinal: number, target?: { readonly cell: unknown }): Row {
  const kind = kindOfRow(item, ordinal);
  if (kind !== shape.kind) {
    throw new TouchstoneError(
      'mixed-rows',
      `Row ${ordinal + 1} is ${KIND[kind]}, but row 1 is ${KIND[shape.kind]}; all rows must be of one kind.`,
    );
  }
  if (kind === 'object' && typeof item === 'object' && item !== null) return readRow(item, ordinal);
  const cells = cellsOf(item);
  if (cells.length !== shape.columns.length) {
    const [here, first] = [cells.length, shape.columns.length];
    throw new TouchstoneError(
      'ragged-rows',
      `Row ${ordinal + 1} has ${here} ${here === 1 ? 'cell' : 'cells'}, but row 1 has ${first}; lists must all have one length.`,
    );
  }
  const row = Object.fromEntries(shape.columns.map((column, i) => [column, cells[i]]));
  if (target !== undefined) row[TARGET_COLUMN] = target.cell;
  return readRow(row, ordinal);
}

/** @throws TouchstoneError `bad-feature-names` for a name that is given twice, is empty, or is that of the target column beside `targets` */
export function checkFeatureNames(names: readonly string[], targets: unknown): void {
  const problems: Problem[] = [];
  const add = (message: string) => problems.push({ code: 'bad-feature-names', message });
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) add(`featureNames has '${twice}' twice; every column needs a name of its own.`);
  if (names.some((name) => typeof name !== 'string' || name === '')) add('featureNames has a name that is empty or no text.');
  if (Array.isArray(targets) && names.includes(TARGET_COLUMN)) {
    add(
      `featureNames has '${TARGET_COLUMN}', which is the column that targets given as an array become; name the feature otherwise.`,
    );
  }
  throwProblems(problems);
}

const KIND: Readonly<Record<RowShape['kind'], string>> = { object: 'an object of columns', text: 'a text', list: 'a list' };

function kindOfRow(item: unknown, ordinal: number): RowShape['kind'] {
  if (typeof item === 'string') return 'text';
  if (Array.isArray(item) || isNumbers(item)) return 'list';
  if (typeof item === 'object' && item !== null) return 'object';
  throw new TouchstoneError(
    'bad-row',
    `Row ${ordinal + 1} is ${kindOfJson(item)}; rows are objects of columns, texts, or lists of cells.`,
  );
}

function cellsOf(item: unknown): readonly unknown[] {
  if (Array.isArray(item)) return item;
  return isNumbers(item) ? [...item] : [item];
}

/** A typed array: one row of a matrix. */
function isNumbers(item: unknown): item is Float64Array {
  return ArrayBuffer.isView(item) && !(item instanceof DataView) && !Buffer.isBuffer(item);
}

/** MLflow's names: `feature_1` … with as many digits as ⌈log₁₀(n + 1)⌉. */
function defaultNames(width: number): readonly string[] {
  const digits = Math.ceil(Math.log10(width + 1));
  return Array.from({ length: width }, (_, i) => `feature_${String(i + 1).padStart(digits, '0')}`);
}
