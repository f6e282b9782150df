import type { Aggregation } from './aggregation.ts';
import type { Json } from './json.ts';
import type { MetricDefinitionRow } from './metric.ts';
import type { ServiceKind } from './service.ts';
import type { Spec } from './spec.ts';

/**
 * Everything that will be done, as data: what `--dry-run` prints, what is stored with the run, and what a resume compares.
 * Two evaluations with equal `fingerprint` give equal scores for equal model answers.
 */
export interface Plan {
  readonly data: PlannedData;
  /** Absent for static data. */
  readonly model?: {
    readonly id: string;
    readonly identity: Json;
    readonly spec?: Spec;
    /** The address that it was asked for by, without alias or stage: `models:/support-bot/3`, `runs:/…/model`. Absent: it was no logged model. */
    readonly logged?: string;
  };
  readonly modelType?: string;
  /** Stands before every result key, column and the file of the result table; absent: none. */
  readonly metricPrefix?: string;
  /** Every service that will be asked. Empty for function models and static data without judges. */
  readonly services: readonly PlannedService[];
  readonly trials: number;
  /** In the order in which they are computed; the index is the metric's number in the journal. */
  readonly metrics: readonly PlannedMetric[];
  readonly skippedMetrics: readonly SkippedMetric[];
  readonly evaluators: readonly string[];
  readonly limits: PlannedLimits;
  /** Where calls are recorded, or replayed from. Absent: nowhere. */
  readonly cassette?: PlannedCassette;
  /** How the store's cache of answers is used. Absent: it is not. */
  readonly cache?: PlannedCache;
  /** SHA-256 (hex) over model identity, data, mapping, metric signatures, trials, seed and sample: not over limits, cassettes, the cache, names or tags. */
  readonly fingerprint: string;
}

export interface PlannedData {
  readonly name: string;
  readonly source?: string;
  /** Rows that will be evaluated (after limit and sample), when known. */
  readonly rows?: number;
  readonly fingerprint?: string;
  readonly columns: readonly string[];
  /** Columns that the row key hashes and URI models are sent. */
  readonly inputs: readonly string[];
  /** Columns that a model is given. */
  readonly features: readonly string[];
  readonly targets?: string;
  /** The prediction's column: of the data without a model, of the model's output with one. */
  readonly predictions?: string;
  readonly id?: string;
  readonly cluster?: string;
  readonly limit?: number;
  readonly sample?: number;
  readonly seed: number;
}

export interface PlannedMetric {
  readonly name: string;
  /** `name/version`: the stem of its result keys. */
  readonly key: string;
  readonly form: 'row' | 'statistic' | 'dataset';
  readonly signature: string;
  readonly greaterIsBetter: boolean;
  readonly range?: readonly [number, number];
  /** Needed name → where it comes from. */
  readonly columns: Readonly<Record<string, ColumnSource>>;
  readonly dependsOn: readonly string[];
  /** What it is aggregated to; absent: by the kind of its values. */
  readonly aggregations?: readonly Pick<Aggregation, 'name' | 'kind'>[];
  /** The column of the result table; absent when the table does not show it. Of a statistic metric: shown if its rows have scores. */
  readonly scoreColumn?: string;
  readonly spec?: Spec;
  /** Its line in a table of definitions that is kept with the run. */
  readonly definition?: MetricDefinitionRow;
}

/** A service that a model or metric asks, and what that will come to. */
export interface PlannedService {
  /** {@link Service.id}. */
  readonly id: string;
  /** Who asks it: `model`, or a metric's name. */
  readonly purpose: string;
  readonly kind?: ServiceKind;
  /** What the calls will come to, from the rows that were read; absent when nothing can be said before. */
  readonly estimate?: CallEstimate;
}

/** Two numbers are the least and the most that is likely. */
export interface CallEstimate {
  readonly calls: number;
  readonly inputTokens: number;
  readonly outputTokens: readonly [number, number];
  /** Absent when the price is not known. */
  readonly usd?: readonly [number, number];
}

/** Where a metric's column comes from. `output`: another output of the model, known when the first answer is there. */
export type ColumnSource =
  | { readonly from: 'target' | 'prediction' | 'data' | 'output'; readonly column: string }
  | { readonly from: 'inputs'; readonly columns: readonly string[] };

export interface SkippedMetric {
  readonly name: string;
  readonly reason: string;
  /** What to type to get it. */
  readonly hint?: string;
}

export interface PlannedCassette {
  readonly file: string;
  /** `auto`: what is recorded is replayed, what is not is asked for and recorded. `record`: all anew. `replay`: nothing is sent. */
  readonly mode: 'auto' | 'record' | 'replay';
  /** Calls that stand in the file now. */
  readonly recorded: number;
}

export interface PlannedCache {
  /** Whether everything is asked for anew, and replaces what was kept. */
  readonly refresh: boolean;
  /** What is older is asked for again, and replaced. Milliseconds; absent: answers of any age are taken. */
  readonly maxAgeMs?: number;
}

export interface PlannedLimits {
  readonly concurrency: number;
  /** Milliseconds for one call of a model or metric. */
  readonly timeoutMs: number;
  /** Share of rows that may fail before the run stops; 1 = never. */
  readonly errorBudget: number;
  /** Worker threads that metrics may use. */
  readonly threads: number;
  /** Attempts of one call, at most. */
  readonly attempts: number;
  /** US dollars for the run; absent: no cap. */
  readonly maxUsd?: number;
  /** By provider. */
  readonly accounts?: Readonly<Record<string, PlannedAccount>>;
}

/** What an account may do, as its provider says. */
export interface PlannedAccount {
  readonly requestsPerMinute?: number;
  /** Input and output together. */
  readonly tokensPerMinute?: number;
  /** Calls in flight. */
  readonly concurrency?: number;
}
