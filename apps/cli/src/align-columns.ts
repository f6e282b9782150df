import { displayWidth, padEnd, wrap } from '@touchstone/core';

/** The last column is wrapped only where this much is left for it. */
const LEAST = 24;

/**
 * A plain text table: cells padded to their column, two blanks between them.
 *
 * @param width cells of a line; the last column is wrapped to fit, and nothing is when it is left out
 */
export function alignColumns(rows: readonly (readonly string[])[], width = Number.POSITIVE_INFINITY): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [index, cell] of row.slice(0, -1).entries()) widths[index] = Math.max(widths[index] ?? 0, displayWidth(cell));
  }
  const indent = widths.reduce((sum, column) => sum + column + 2, 0);
  return rows
    .flatMap((row) => {
      const head = row.slice(0, -1).map((cell, index) => `${padEnd(cell, widths[index] ?? 0)}  `);
      const last = row.at(-1) ?? '';
      const lines = width - indent < LEAST ? [last] : wrap(last, width - indent);
      return lines.map((line, index) => `${index === 0 ? head.join('') : ' '.repeat(indent)}${line}`.trimEnd());
    })
    .join('\n');
}
