import type { Row } from '../contracts/index.ts';
import { TouchstoneError } from '../errors/touchstone-error.ts';
import { isSync, type OpenedData, type Rows } from './opened-data.ts';
import { onlyOnce } from './shaped-rows.ts';

export interface Peeked {
  /** The first rows; all of them when the data is an array in memory. */
  readonly rows: readonly Row[];
  /** Whether `rows` are all there are. */
  readonly complete: boolean;
  /** The columns of `rows`, in the order in which they appear. */
  readonly columns: readonly string[];
  /** The data to go on with: gives the first rows again, also where they could be read only once. */
  readonly data: OpenedData;
}

/**
 * Looks at the first rows before anything is started, and loses none.
 * @param n how many rows of data that is not in memory
 * @throws TouchstoneError `empty-data` when there are no rows, and what reading them throws
 */
export async function peekRows(data: OpenedData, n = 1000): Promise<Peeked> {
  const limit = data.inMemory ? Number.POSITIVE_INFINITY : n;
  const source = data.rows();
  const { rows, complete, rest, close } = isSync(source)
    ? take(source[Symbol.iterator](), limit)
    : await takeAsync(source[Symbol.asyncIterator](), limit);
  if (rows.length === 0) {
    const name = data.name === 'data' ? 'data' : `'${data.name}'`;
    throw new TouchstoneError('empty-data', `${name} has no rows; there is nothing to evaluate.`);
  }
  const seen = { rows, complete, columns: columnsOf(rows) };
  if (!data.rereadable) return { ...seen, data: { ...data, rows: onlyOnce(rest, `'${data.name}'`) } };
  await close();
  return { ...seen, data };
}

/** The first rows of a source, and how to go on. */
interface Taken {
  readonly rows: readonly Row[];
  readonly complete: boolean;
  /** The taken rows and those after them. */
  readonly rest: () => Rows;
  readonly close: () => unknown;
}

function take(source: Iterator<Row>, limit: number): Taken {
  const rows: Row[] = [];
  let complete = false;
  while (rows.length < limit && !complete) {
    const next = source.next();
    if (next.done === true) complete = true;
    else rows.push(next.value);
  }
  return { rows, complete, rest: () => resumed(rows, source), close: () => source.return?.() };
}

async function takeAsync(source: AsyncIterator<Row>, limit: number): Promise<Taken> {
  const rows: Row[] = [];
  let complete = false;
  while (rows.length < limit && !complete) {
    const next = await source.next();
    if (next.done === true) complete = true;
    else rows.push(next.value);
  }
  return { rows, complete, rest: () => resumedAsync(rows, source), close: () => source.return?.() };
}

function* resumed(rows: readonly Row[], source: Iterator<Row>): Generator<Row> {
  try {
    yield* rows;
    for (let next = source.next(); next.done !== true; next = source.next()) yield next.value;
  } finally {
    source.return?.();
  }
}

async function* resumedAsync(rows: readonly Row[], source: AsyncIterator<Row>): AsyncGenerator<Row> {
  try {
    yield* rows;
    for (let next = await source.next(); next.done !== true; next = await source.next()) yield next.value;
  } finally {
    await source.return?.();
  }
}

function columnsOf(rows: readonly Row[]): readonly string[] {
  const columns = new Set<string>();
  for (const row of rows) for (const column in row) columns.add(column);
  return [...columns];
}
