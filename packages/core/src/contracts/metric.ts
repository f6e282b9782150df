import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { Aggregation } from './aggregation.ts';
import type { Json, Row } from './json.ts';
import type { Prediction } from './model.ts';
import type { Score, Scored, Skipped } from './score.ts';
import type { Service, ServiceRef } from './service.ts';
import type { ModuleOrigin, Spec } from './spec.ts';
import type { Work } from './work.ts';

export type { StandardSchemaV1 };

/**
 * A column that a metric needs, by name: `predictions`, `targets`, `inputs`, or any column of the data or output of the model.
 * Names can be listed, so they can be mapped, checked before the run, projected to workers and documented.
 */
export interface Column {
  readonly name: string;
  /** `text`: a string, other cells are skipped. `any`: every cell but null. A Standard Schema: cells it refuses are skipped with its words. */
  readonly type: 'text' | 'any' | StandardSchemaV1;
  /** An optional column that is missing or null arrives as `undefined`. */
  readonly optional: boolean;
}

/** What to know of a metric before its number is believed. Plain text, a line or two each; shown by `touchstone metrics NAME`. */
export interface MetricAbout {
  /** How the number comes about: `2·P·R / (P + R); P = share of the prediction's words in the reference, R the other way round`. */
  readonly formula: string;
  /** Where the definition is from: a paper with its section, or a tool with its version whose values these are. */
  readonly source: string;
  /** When not to use it, and how it misleads. */
  readonly caution: string;
}

/** What is known of a metric without running it. Plain data but for `when` and the aggregations. */
export interface MetricHead<Name extends string = string, In extends object = object> {
  /** Result name: `rougeL` in `rougeL/v1/mean`. No `/`. */
  readonly name: Name;
  /** Version of the definition, part of the result key: `v1`. Metrics that MLflow leaves unversioned have none. */
  readonly version?: string;
  /** One line for `touchstone metrics`. */
  readonly description: string;
  readonly about?: MetricAbout;
  readonly greaterIsBetter: boolean;
  /** Lowest and highest possible score. It picks the interval (bounded-logit instead of t); a score outside is a failure. */
  readonly range?: readonly [number, number];
  readonly needs: readonly Column[];
  /** This metric's own mapping, needed name → column; wins over the evaluation's. */
  readonly columns: Readonly<Record<string, string>>;
  /** Rows for which it is false are skipped (`not-selected`). Sees the row of the data. */
  readonly when?: (row: Row) => boolean;
  /** Names of metrics whose scores this one reads; it runs after them. */
  readonly dependsOn: readonly string[];
  /**
   * Services that it asks, by role: `{ judge: 'openai:/gpt-5' }` (a language model), `{ encoder: { uri: 'openai:/text-embedding-3-small',
   * kind: 'embedding' } }`, or the object. The plan resolves them, prices them and checks their keys.
   */
  readonly models: Readonly<Record<string, ServiceRef>>;
  /**
   * The roles whose service changes the number, as a judge does: the plan adds who it is to the signature
   * (`faithfulness|v1|…|judge:openai:/gpt-5#1f0a93c2`; after `#` a hash of its identity).
   */
  readonly signedModels?: readonly string[];
  /** What can change the number and nothing else: `rougeL|v1|tokenizer:google|stem:no`. Scores of different signatures are never compared in silence. */
  readonly signature: string;
  /**
   * What it will ask its services for a row, so that the plan can price it: the needed columns under their names; the prediction is a
   * stand-in where a model has not made it yet. Absent: nothing can be said before.
   */
  readonly asks?: (columns: Row) => readonly PlannedRequest[];
  /** A line in a table that is kept with the run, such as the definition of a judge metric. Plain data. */
  readonly definition?: MetricDefinitionRow;
  /** Left out: by the kind of value (number: mean, variance, p90; boolean: mean; label: the share of each). Empty: none. */
  readonly aggregations?: readonly Aggregation[];
  /** Column of the result table; default `<name>/<version>/score`. `false`: MLflow has this one only as an aggregate. */
  readonly scoreColumn?: string | false;
  /** Flags of scores that deserve a warning: flag → what is true of the rows that carry it. The warning begins with their number. */
  readonly flagWarnings?: Readonly<Record<string, string>>;
  /** Languages that it is made for, as primary subtags: `['en']`. Absent: any. With `evaluate({ language })` of another one it is skipped. */
  readonly languages?: readonly string[];
  /** `cpu` with a spec and an origin may run in a worker thread; it then asks no service. */
  readonly cost: 'cpu' | 'io';
  readonly spec?: Spec;
  readonly origin?: ModuleOrigin;
  /** Types only: the columns, for the check of `evaluate` at compile time. */
  readonly '~in'?: In;
}

/** A request of a metric that will be sent. */
export interface PlannedRequest {
  readonly role: string;
  readonly request: Json;
}

/** What is kept of a metric's definition: the table (`genai_custom_metrics`) and its line there. */
export interface MetricDefinitionRow {
  readonly table: string;
  readonly row: Readonly<Record<string, Json>>;
}

/** One row as a metric sees it: the needed columns under their needed names, and what belongs to the row. */
export interface Item {
  readonly columns: Row;
  /** Scores of the metrics named in `dependsOn`. The metric runs only on rows that all of them scored. */
  readonly scores: Readonly<Record<string, Scored>>;
  readonly prediction: Omit<Prediction, 'columns' | 'main'>;
  readonly work: Work;
}

export interface ScoreContext {
  /** The service of a role of `models`. @throws TouchstoneError `unknown-role` */
  model(role: string): Service;
}

