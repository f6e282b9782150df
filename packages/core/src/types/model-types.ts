import type { LanguageModel, Model, ModelCall } from '../contracts/index.ts';
import type { LoadedModel } from '../logged-models/loaded-model.ts';
import type { ChatModel } from '../models/chat.ts';

/**
 * A function as a model: a row's features in, a text or an object of named outputs out.
 *
 * @example model: async ({ question }, { signal }) => answer(question, { signal })
 */
type ModelFunction<Features, O> = (row: Features, call: ModelCall) => O | Promise<O>;

/**
 * A model that answers many rows in one call; what `batchModel` makes.
 *
 * @typeParam R the features that it reads
 * @typeParam O its output for one row
 */
export interface BatchModel<R extends object = object, O = unknown> extends Model {
  readonly '~features'?: (row: R) => void;
  readonly '~out'?: O;
}

/**
 * The function that `batchModel` takes. `calls[i]` belongs to `rows[i]`. Without an annotation rows are typed as `JSON.parse` types them;
 * with one, `evaluate` checks it against the data.
 */
export type BatchFunction<R extends object, B extends BatchOutput> = (
  rows: readonly R[],
  calls: readonly ModelCall[],
) => B | Promise<B>;

/** Rows of which nothing is known. */
export type AnyFeatures = ReturnType<typeof JSON.parse>;

/** One output a row, or a map of columns with one cell a row: `{ answer: […], context: […] }`. */
export type BatchOutput = readonly unknown[] | Readonly<Record<string, readonly unknown[]>>;

/** The output for one row of a batch function that returns `B`. */
export type OutputOf<B> = B extends readonly (infer O)[]
  ? O
  : { readonly [Column in keyof B]: B[Column] extends readonly (infer Cell)[] ? Cell : never };

/** What `evaluate` takes as its model. The output of a `Model` object or URI is not known before it answers: its columns are checked then. */
export type ModelOption<Features, O> =
  | ModelFunction<Features, O>
  | BatchModel<Features & object, O>
  | OpaqueModel
  | ChatModel
  | LanguageModel
  | LoadedModel
  | string;

// A batch model must not pass as just any model, or nobody would look at its features.
type OpaqueModel = Model & { readonly '~out'?: never };
