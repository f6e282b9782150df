/**
 * Makes rows of cells that come in the order of the columns. A column named `__proto__` is a column like any other.
 *
 * @example
 * const makeRow = rowMaker(['question', 'answer']);
 * makeRow(['Capital?', 'Seoul']); // { question: 'Capital?', answer: 'Seoul' }
 */
export function rowMaker<Cell>(columns: readonly string[]): (cells: readonly Cell[]) => Record<string, Cell | undefined> {
  // Assigning to `__proto__` would set the prototype instead. fromEntries defines, and takes several times as long.
  if (columns.includes('__proto__')) {
    return (cells) => Object.fromEntries(columns.map((column, index) => [column, cells[index]]));
  }
  return (cells) => {
    const row: Record<string, Cell | undefined> = {};
    let index = 0;
    for (const column of columns) row[column] = cells[index++];
    return row;
  };
}