/**
 * Scores rows, in batches. Result i depends on item i only.
 * A batch that throws is tried again row by row, so that one bad row fails alone.
 */
export interface RowMetric<Name extends string = string, In extends object = object> extends MetricHead<Name, In> {
  readonly form: 'row';
  /** Most rows a call takes. 1 is right unless a batch is really cheaper (embeddings). */
  readonly batch: number;
  scoreItems(items: readonly Item[], context: ScoreContext): Promise<readonly Score[]> | readonly Score[];
  /** Begins a reading of all its scores, for what they say together besides the aggregations. */
  readonly summary?: () => ScoreSummary;
}

/**
 * What the scores of a row metric say together: how far the judges of a panel agree, how often the order of two answers decided. It is
 * made from the journal in data order after the last row, so that a resume changes nothing of it.
 */
export interface ScoreSummary {
  /** A score of the record, with its details: one that is `scored`, or of a row that was skipped where the metric says something of it all the same. */
  add(score: Scored | Skipped, place: ScorePlace): void;
  /** Called once, if there was a score. Names are ends of result keys: `agreement` becomes `faithfulness/v1/agreement`. */
  conclude(): SummaryOutcome;
}

/** Whose score it is. */
export interface ScorePlace {
  readonly ordinal: number;
  readonly trial: number;
  /** Rows that belong together have the same. Without a cluster column each row is its own; its trials belong together. */
  readonly cluster: string;
}

export interface SummaryOutcome {
  /** Finite numbers. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Of metrics that are given. */
  readonly intervals?: Readonly<Record<string, AggregateInterval>>;
  /** Sentences for the warnings of the result. */
  readonly warnings?: readonly string[];
}

/** A confidence interval of an aggregate, in the metric's unit. */
export interface AggregateInterval {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
  /** Nominal coverage, 0.95. */
  readonly level: number;
  /** The formula that was used: `wilson`, `bounded-logit`, `bounded-wilson`, `t`, `cr2-bm`. */
  readonly method: string;
  /** Rows it rests on. */
  readonly n: number;
  /** Number of clusters, when rows belong together. */
  readonly clusters?: number;
}

/**
 * A function of sums over rows: corpus BLEU, accuracy, mean errors. The statistics of each row are journaled,
 * so that streaming, resume and workers need nothing more.
 */
export interface StatisticMetric<Name extends string = string, In extends object = object> extends MetricHead<Name, In> {
  readonly form: 'statistic';
  /** The row's summands, always of one length and finite, alone or with a score of the row; or why the row is left out. */
  statistics(item: Item): readonly number[] | ScoreWithStatistics | Score;
  /** What the sums over `rows` rows say. Where rows have scores, these are aggregated as well, but for names that are given here. */
  combine(total: readonly number[], rows: number): NamedAggregates;
}

/** A row's own score beside its summands: sentence BLEU and its n-gram counts. A metric gives it for every row or for none. */
export interface ScoreWithStatistics extends Omit<Scored, 'status' | 'summandsOnly'> {
  readonly statistics: readonly number[];
}

/** What needs all rows at once: they are read again from the store, in data order, after the last one was scored. */
export interface DatasetMetric<Name extends string = string, In extends object = object> extends MetricHead<Name, In> {
  readonly form: 'dataset';
  scoreAll(rows: AsyncIterable<Item>, context: ScoreContext): Promise<NamedAggregates> | NamedAggregates;
}

/**
 * A dataset metric that is handed the rows one by one, and can leave some out: precision, recall and F1 over labels that nobody listed, AUC.
 * Metrics of the same `tally` (the same function) that read the same columns of the same rows are given one tally, so that the
 * rows are read once for all of them.
 */
export interface TallyMetric<Name extends string = string, In extends object = object> extends MetricHead<Name, In> {
  readonly form: 'dataset';
  /** An empty tally. */
  readonly tally: () => Tally;
  conclude(tally: Tally): NamedAggregates;
}

/** Takes in rows, in data order, and keeps of them what its metrics conclude from. */
export interface Tally {
  /** Takes the row in, or says why it is left out. @param columns those of the item */
  add(columns: Row, item: Item): Score | undefined;
}

/**
 * Named aggregates of all rows together: a name equal to the metric's is the metric's own key. `skipped('…')`: the metric does
 * not apply to these rows, and the result says why. Empty: it has nothing to say of such rows, and is not mentioned.
 */
export type NamedAggregates = Readonly<Record<string, number>> | Skipped;

export type Metric<Name extends string = string, In extends object = object> =
  | RowMetric<Name, In>
  | StatisticMetric<Name, In>
  | DatasetMetric<Name, In>
  | TallyMetric<Name, In>;

/** Options that every metric factory takes besides its own. */
export interface CommonMetricOptions<Name extends string = string> {
  /** Another result name, so that one metric can be computed twice: `rougeL({ name: 'rougeL_title', columns: { targets: 'title' } })`. */
  readonly name?: Name;
  /** Needed name → column of the data or output of the model. */
  readonly columns?: Readonly<Record<string, string>>;
  /** Score only these rows. */
  readonly when?: (row: Row) => boolean;
  /** `'mean' | 'variance' | 'p90' | 'median' | 'min' | 'max'`, or aggregations of your own. */
  readonly aggregations?: readonly (string | Aggregation)[];
}

/** How a plug-in offers a metric by name: `make` gets the options of `--metric 'NAME {…}'`, and what the evaluation says of its data. */
export interface MetricEntry {
  readonly name: string;
  make(options?: Readonly<Record<string, Json>>, about?: { readonly language?: string }): Metric;
}
