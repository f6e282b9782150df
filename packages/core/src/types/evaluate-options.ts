import type { EvaluatorSource, Json, LanguageModel, Metric, PlannedAccount, RunStore } from '../contracts/index.ts';
import type { CacheOption, CassetteOption, Progress, ResumeOptions, RunOptions } from '../plan/evaluate-request.ts';
import type {
  CheckedMetric,
  CheckedPredictions,
  InputsType,
  OutputColumn,
  OutputName,
  PredictionType,
  TargetsType,
} from './column-check.ts';
import type { ModelOption } from './model-types.ts';
import type { ColumnNames, ColumnOf, Data, DataRow, FeatureNameOf, Features, Hidden, TargetsOf } from './row-types.ts';

export type { CacheOption, CassetteOption, Progress, RunOptions };

/**
 * Options of `evaluate`. All type parameters are inferred from the call; columns are checked against the data's rows and the model's output.
 *
 * @typeParam D data
 * @typeParam T targets
 * @typeParam P predictions
 * @typeParam O the model's output
 * @typeParam Map needed name → column
 * @typeParam M the metrics
 * @typeParam I inputs
 * @typeParam K id and cluster
 * @typeParam F feature names
 * @typeParam Reg name → metric, of the plug-ins
 */
export interface EvaluateOptions<D, T, P, O, Map, M extends readonly unknown[], I, K, F extends string, Reg extends object>
  extends EvaluateSettings {
  /**
   * The rows: an array, an iterable or async iterable of rows; a function that returns one, so that it can be read again; a `Dataset`;
   * an Arrow table; the path of a file that core (JSON, JSONL) or a plug-in reads, or a pattern such as `part-*.jsonl`. A row is an object of columns, a text (column `inputs`) or a list of cells (`feature_1`, …).
   */
  readonly data: D;
  /**
   * What is evaluated: a function of a row's features, `batchModel(…)`, a `Model` object, or a URI (`openai:/gpt-5-mini`).
   * It never sees targets, id and cluster. It returns a text, or an object of named outputs that metrics can read as columns.
   * Left out: the outputs exist already, in the column that `predictions` names.
   */
  readonly model?: ModelOption<NoInfer<Features<DataRow<D, F>, Hidden<DataRow<D, F>, T, K>, F>>, O>;
  /**
   * The column, or columns, that a URI model is sent, judges get as `inputs`, and the row's key hashes.
   * Default: the column `inputs` if there is one, else all features.
   */
  readonly inputs?: I;
  /** Needed name → column of the data or output of the model, for all metrics: `{ context: 'passages' }`. A metric's own `columns` wins. */
  readonly columns?: Map | NoInfer<Suggested<O, Readonly<Record<string, ColumnNames<DataRow<D, F>>>>>>;
  /** The column that holds the expected answers; for data of texts or lists also the answers themselves, in the order of the data. */
  readonly targets?: T;
  /** Without a model: the column that holds the outputs. With one: which of its named outputs is the prediction. */
  readonly predictions?: CheckedPredictions<DataRow<D, F>, O, P> | NoInfer<Suggested<O, ColumnNames<DataRow<D, F>>>>;
  /** Metrics besides those of `modelType`: objects, or names that the Touchstone's plug-ins register. */
  readonly extraMetrics?: { readonly [N in keyof M]: CheckedMetric<SpaceOf<D, T, P, O, Map, I, F>, M[N], Reg> };
  /** Further options of the evaluators; `colMapping` is MLflow's spelling of `columns`. By evaluator name, or for all of them. */
  readonly evaluatorConfig?: EvaluatorConfig<Map>;
  /** Rows of columns: the features, instead of all other columns. Texts and lists: the names of their columns. */
  readonly featureNames?: readonly F[];
  /** The column that is the row's key. Default: a hash of `inputs`. */
  readonly id?: K;
  /** The column that says which rows belong together (one document, one conversation): intervals account for it. Default: none. */
  readonly cluster?: K;
}

/** The options that do not depend on the data. */
export interface EvaluateSettings {
  /** Of a model by URI: options of its adapter (`{ baseUrl: 'http://localhost:8000/v1' }`) and parameters of requests (`{ temperature: 0 }`). */
  readonly modelOptions?: Readonly<Record<string, Json>>;
  /**
   * The judge of judge metrics that do not name their own: a URI or a language model. Default: that of a plug-in, `genai({ judge })`;
   * there is none else.
   */
  readonly judge?: string | LanguageModel;
  /** Of a judge by URI: options of its adapter and parameters of its requests, as in `modelOptions`. */
  readonly judgeOptions?: Readonly<Record<string, Json>>;
  /** Chooses a preset of metrics. Default: none, only `extraMetrics` are computed. */
  readonly modelType?: ModelTypeName;
  /**
   * The language of the data, e.g. `'ko'`: metrics asked for by name or by a preset take options that suit it (ROUGE its tokenizer),
   * and those made for another language are skipped with that reason. Default: nothing is assumed.
   */
  readonly language?: string;
  /** Evaluators by name or as objects. Default: all registered ones that support `modelType`. */
  readonly evaluators?: EvaluatorOption | readonly EvaluatorOption[];
  /** Outputs per row, at least 1; aggregates are over row means. Default: 1. */
  readonly trials?: number;
  /** Evaluate the first n rows. Default: all. */
  readonly limit?: number;
  /** Evaluate n rows drawn at random, the same ones for the same `seed`. Default: all. */
  readonly sample?: number;
  /** Seed of everything random, a whole number from 0. Default: 0. */
  readonly seed?: number;
  readonly limits?: Limits;
  /**
   * A file that keeps the calls of models and metrics, so that the evaluation can be repeated offline:
   * `'support-bot.jsonl'`, or `{ file, mode: 'replay' }`. Default: none.
   */
  readonly cassette?: CassetteOption;
  /**
   * Whether answers that other runs of the store have had are taken, and this run's kept for them: `false`, `'refresh'` (everything is asked
   * for anew, and replaces what was kept) or `{ maxAge: 86_400 }` (seconds). Default: `true` where the store keeps answers, as `sqlite`
   * does; core's own memory store does not.
   */
  readonly cache?: CacheOption;
  /** Where the run is kept. Default: the Touchstone's store; without one, memory. */
  readonly store?: RunStore;
  /** How the run is filed, and by which key it is found again. Default: a new run in the experiment `Default`. */
  readonly run?: RunOptions;
  /**
   * `'auto'` continues the unfinished run of `run.key` (or `run.id`), or starts it; `{ retryFailed: true }` also tries again what has
   * failed, `{ acceptChangedData: true }` goes on with the rows that have not changed. Default: `false`, a new run.
   */
  readonly resume?: false | 'auto' | ResumeOptions;
  /** Stops the run: what is in flight is finished and stored. */
  readonly signal?: AbortSignal;
  /** Called as rows become durable. */
  readonly onProgress?: (progress: Progress) => void;
}

