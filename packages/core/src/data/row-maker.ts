import { setMember } from './read-cell.ts';

/**
 * Makes rows of cells that come in the order of the columns. A column named `__proto__` is a column like any other.
 *
 * @example
 * const makeRow = rowMaker(['question', 'answer']);
 * makeRow(['Capital?', 'Seoul']); // { question: 'Capital?', answer: 'Seoul' }
 */
export function rowMaker<Cell>(columns: readonly string[]): (cells: readonly Cell[]) => Record<string, Cell | undefined> {
  return (cells) => {
    const row: Record<string, Cell | undefined> = {};
    let index = 0;
    for (const column of columns) setMember(row, column, cells[index++]);
    return row;
  };
}
