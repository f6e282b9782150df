import type { JournalReader, Plan } from '../contracts/index.ts';
import type { OpenedData } from '../data/opened-data.ts';
import { rowDifference } from './row-difference.ts';
import { selectedTasks } from './row-tasks.ts';

/** A stored row that is another one in the data as it is now, or that is not there any more. */
export interface ChangedRow {
  readonly ordinal: number;
  /** `has another 'answer'` */
  readonly what: string;
}

/** Compares the stored rows with the data as it is now, in one pass over both. */
export async function dataChanges(plan: Plan, data: OpenedData, stored: JournalReader): Promise<readonly ChangedRow[]> {
  const changes: ChangedRow[] = [];
  const now = selectedTasks(plan, data)[Symbol.asyncIterator]();
  let next = await now.next();
  for await (const rows of stored.rows()) {
    for (const row of rows) {
      while (next.done !== true && next.value.ordinal < row.ordinal) next = await now.next();
      const there = next.done !== true && next.value.ordinal === row.ordinal ? next.value : undefined;
      const what = there === undefined ? 'is not there any more' : rowDifference(row, there);
      if (what !== undefined) changes.push({ ordinal: row.ordinal, what });
    }
  }
  await now.return(undefined);
  return changes;
}

/** `2 of the 60 stored rows: row 17 has another 'answer'; row 30 is not there any more`, the first few of them. */
export function changesText(changes: readonly ChangedRow[], stored: number): string {
  const listed = changes.slice(0, LISTED).map(({ ordinal, what }) => `row ${ordinal + 1} ${what}`);
  const more = changes.length - listed.length;
  return `${changes.length} of the ${stored} stored ${stored === 1 ? 'row' : 'rows'}: ${[...listed, ...(more > 0 ? [`and ${more} more`] : [])].join('; ')}`;
}

const LISTED = 3;
