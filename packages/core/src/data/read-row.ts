import type { Cell, Row } from '../contracts/index.ts';
import { TouchstoneError } from '../errors/touchstone-error.ts';
import { CELL_KINDS, isPlain, pathText, readCell, UnreadableCell, unreadableKind } from './read-cell.ts';

export { readCell } from './read-cell.ts';

/**
 * A row as a program or a database driver gives it, as a row of JSON cells (see `readCell`). The result is a new object
 * that has the row's own columns and nothing else: it inherits from nothing, so that a column named `constructor` or
 * `__proto__` is a column like any other, and missing where it is missing.
 *
 * An object of a class with `toJSON()` (documents and entities of ORMs) is read through it.
 *
 * @param ordinal position in the data, from 0; error messages count from 1
 * @throws TouchstoneError `bad-row` when it is no object of columns, `bad-cell` naming row and column when a cell has no JSON form
 */
export function readRow(raw: object, ordinal: number): Row {
  const source = columnsOf(raw, ordinal);
  const row: Record<string, Cell> = new PlainRow();
  for (const column of Object.keys(source)) {
    const cell = source[column];
    if (typeof cell === 'string') row[column] = cell;
    else if (cell !== undefined) row[column] = readCellAt(cell, ordinal, column);
  }
  return row;
}

/**
 * The class of rows: objects without a prototype to speak of. Instances of a class keep V8's fast properties, which
 * `Object.create(null)` does not.
 */
class PlainRow {
  [column: string]: Cell;
}
Reflect.deleteProperty(PlainRow.prototype, 'constructor');
Object.setPrototypeOf(PlainRow.prototype, null);
// Printed as what it is, not as `[Object: null prototype]`.
Object.defineProperty(PlainRow.prototype, Symbol.for('nodejs.util.inspect.custom'), {
  value(this: Row) {
    return { ...this };
  },
});

function columnsOf(raw: object, ordinal: number): Readonly<Record<string, unknown>> {
  if (isPlain(raw) && isRecord(raw)) return raw;
  const what = rowMistake(raw);
  if (what !== undefined) throw new TouchstoneError('bad-row', `Row ${ordinal + 1} is ${what}; a row is an object of columns.`);
  const columns: unknown =
    'toJSON' in raw && typeof raw.toJSON === 'function' && !Object.hasOwn(raw, 'toJSON') ? raw.toJSON() : raw;
  if (isRecord(columns)) return columns;
  throw new TouchstoneError('bad-row', `Row ${ordinal + 1} is an object whose toJSON() gives no object of columns.`);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Things that a loop over own properties would read as a row without columns. */
function rowMistake(raw: object): string | undefined {
  if (Array.isArray(raw) || ArrayBuffer.isView(raw)) return 'a list';
  if (raw instanceof Date) return 'a Date';
  if (typeof raw === 'function') return 'a function';
  return unreadableKind(raw);
}

function readCellAt(cell: unknown, ordinal: number, column: string): Cell {
  try {
    return readCell(cell);
  } catch (error) {
    if (!(error instanceof UnreadableCell)) throw error;
    const place = `${column}${error.path.length === 0 || typeof error.path[0] === 'number' ? '' : '.'}${pathText(error.path)}`;
    throw new TouchstoneError(
      'bad-cell',
      `Row ${ordinal + 1}, column '${place}': the cell is ${error.what}, and it may be ${CELL_KINDS}.`,
    );
  }
}
