import type { StandardSchemaV1 } from '@standard-schema/spec';
import type {
  Aggregation,
  Column,
  CommonMetricOptions,
  Item,
  Json,
  Metric,
  MetricAbout,
  MetricDefinitionRow,
  NamedAggregates,
  PlannedRequest,
  Score,
  Scored,
  ScoreSummary,
  ScoreWithStatistics,
  Service,
  ServiceRef,
  Spec,
} from '../contracts/index.ts';

/** What a scoring function may return: a number, yes/no or label, one of these with its reason, or a whole score (`skipped('…')`). */
export type ScoreResult = number | boolean | string | Omit<Scored, 'status' | 'summandsOnly'> | Score;

/**
 * Columns that a metric needs: names (text cells), or name → kind of cell. `?` at the end of a name: optional.
 *
 * @example ['predictions', 'context?']
 * @example { predictions: 'text', 'retrieved?': z.array(z.string()), meta: 'any' }
 */
export type Needs = readonly string[] | Readonly<Record<string, Column['type']>>;

/** The row that a scoring function gets: checked cells, after schemas have transformed them. */
export type RowOf<N extends Needs> = RowWith<{ readonly [Need in NeedName<N>]: CellOf<KindAt<N, Need>> }>;

/** The same before the schemas: what the data must hold, for the check of `evaluate`. */
export type InputOf<N extends Needs> = RowWith<{ readonly [Need in NeedName<N>]: AcceptedBy<KindAt<N, Need>> }>;

type NeedName<N extends Needs> = N extends readonly (infer Name extends string)[] ? Name : keyof N & string;

type KindAt<N extends Needs, Need> = N extends readonly string[] ? 'text' : Need extends keyof N ? N[Need] : never;

type CellOf<Kind> = Kind extends 'text'
  ? string
  : Kind extends 'any'
    ? Exclude<Json, null>
    : Kind extends StandardSchemaV1
      ? StandardSchemaV1.InferOutput<Kind>
      : never;

type AcceptedBy<Kind> = Kind extends 'text'
  ? string
  : Kind extends 'any'
    ? unknown
    : Kind extends StandardSchemaV1
      ? StandardSchemaV1.InferInput<Kind>
      : never;

/** Names with `?` become optional properties without it. `infer` and the outer mapped type make editors show plain columns. */
type RowWith<Cells> = {
  readonly [Need in keyof Cells as Need extends `${string}?` ? never : Need]: Cells[Need];
} & {
  readonly [Need in keyof Cells as Need extends `${infer Bare}?` ? Bare : never]?: Cells[Need] | undefined;
} extends infer Row
  ? { readonly [Name in keyof Row]: Row[Name] }
  : never;

/** What a scoring function gets beside the row. */
export interface MetricScope<Options, Dependency extends string = string> {
  /** The given options over the defaults. */
  readonly options: Readonly<Options>;
  /** Scores of the metrics in `dependsOn`: the metric runs only on rows that all of them scored. */
  readonly scores: Readonly<Record<Dependency, Scored>>;
  readonly prediction: Item['prediction'];
  readonly work: Item['work'];
  /** The service of a role of `models`. @throws TouchstoneError `unknown-role` */
  model(role: string): Service;
}

/** What `scoreBatch` gets beside the rows. */
export interface BatchScope<Options> extends Pick<MetricScope<Options>, 'options' | 'model'> {
  /** What belongs to each row, in order. */
  readonly items: readonly Item[];
}

