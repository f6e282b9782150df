import type { Json } from '../contracts/index.ts';
import { type DisplayBundle, displayBundle } from './display-bundle.ts';
import { truncate } from './display-text.ts';
import type { ResultTable } from './result-table.ts';

/** Rows of a table that a notebook shows. */
const SHOWN = 20;

/** The beginning of a table for a notebook. It reads no more rows than it shows, besides the chunk they are stored in. */
export async function displayTable(table: ResultTable): Promise<DisplayBundle> {
  const columns = await table.columns();
  const rows: (readonly Json[])[] = [];
  for await (const lines of table.lines(columns)) {
    rows.push(...lines.slice(0, SHOWN + 1 - rows.length));
    if (rows.length > SHOWN) break;
  }
  const more = rows.length > SHOWN;
  const shown = rows.slice(0, SHOWN);
  const caption = `${table.name} · ${more ? `the first ${SHOWN} rows` : `${shown.length} ${shown.length === 1 ? 'row' : 'rows'}`}`;
  return displayBundle([truncate(caption, 80), ...shown.map((row) => JSON.stringify(row))].join('\n'), {
    caption,
    head: columns,
    rows: shown,
  });
}
