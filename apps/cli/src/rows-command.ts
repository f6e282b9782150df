import { formatRows, type ScoredRow, worstRows } from '@touchstone/core';
import { EXIT } from './exit-codes.ts';
import { type StoreFlags, withTouchstone } from './open-touchstone.ts';
import { print, printWidth, say } from './say.ts';
import { checkOutputFile, writeWhole } from './write-file.ts';

interface RowsFlags extends StoreFlags {
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
  checkOutputFile('--to', flags.to);
  return withTouchstone(flags, async ({ touchstone }) => {
    const result = await touchstone.result(ref);
    const { plans } = result;
    const wanted = flags.failed === true ? failedRows(result.rows()) : result.rows();
    const limit = flags.limit ?? (flags.to === undefined && flags.json !== true ? SHOWN : Number.POSITIVE_INFINITY);
    const rows =
      flags.worst === undefined ? firstRows(wanted, limit) : await worstRows(wanted, { plans, metric: flags.worst, limit });
    if (flags.to !== undefined) await writeRows(rows, flags.to);
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

async function* firstRows(rows: Rows, limit: number): AsyncGenerator<ScoredRow> {
  let count = 0;
  for await (const row of rows) {
    if (count++ >= limit) return;
    yield row;
  }
}

async function writeRows(rows: Rows, path: string): Promise<void> {
  let count = 0;
  const lines = async function* (): AsyncGenerator<string> {
    for await (const row of rows) {
      count++;
      yield `${JSON.stringify(row.columns)}\n`;
    }
  };
  await writeWhole(path, lines());
  say(`${count} ${count === 1 ? 'row' : 'rows'} written to ${path}.`);
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