interface MetricDefinitionHead<Name extends string, N extends Needs, Options extends object, Dependency extends string> {
  /** Result name: `cites_source` in `cites_source/v1/mean`. No `/`. */
  readonly name: Name;
  /** Version of the definition, part of the result keys. Change it when scores change. */
  readonly version?: string;
  /**
   * The result name, where options belong into it: `({ k }) => `precision_at_${k}``, so that the metric can be computed for several k.
   * Default: `name`, by which it is registered and asked for in any case.
   */
  readonly resultName?: (options: Options) => string;
  /** One line for `touchstone metrics`. */
  readonly description?: string;
  /** Formula, source and caution, for `touchstone metrics NAME`. */
  readonly about?: MetricAbout;
  readonly greaterIsBetter: boolean;
  /** Lowest and highest possible score. It picks the interval; a score outside is a failure. */
  readonly range?: readonly [number, number];
  /** The metric's own options with their defaults. All of them are part of the signature, unless `signature` says otherwise. */
  readonly options?: Options;
  readonly needs: N;
  /** Metrics whose scores this one reads. */
  readonly dependsOn?: readonly Dependency[];
  /** Services by role: `{ judge: 'openai:/gpt-5' }`, `{ screen: { uri: 'openai:/omni-moderation-latest', kind: 'classifier' } }`; perhaps by the options. */
  readonly models?: Readonly<Record<string, ServiceRef>> | ((options: Options) => Readonly<Record<string, ServiceRef>>);
  /** The roles whose service changes the number, as a judge does: the plan adds who it is to the signature. */
  readonly signedModels?: readonly string[];
  /** What it will ask its services for a row, so that the plan can price it. A prediction that is not made yet is a stand-in. */
  readonly asks?: (row: RowOf<N>, scope: { readonly options: Readonly<Options> }) => readonly PlannedRequest[];
  /** A line in a table that is kept with the run. */
  readonly definition?: MetricDefinitionRow;
  /** Perhaps by the options. Default: by the kind of value (number: mean, variance, p90; boolean: mean; label: the share of each). */
  readonly aggregations?: readonly (string | Aggregation)[] | ((options: Options) => readonly (string | Aggregation)[]);
  /** Column of the result table. Default: `<name>/<version>/score`; `false`: none. */
  readonly scoreColumn?: string | false;
  /** Languages that it is made for, as primary subtags: `['en']`; perhaps by the options. Default: any. */
  readonly languages?: readonly string[] | ((options: Options) => readonly string[] | undefined);
  /** Options that suit a language (a primary subtag, `ko`), where the metric is asked for by name or by a preset; options that are given win. */
  readonly forLanguage?: (language: string) => Partial<Options>;
  /** `cpu`, the default, with `from` may run in a worker thread. */
  readonly cost?: 'cpu' | 'io';
  /** Flag → what is true of the rows that carry it. */
  readonly flagWarnings?: Readonly<Record<string, string>>;
  /** The parts of the signature after name and version. Default: the options. For options that are no plain data, or that do not change scores. */
  readonly signature?: (options: Options) => Readonly<Record<string, Json | undefined>>;
  /**
   * Where the factory can be imported from, so that a resume or a worker thread can make the metric again:
   * `{ module: '@touchstone/metric-text', export: 'exactMatch', url: import.meta.url }`. Without `url` it stays in this thread.
   */
  readonly from?: Pick<Spec, 'module' | 'export'> & { readonly url?: string };
}

export interface RowForm<N extends Needs, Options, Dependency extends string = string> {
  /** Scores one row. Throwing makes this row's score `failed`. */
  readonly scoreRow: (row: RowOf<N>, scope: MetricScope<Options, Dependency>) => ScoreResult | Promise<ScoreResult>;
  /** Begins a reading of all scores, for what they say together besides the aggregations. */
  readonly summary?: (options: Options) => ScoreSummary;
}

export interface BatchForm<N extends Needs, Options> {
  /** Scores many rows at once: one result a row, in order. A batch that throws is tried again row by row. */
  readonly scoreBatch: (
    rows: readonly RowOf<N>[],
    scope: BatchScope<Options>,
  ) => readonly ScoreResult[] | Promise<readonly ScoreResult[]>;
  /** Most rows of a call, perhaps by the options. Default: 32. */
  readonly batch?: number | ((options: Options) => number);
}

export interface StatisticForm<N extends Needs, Options, Dependency extends string = string> {
  /** Summands of a row: always as many, finite, alone or with the row's score (`{ value, statistics }`); or why the row is left out. */
  readonly statistics: (
    row: RowOf<N>,
    scope: MetricScope<Options, Dependency>,
  ) => readonly number[] | ScoreWithStatistics | Score;
  /** Named aggregates of the sums over `rows` rows; or `skipped('…')` when they say that the metric does not apply. */
  readonly combine: (total: readonly number[], rows: number, scope: { readonly options: Readonly<Options> }) => NamedAggregates;
}

