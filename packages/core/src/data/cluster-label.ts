import type { Row } from '../contracts/index.ts';
import { TouchstoneError } from '../errors/touchstone-error.ts';

/**
 * The label in the cluster column, as text.
 * @throws TouchstoneError `missing-cluster`
 */
export function clusterLabel(column: string, row: Row, ordinal: number): string {
  const cell = row[column];
  if (typeof cell === 'string' || typeof cell === 'number' || typeof cell === 'boolean') return String(cell);
  const what = cell === undefined ? 'no cell' : cell === null ? 'null' : 'a list or object';
  throw new TouchstoneError(
    'missing-cluster',
    `Row ${ordinal + 1} has ${what} in the cluster column '${column}': every row needs a label there, because intervals depend on which rows belong together.`,
  );
}