export interface Limits {
  /**
   * Rows in work at the same time, and calls in flight, at least 1. Default: 64 for models and judges by URI, of which as many are in
   * flight as the provider turns out to bear; 16 for functions.
   */
  readonly concurrency?: number;
  /** Seconds for one call of a model or metric; what it waits for limits and between attempts does not count. Default: 120. */
  readonly timeout?: number;
  /** Attempts of one call that fails in a way that may pass, at least 1. Answers that only ask to wait do not count. Default: 10. */
  readonly attempts?: number;
  /**
   * A cap on what the run may cost, its resumed parts included. It is checked before a call is sent, with what that call may cost at
   * most, so it is never passed by more than the calls in flight. The run then ends incomplete, and can be resumed with a higher one.
   */
  readonly maxCost?: { readonly usd: number };
  /** What your accounts may do, by provider: `{ openai: { requestsPerMinute: 500, tokensPerMinute: 200_000 } }`. Default: it is learned. */
  readonly accounts?: Readonly<Record<string, PlannedAccount>>;
  /** Share of rows that may fail before the run stops, from 0 to 1. Default: 1, never. */
  readonly errorBudget?: number;
  /**
   * Worker threads for metrics that are pure computation; they start when there is enough to compute, and change no digit.
   * 0: everything in this thread. Default: one a core, at most 4.
   */
  readonly threads?: number;
}

/** The model types that core knows; plug-ins register others. */
export type ModelTypeName =
  | 'question-answering'
  | 'text-summarization'
  | 'text'
  | 'retriever'
  | 'classifier'
  | 'regressor'
  | 'pairwise'
  | (string & {});

/** An evaluator: its registered name, an object, what `defineEvaluator` makes, or an injectable class. */
export type EvaluatorOption = string | EvaluatorSource;

/** Evaluators read what else is in here. */
export interface EvaluatorConfig<Map> {
  readonly colMapping?: Map;
  readonly metricPrefix?: string;
  readonly default?: { readonly colMapping?: Map; readonly [option: string]: unknown };
  readonly [option: string]: unknown;
}

/** Without a known output any name is allowed, and an editor would propose none: these it should. */
type Suggested<O, Names> = unknown extends O ? Names : never;

interface SpaceOf<D, T, P, O, Map, I, F extends string> {
  readonly row: DataRow<D, F>;
  readonly output: O;
  readonly targets: TargetsType<D, DataRow<D, F>, T>;
  readonly prediction: PredictionType<DataRow<D, F>, O, P>;
  readonly predictions: P;
  readonly inputs: InputsType<DataRow<D, F>, I>;
  readonly mapping: Map;
}

/**
 * `evaluate` of a Touchstone.
 *
 * @typeParam Reg name → metric, of its plug-ins
 * @typeParam Result what it resolves to
 */
export type EvaluateFunction<Reg extends object, Result> = FunctionOfEvaluateOptions<Reg, [], unknown, Promise<Result>>;

/**
 * A function that takes options as `evaluate` does, with columns that are checked in the same way.
 *
 * @typeParam Reg name → metric, of the plug-ins
 * @typeParam Before arguments before the options
 * @typeParam More what may stand in the options besides
 * @typeParam Returned what it returns
 */
export type FunctionOfEvaluateOptions<Reg extends object, Before extends readonly unknown[], More, Returned> = <
  D extends Data,
  const F extends FeatureNameOf<D> = never,
  const T extends TargetsOf<D, DataRow<D, F>> = never,
  const I extends ColumnOf<DataRow<D, F>> | readonly ColumnOf<DataRow<D, F>>[] = never,
  const K extends ColumnOf<DataRow<D, F>> = never,
  O = unknown,
  const P extends ColumnOf<DataRow<D, F>> | OutputName<O> = never,
  const Map extends Readonly<Record<string, ColumnOf<DataRow<D, F>> | OutputColumn<O>>> = Readonly<Record<never, never>>,
  const M extends readonly (Metric | (keyof Reg & string))[] = [],
>(
  ...given: [...before: Before, options: EvaluateOptions<D, T, P, O, Map, M, I, K, F, Reg> & More]
) => Returned;
