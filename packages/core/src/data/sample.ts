import { sampleIndices } from '@touchstone/stats';
import type { Row } from '../contracts/index.ts';
import { type Problem, throwProblems } from '../errors/touchstone-error.ts';
import { isSync, type OpenedData, type Rows, toArray } from './opened-data.ts';

/** Which rows of the data are evaluated. */
export interface Selection {
  /** The first n rows. */
  readonly limit?: number;
  /** n rows at random, of those that `limit` leaves. */
  readonly sample?: number;
  /** Integer in [0, 2⁵³); the same seed draws the same rows from data of the same size. */
  readonly seed: number;
}

export interface SelectedRow {
  /** Position in the data, from 0; selecting does not change it. */
  readonly ordinal: number;
  readonly row: Row;
}

/**
 * Ordinals of the selected rows, ascending. Rows are drawn without replacement (see `sampleIndices` of `@touchstone/stats`).
 * @throws TouchstoneError `bad-selection`
 */
export function selectOrdinals(selection: Selection & { readonly size: number }): Uint32Array {
  throwProblems(selectionProblems(selection));
  const { size, limit = size, sample = size, seed } = selection;
  return sampleIndices(Math.min(size, limit), sample, seed);
}

/** What is wrong with a selection, one problem an option. */
function selectionProblems({ limit, sample, seed }: Selection): readonly Problem[] {
  const problems: Problem[] = [];
  const add = (message: string) => problems.push({ code: 'bad-selection', message });
  if (limit !== undefined && !isCount(limit))
    add(`limit is a number of rows, a whole number of at least 1, not ${String(limit)}.`);
  if (sample !== undefined && !isCount(sample))
    add(`sample is a number of rows, a whole number of at least 1, not ${String(sample)}.`);
  if (!Number.isSafeInteger(seed) || seed < 0) add(`seed is a whole number of at least 0, not ${String(seed)}.`);
  return problems;
}

/** Number of rows that will be evaluated, when it is known without reading them. */
export function selectedSize(size: number | undefined, { limit, sample }: Selection): number | undefined {
  return size === undefined ? undefined : Math.min(size, limit ?? size, sample ?? size);
}

/**
 * The selected rows in data order, each with its position in the data; reading stops after the last one.
 *
 * A sample needs the number of rows. Where that is unknown, data that can be read again are counted in a pass of their
 * own, and data that can be read once are held in memory, up to `limit`.
 *
 * @throws TouchstoneError `bad-selection`, and what reading throws
 */
export function selectedRows(data: OpenedData, selection: Selection): Iterable<SelectedRow> | AsyncIterable<SelectedRow> {
  throwProblems(selectionProblems(selection));
  const { limit = Number.POSITIVE_INFINITY, sample } = selection;
  if (sample !== undefined && data.size === undefined) return sampledOfUnknown(data, selection);
  const wanted = sample === undefined || data.size === undefined ? undefined : selectOrdinals({ ...selection, size: data.size });
  const rows = data.rows();
  return isSync(rows) ? picked(rows, limit, wanted) : pickedAsync(rows, limit, wanted);
}

function isCount(n: number): boolean {
  return Number.isSafeInteger(n) && n >= 1;
}

/** The rows at the wanted ordinals, or the first `limit`. */
function* picked(rows: Iterable<Row>, limit: number, wanted?: Uint32Array): Generator<SelectedRow> {
  const last = wanted === undefined ? limit - 1 : (wanted.at(-1) ?? -1);
  let [ordinal, next] = [0, 0];
  for (const row of rows) {
    if (wanted === undefined || wanted[next] === ordinal) {
      yield { ordinal, row };
      next += 1;
    }
    if (ordinal >= last) return;
    ordinal += 1;
  }
}

async function* pickedAsync(rows: Rows, limit: number, wanted?: Uint32Array): AsyncGenerator<SelectedRow> {
  const last = wanted === undefined ? limit - 1 : (wanted.at(-1) ?? -1);
  let [ordinal, next] = [0, 0];
  for await (const row of rows) {
    if (wanted === undefined || wanted[next] === ordinal) {
      yield { ordinal, row };
      next += 1;
    }
    if (ordinal >= last) return;
    ordinal += 1;
  }
}

async function* sampledOfUnknown(data: OpenedData, selection: Selection): AsyncGenerator<SelectedRow> {
  const limit = selection.limit ?? Number.POSITIVE_INFINITY;
  if (data.rereadable) {
    let size = 0;
    for await (const _ of pickedAsync(data.rows(), limit)) size += 1;
    yield* pickedAsync(data.rows(), limit, selectOrdinals({ ...selection, size }));
    return;
  }
  const held = await toArray(pickedAsync(data.rows(), limit));
  for (const ordinal of selectOrdinals({ ...selection, size: held.length })) {
    const selected = held[ordinal];
    if (selected !== undefined) yield selected;
  }
}
