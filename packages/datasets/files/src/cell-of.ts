import type { Cell, Row } from '@touchstone/core';

/** A cell by its column's name, whatever the name: `constructor` is missing where there is no such column. */
export function cellOf(row: Row, column: string): Cell {
  return Object.hasOwn(row, column) ? row[column] : undefined;
}
