import type { Dataset, MetricHead } from '../contracts/index.ts';
import type { CellAt, ColumnNames, IsOpen, IsUnion, Literal } from './row-types.ts';

/** All that `evaluate` was told about columns. Named fields of one type, so that an editor shows a mistake in a place one can read. */
interface ColumnSpace {
  /** The data's row. */
  readonly row: unknown;
  /** The model's output; `unknown` without a model, for opaque ones, and while TypeScript has not looked at an inline function yet. */
  readonly output: unknown;
  /** Type of the targets, or {@link Missing}. */
  readonly targets: unknown;
  /** Type of the prediction, {@link Missing} or {@link NotChosen}. */
  readonly prediction: unknown;
  /** The column that was named as the prediction. */
  readonly predictions: unknown;
  /** Type of `inputs`, where the data has no column of that name. */
  readonly inputs: unknown;
  /** Needed name → column. */
  readonly mapping: unknown;
}

/**
 * The metric itself when every column that it needs is there with the right type; else a sentence that says what is wrong.
 * An element of `extraMetrics` has this type, so the sentence is what the compiler prints.
 */
export type CheckedMetric<S extends ColumnSpace, X, Registered> =
  (X extends keyof Registered ? Registered[X] : X) extends MetricHead<infer Name, infer In>
    ? [Problem<S, In>] extends [never]
      ? X
      : `${Name}: ${Problem<S, In>}`
    : X;

/** A metric with open needs names none, so there is nothing to check before the rows are read. */
type Problem<S extends ColumnSpace, In> = string extends keyof In
  ? never
  : {
      [K in keyof In & string]-?: ProblemOf<
        K,
        In[K],
        Find<S, K extends keyof S['mapping'] ? S['mapping'][K] : K>,
        Nothing extends Pick<In, K> ? true : false
      >;
    }[keyof In & string];

type Nothing = Readonly<Record<never, never>>;

type ProblemOf<K extends string, Wanted, Have, Optional> = unknown extends Have
  ? never
  : [Have] extends [Missing]
    ? Optional extends true
      ? never
      : MissingColumn<K>
    : [Have] extends [NotChosen]
      ? "the model returns several outputs: say which one is the prediction with predictions: '…'"
      : [Exclude<Have, null | undefined>] extends [Widened<Wanted>]
        ? never
        : `column '${K}' has the wrong type${Kinds<Exclude<Have, null | undefined>, Exclude<Wanted, undefined>>}`;

type MissingColumn<K extends string> = K extends 'targets'
  ? "needs targets: say which column holds them with targets: '…'"
  : `needs column '${K}': add it, or map it with columns: { ${K}: '…' }`;

/** Where a column comes from, in the order of the plan: targets, prediction, a column of the data, inputs, another output of the model. */
type Find<S extends ColumnSpace, K> = K extends 'targets'
  ? [S['targets']] extends [Missing]
    ? FindInData<S, K>
    : S['targets']
  : K extends 'predictions' | S['predictions']
    ? S['prediction']
    : FindInData<S, K>;

type FindInData<S extends ColumnSpace, K> =
  K extends ColumnNames<S['row']>
    ? CellAt<S['row'], K>
    : true extends IsOpen<S['row']> | IsOpenMapping<S['mapping']>
      ? unknown
      : K extends 'inputs'
        ? S['inputs']
        : K extends 'targets'
          ? Missing
          : // Predictions that are a column of the data: there is no model that would add another.
            IsColumnOfData<S['predictions'], S['row']> extends true
            ? Missing
            : K extends ColumnNames<S['output']>
              ? CellAt<S['output'], K>
              : unknown extends S['output']
                ? unknown
                : [S['output']] extends [object]
                  ? IsOpen<S['output']> extends true
                    ? unknown
                    : Missing
                  : Missing;

// Nobody said: `never` would pass as any column.
type IsColumnOfData<P, R> = [P] extends [never] ? false : P extends ColumnNames<R> ? true : false;

// An empty mapping is closed, unlike an empty row.
type IsOpenMapping<Mapping> = string extends keyof Mapping ? true : false;

/** A column that is nowhere. */
interface Missing {
  readonly missing: unique symbol;
}

/** A model with several outputs, and nobody said which is the prediction. */
interface NotChosen {
  readonly notChosen: unique symbol;
}

/** The type of the targets: of the column, of the elements of an array. A `Dataset` may declare a column that its type does not know. */
export type TargetsType<D, R, T> = [T] extends [never]
  ? D extends Dataset
    ? unknown
    : Missing
  : IsUnion<T> extends true
    ? unknown
    : T extends readonly (infer Target)[]
      ? Target
      : CellAt<R, T>;

/** The type of the prediction: a column of the data, the model's text, the output that was named, or its only one. */
export type PredictionType<R, O, P> = [P] extends [never]
  ? IsNamed<O> extends true
    ? OnlyOutput<O>
    : O
  : IsUnion<P> extends true
    ? unknown
    : P extends ColumnNames<R>
      ? CellAt<R, P>
      : IsNamed<O> extends true
        ? CellAt<O, P>
        : O;

/** The type of `inputs`: one column is that cell, several are an object of them. */
export type InputsType<R, I> = [I] extends [never]
  ? unknown
  : I extends string
    ? [Literal<I>] extends [never]
      ? unknown
      : CellAt<R, I>
    : unknown;

/** Whether an output is an object of named outputs, and not a text or another value. */
type IsNamed<O> = unknown extends O
  ? false
  : [O] extends [readonly unknown[] | Date]
    ? false
    : [O] extends [object]
      ? true
      : false;

type OnlyOutput<O> =
  IsOpen<O> extends true ? unknown : IsUnion<ColumnNames<O>> extends true ? NotChosen : CellAt<O, ColumnNames<O>>;

/** What may be named as the prediction or in a mapping: any name for a text or an unknown output, else one of the outputs. */
export type OutputName<O> = IsNamed<O> extends true ? (IsOpen<O> extends true ? string & {} : ColumnNames<O>) : string & {};

/** What a mapping may point to in the output; a text has no columns. */
export type OutputColumn<O> = unknown extends O ? string & {} : IsNamed<O> extends true ? OutputName<O> : never;

/** With a model, `predictions` names an output, and a column of the data of the same name would make it ambiguous. */
export type CheckedPredictions<R, O, P> = unknown extends O
  ? P
  : IsOpen<R> extends true
    ? P
    : IsUnion<P> extends true
      ? P
      : P extends ColumnNames<R>
        ? `with a model, predictions names one of its outputs, and '${P}' is a column of the data`
        : P;

// Literal rows have cells of type `string`, also where a schema lists the texts that it accepts: such cells are checked one by one.
type Widened<V> = V extends string ? string : V extends number ? number : V extends boolean ? boolean : V;

/** Left out where it would say nothing: two lists of different elements, a union. */
type Kinds<Have, Wanted> = [KindOf<Have> | KindOf<Wanted>] extends [never]
  ? ''
  : KindOf<Have> extends KindOf<Wanted>
    ? ''
    : `: it is ${KindOf<Have>}, and must be ${KindOf<Wanted>}`;

type KindOf<V> = [V] extends [string]
  ? 'text'
  : [V] extends [number]
    ? 'a number'
    : [V] extends [boolean]
      ? 'true or false'
      : [V] extends [readonly unknown[]]
        ? 'a list'
        : [V] extends [object]
          ? 'an object'
          : never;
