import type { Row, RowTask, StoredRow } from '../contracts/index.ts';
import { canonicalJson } from '../data/canonical-json.ts';

/** What differs between a stored row and the same row now; `undefined` when nothing does. */
export function rowDifference(stored: StoredRow, now: RowTask): string | undefined {
  const cells = cellDifference(stored.row, now.row);
  return cells === undefined && stored.key !== now.key ? 'has another key' : cells;
}

function cellDifference(stored: Row, now: Row): string | undefined {
  for (const column of new Set([...Object.keys(stored), ...Object.keys(now)])) {
    if (!(column in now)) return `has no '${column}' any more`;
    if (!(column in stored)) return `has '${column}' now`;
    if (canonicalJson(stored[column] ?? null) !== canonicalJson(now[column] ?? null)) return `has another '${column}'`;
  }
  return undefined;
}
