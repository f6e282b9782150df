import type { PlannedMetric, SkippedMetric } from '../contracts/index.ts';

/** A confidence interval of an aggregate, in the metric's unit. */
export interface ResultInterval {
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

/** How many rows (× trials) of a metric were scored, and why the others were not. */
export interface Coverage {
  readonly scored: number;
  readonly skipped: number;
  readonly failed: number;
  /** Reason code → rows. */
  readonly reasons: Readonly<Record<string, number>>;
}

export interface ResultUsage {
  readonly calls: number;
  readonly cachedCalls: number;
  readonly retries: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cost: { readonly usd: number };
}

/** Everything of a finished evaluation but the rows: what is kept as the snapshot. Plain data; a key without a value is left out. */
export interface EvaluationSummary {
  /** Rows of the data that are stored. */
  readonly rows: number;
  /** Aggregates: `rougeL/v1/mean`. Finite numbers only. */
  readonly metrics: Readonly<Record<string, number>>;
  readonly intervals: Readonly<Record<string, ResultInterval>>;
  /** By metric: `rougeL/v1`. */
  readonly coverage: Readonly<Record<string, Coverage>>;
  readonly signatures: Readonly<Record<string, string>>;
  readonly skippedMetrics: readonly SkippedMetric[];
  readonly usage: ResultUsage;
  readonly warnings: readonly string[];
}

/** Key of an aggregate. MLflow's rule: an aggregate with the metric's own name has the metric's own key. */
export function aggregateKey(metric: Pick<PlannedMetric, 'name' | 'key'>, aggregation: string): string {
  return aggregation === metric.name ? metric.key : `${metric.key}/${aggregation}`;
}
