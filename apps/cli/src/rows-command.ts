import { checkNoSweep, formatRows, locateRun, type Row, type ScoredRow, storedResult, worstRows } from '@touchstone/core';
import { type DataOfRows, dataOfRows } from './data-of-rows.ts';
import { EXIT } from './exit-codes.ts';
import { type StoreFlags, withTouchstone } from './open-touchstone.ts';
import { print, printWidth, say } from './say.ts';
import { checkTableFile, type TableFlags, writeTable } from './table-file.ts';

interface RowsFlags extends StoreFlags, TableFlags {
  readonly worst?: string;
  readonly failed?: boolean;
  readonly limit?: number;
  readonly to?: string;
  readonly json?: boolean;
}

/** Rows shown to people unless they say how many. */
const SHOWN = 10;

/** `touchstone rows`: rows of a run, the worst or the failed ones. */
export async function rowsCommand(ref: string, flags: RowsFlags): Promise<number> {
  checkTableFile('--to', flags.to, flags);
  return withTouchstone(flags, async ({ touchstone }) => {
    const found = await locateRun(touchstone.store, ref);
    await checkNoSweep(found.store.catalog, found.run);
    const result = await storedResult(found.store, found.run);
    const { plans } = result;
    const data = dataOfRows(result, found);
    const wanted = (): Rows => (flags.failed === true ? failedRows(data.rows()) : data.rows());
    const limit = flags.limit ?? (flags.to === undefined && flags.json !== true ? SHOWN : Number.POSITIVE_INFINITY);
    const rows =
      flags.worst === undefined ? firstRows(wanted, limit) : await worstRows(wanted(), { plans, metric: flags.worst, limit });
    if (flags.to !== undefined) await writeRows(rows, flags.to, { ...flags, data });
    else if (flags.json === true) await printJson(rows);
    else await printRows(rows, (shown) => formatRows(shown, { plans, width: printWidth() }), flags);
    return EXIT.ok;
  });
}

type Rows = AsyncIterable<ScoredRow> | Iterable<ScoredRow>;

async function* failedRows(rows: Rows): AsyncGenerator<ScoredRow> {
  for await (const row of rows) {
    if (Object.values(row.scores).some((score) => score.status === 'failed')) yield row;
  }
}

/** Each reading starts again at the first row, as a Parquet file needs. */
function firstRows(rows: () => Rows, limit: number): Rows {
  return {
    async *[Symbol.asyncIterator]() {
      let count = 0;
      for await (const row of rows()) {
        if (count++ >= limit) return;
        yield row;
      }
    },
  };
}

/** Those of all rows of the run, so that a header does not depend on which rows are asked for. */
async function columnsOf(rows: Rows): Promise<readonly string[]> {
  const columns = new Set<string>();
  for await (const row of rows) for (const column of Object.keys(row.columns)) columns.add(column);
  return [...columns];
}

/** Failed rows as the data had them, to be evaluated again; others with all that came of them. */
async function writeRows(
  rows: Rows,
  path: string,
  { data, failed, ...flags }: TableFlags & { readonly data: DataOfRows; readonly failed?: boolean },
): Promise<void> {
  let count = 0;
  const table = {
    async *[Symbol.asyncIterator]() {
      count = 0;
      for await (const row of failed === true ? data.dataOf(rows) : columnsOfRows(rows)) {
        count++;
        yield row;
      }
    },
  };
  await writeTable(path, table, { ...flags, columns: failed === true ? data.columns : await columnsOf(data.rows()) });
  say(`${count} ${count === 1 ? 'row' : 'rows'} written to ${path}.`);
}

async function* columnsOfRows(rows: Rows): AsyncGenerator<Row> {
  for await (const { columns } of rows) yield columns;
}

/** One document, but never all of it in memory. */
async function printJson(rows: Rows): Promise<void> {
  let separator = '{ "rows": [\n';
  for await (const row of rows) {
    if (!(await print(`${separator}${JSON.stringify(row)}`))) return;
    separator = ',';
  }
  await print(separator === ',' ? '] }' : '{ "rows": [] }');
}

async function printRows(rows: Rows, format: (rows: readonly ScoredRow[]) => string, flags: RowsFlags): Promise<void> {
  const shown: ScoredRow[] = [];
  for await (const row of rows) shown.push(row);
  if (shown.length > 0) await print(format(shown));
  else if (flags.failed === true) say('No row failed.');
  else say(flags.worst === undefined ? 'The run has no rows.' : `${flags.worst} scored no row.`);
}
