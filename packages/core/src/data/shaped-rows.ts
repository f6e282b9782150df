import type { Row } from '../contracts/index.ts';
import { TouchstoneError } from '../errors/touchstone-error.ts';
import { kindOfJson } from './json-mistakes.ts';
import { isSync, type Rows } from './opened-data.ts';
import { type RowShape, shapeOf, shapeRow } from './row-shape.ts';

/** Rows before they were read: objects, texts or lists. */
export type Items = Iterable<unknown> | AsyncIterable<unknown>;

interface Shaping {
  readonly featureNames?: readonly string[];
  /** For messages about the size. */
  readonly name?: string;
  /** The number of rows that the source promised. */
  readonly size?: number;
}

/**
 * Items of any source as rows; the first one decides what they are. Synchronous when the source is.
 * @throws (while reading) TouchstoneError `bad-row`, `mixed-rows`, `ragged-rows`, `bad-cell`, `bad-feature-names`, `wrong-size`
 */
export function shapedRows(items: Items, shaping: Shaping): Rows {
  return isSync(items) ? shapedSync(items, shaping) : shapedAsync(items, shaping);
}

/** `shapedRows` of a source that is known to be synchronous. */
export function* shapedSync(items: Iterable<unknown>, shaping: Shaping): Generator<Row> {
  let shape: RowShape | undefined;
  let ordinal = 0;
  for (const item of items) {
    shape ??= shapeOf(item, shaping.featureNames);
    yield shapeRow(shape, item, ordinal++);
  }
  checkSize(ordinal, shaping);
}

async function* shapedAsync(items: AsyncIterable<unknown>, shaping: Shaping): AsyncGenerator<Row> {
  let shape: RowShape | undefined;
  let ordinal = 0;
  for await (const item of items) {
    shape ??= shapeOf(item, shaping.featureNames);
    yield shapeRow(shape, item, ordinal++);
  }
  checkSize(ordinal, shaping);
}

/** A sample was drawn from the promised size, so another number of rows would make it another sample. */
function checkSize(rows: number, { name = 'data', size }: Shaping): void {
  if (size === undefined || rows === size) return;
  throw new TouchstoneError(
    'wrong-size',
    `'${name}' says that it has ${size} rows, but gave ${rows}; leave size out, or make it true.`,
  );
}

/**
 * A function that gives the items anew at every call, from one that may return an iterable, an async iterable, or a promise of one.
 * @param what how errors call the function
 * @throws (also while reading) TouchstoneError `bad-data` when it returns something else, `already-read` when it returns the same iterator again
 */
export function itemsOf(make: () => unknown, what: string): () => Items {
  let last: unknown;
  const check = (made: unknown): Items => {
    if (typeof made !== 'object' || made === null || !isItems(made)) {
      const given = made === undefined ? 'undefined' : kindOfJson(made);
      throw new TouchstoneError('bad-data', `${what} returned ${given}; it must return an iterable or async iterable of rows.`);
    }
    if (made === last && 'next' in made) {
      throw new TouchstoneError(
        'already-read',
        `${what} returned the same iterator again, which can be read once only; make a new one at every call.`,
      );
    }
    last = made;
    return made;
  };
  return () => {
    const made = make();
    return made instanceof Promise ? later(made.then(check)) : check(made);
  };
}

function isItems(value: object): value is Items {
  return Symbol.iterator in value || Symbol.asyncIterator in value;
}

async function* later(items: Promise<Items>): AsyncGenerator<unknown> {
  yield* await items;
}

/** Lets a source that can be read once say so, where a second pass would find it empty. */
export function onlyOnce(rows: () => Rows, what: string): () => Rows {
  let state: 'unread' | 'read' = 'unread';
  return () => {
    if (state === 'read') {
      throw new TouchstoneError(
        'already-read',
        `${what} can be read once only and was read already; give a function that makes the iterable, so that it can be read again.`,
      );
    }
    state = 'read';
    return rows();
  };
}
