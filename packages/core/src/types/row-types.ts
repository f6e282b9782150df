import type { Dataset } from '../contracts/index.ts';

/** What `evaluate` reads rows from: a file's path, texts, lists of cells, any iterable of rows, a function that returns one, a `Dataset`. */
export type Data = string | Rows<string | object> | (() => Rows<string | object> | Promise<Rows<string | object>>) | Dataset;

type Rows<R> = Iterable<R> | AsyncIterable<R>;

/** Data that takes its targets as an array beside it, and its column names from `featureNames`. */
type ListData = readonly string[] | readonly (readonly unknown[])[];

/**
 * The row type of some data. Texts and lists have the columns that `featureNames` (`F`) says; a text has `inputs` when it says none.
 * What cannot be known (a file's rows, `any`, lists without names) is open: its columns are checked when the data is read.
 */
export type DataRow<D, F extends string = never> = unknown extends D
  ? OpenRow
  : D extends string
    ? OpenRow
    : RowOfItem<ItemOf<D>, F>;

type OpenRow = Readonly<Record<string, unknown>>;

type ItemOf<D> =
  D extends Iterable<infer R>
    ? R
    : D extends AsyncIterable<infer R>
      ? R
      : D extends Dataset<infer R>
        ? R
        : D extends () => Rows<infer R> | Promise<Rows<infer R>>
          ? R
          : never;

// `unknown extends R` comes first: rows of `any` would otherwise take every branch at once.
type RowOfItem<R, F extends string> = unknown extends R
  ? OpenRow
  : R extends string
    ? Readonly<Record<[F] extends [never] ? 'inputs' : F, string>>
    : R extends readonly unknown[]
      ? [F] extends [never]
        ? OpenRow
        : Readonly<Record<F, unknown>>
      : R;

/** True where the column names of a row are not known: `any`, `unknown`, `object`, an index signature. */
export type IsOpen<R> = unknown extends R ? true : string extends keyof R ? true : [keyof R] extends [never] ? true : false;

/** Names of the known columns; of a union of rows, those of any of them. */
export type ColumnNames<R> = R extends object ? Extract<keyof R, string> : never;

/** What may stand where a column of the row is named. `string & {}` instead of `string` keeps the literal that was typed. */
export type ColumnOf<R> = IsOpen<R> extends true ? string & {} : ColumnNames<R>;

/** What may stand in `targets`: a column, or for {@link ListData} the targets themselves. */
export type TargetsOf<D, R> = D extends ListData ? ColumnOf<R> | readonly unknown[] : ColumnOf<R>;

/** What may stand in `featureNames`: columns to choose, or for rows without names the names to give. */
export type FeatureNameOf<D> = D extends ListData
  ? string
  : unknown extends D
    ? string
    : D extends string
      ? string
      : FeatureNameOfItem<ItemOf<D>>;

type FeatureNameOfItem<R> = unknown extends R ? string : R extends string | readonly unknown[] ? string : ColumnOf<R>;

/**
 * What a model is given: the columns but for the hidden ones (targets, id, cluster), or exactly those that `featureNames` chooses.
 * Rows of which nothing is known are typed as `JSON.parse` types them: the model's own parameter says what it expects.
 */
export type Features<R, Hidden, F extends string = never> =
  IsOpen<R> extends true
    ? ReturnType<typeof JSON.parse>
    : R extends unknown
      ? [F] extends [never]
        ? [Hidden] extends [never]
          ? R
          : Omit<R, Hidden & string>
        : Pick<R, Extract<keyof R, F>>
      : never;

/** The columns that a model does not see, of what was inferred for `targets` (`T`) and for `id` and `cluster` (`K`). */
export type Hidden<R, T, K> = Literal<T> | ([ColumnNames<R>] extends [K] ? never : K);

/** The type of a cell after it was read: bigints, dates and decimals become text. A column that only some rows have may be `undefined`. */
export type CellAt<R, K> = unknown extends R
  ? unknown
  : R extends unknown
    ? K extends keyof R
      ? ReadCell<R[K]>
      : undefined
    : never;

type ReadCell<Value> = unknown extends Value
  ? unknown
  : Value extends string | number | boolean | null | undefined
    ? Value
    : Value extends bigint | Date | { toFixed(digits?: number): string }
      ? string
      : Value;

/** The one column that was named. Of a name that is no column, TypeScript makes the union of all columns: then nothing was named. */
export type Literal<Name> = [IsUnion<Name>] extends [true] ? never : Name extends string ? Name : never;

export type IsUnion<U, Member = U> = [U] extends [never]
  ? false
  : Member extends unknown
    ? [U] extends [Member]
      ? false
      : true
    : never;