export interface DatasetForm<N extends Needs, Options> {
  /** All rows at once, in data order, after the last one was scored: named aggregates. */
  readonly scoreDataset: (
    rows: AsyncIterable<RowOf<N>>,
    scope: Pick<MetricScope<Options>, 'options' | 'model'> & {
      /** Asks a service of a role; there is nobody to ask before the first row has come. */
      readonly ask: Item['work']['ask'];
    },
  ) => NamedAggregates | Promise<NamedAggregates>;
}

/** Takes in rows one by one, in data order. See {@link TallyForm}. */
export interface RowTally<Row extends object> {
  /** Takes the row in; or returns why it is left out (`skipped('…')`). */
  add(row: Row, item: Pick<Item, 'work'>): Score | undefined;
}

export interface TallyForm<N extends Needs, Options, Tally extends RowTally<RowOf<N>>> {
  /** An empty tally. Metrics with the same function here, on the same columns, share a tally: the rows are read once for all of them. */
  readonly tally: () => Tally;
  /** Named aggregates of all rows. Called once for each metric that shares the tally, which it therefore leaves as it is. */
  readonly conclude: (tally: Tally, scope: { readonly options: Readonly<Options> }) => NamedAggregates;
}

/** How a definition scores: rows one by one or in batches, by sums over rows, all rows at once, or by a tally of all rows. */
export type ScoringForm<
  N extends Needs,
  Options,
  Dependency extends string = string,
  Tally extends RowTally<RowOf<N>> = RowTally<RowOf<N>>,
> =
  | RowForm<N, Options, Dependency>
  | BatchForm<N, Options>
  | StatisticForm<N, Options, Dependency>
  | DatasetForm<N, Options>
  | TallyForm<N, Options, Tally>;

/** What `defineMetric` takes. */
export type MetricDefinition<
  Name extends string,
  N extends Needs,
  Options extends object,
  Dependency extends string = string,
  Tally extends RowTally<RowOf<N>> = RowTally<RowOf<N>>,
> = MetricDefinitionHead<Name, N, Options, Dependency> & ScoringForm<N, Options, Dependency, Tally>;

/**
 * A metric that can also be asked directly.
 *
 * @typeParam In the columns that `evaluate` looks for
 * @typeParam Row the same under the metric's own names, where `columns` renamed some
 */
export type DefinedMetric<Name extends string, In extends object, Row extends object = In> = Metric<Name, In> & {
  /** Scores one row, outside of any run: a row with the needed columns by their names. @throws TouchstoneError `no-row-score` for corpus metrics */
  score(row: Row): Promise<Score>;
};

/** Makes a metric: the definition's own options, and those that every metric has. What `defineMetric` returns. */
export interface MetricFactory<Name extends string, In extends object, Options extends object> {
  <const As extends string = Name, const Map extends MappingOf<In> = Readonly<Record<never, never>>>(
    options?: Partial<Options> & Omit<CommonMetricOptions<As>, 'columns'> & { readonly columns?: Map },
  ): DefinedMetric<As, MappedInput<In, Map>, In>;
  readonly metricName: Name;
  /** Options that suit a language. */
  readonly forLanguage?: (language: string) => Partial<Options>;
  /** Types only: what it makes without options. See {@link MadeBy}. */
  readonly '~makes'?: DefinedMetric<Name, In>;
}

/** Needed name → column. */
type MappingOf<In> = { readonly [K in keyof In & string]?: string };

/** The columns that a metric looks for when `columns` renames them: `targets` of `rougeL({ columns: { targets: 'title' } })` is `title`. */
export type MappedInput<In extends object, Map> = [keyof Map] extends [never]
  ? In
  : { readonly [K in keyof In as K extends keyof Map ? Extract<Map[K], string> : K]: In[K] };

/** Any factory, as plug-ins list them. */
export interface AnyMetricFactory {
  (options?: Readonly<Record<string, Json>>): Metric;
  readonly metricName: string;
  readonly forLanguage?: (language: string) => object;
  readonly '~makes'?: Metric;
}

/** The metric that a factory makes without options. `ReturnType` would forget its columns, because the call is generic. */
export type MadeBy<Factory extends AnyMetricFactory> = Factory extends { readonly '~makes'?: infer Made extends Metric }
  ? Made
  : Metric;
