import type { AggregateInterval, LimitChange, PlannedMetric, SkippedMetric } from '../contracts/index.ts';

export type { AggregateInterval as ResultInterval } from '../contracts/index.ts';

/** How many rows (× trials) of a metric were scored, and why the others were not. */
export interface Coverage {
  readonly scored: number;
  readonly skipped: number;
  readonly failed: number;
  /** Reason code → rows. */
  readonly reasons: Readonly<Record<string, number>>;
}

/** What calls used: of a model, of a metric, or of all. */
export interface UsagePart {
  /** Calls that were answered. */
  readonly calls: number;
  /** Attempts beyond the first of each call. */
  readonly retries: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Of the input: what the provider had in its cache. */
  readonly cachedTokens?: number;
  /** Of the output: what was thought and not said. */
  readonly reasoningTokens?: number;
  /** US dollars of the calls whose price is known; the others are counted in `unpricedCalls`. */
  readonly cost: { readonly usd: number; readonly unpricedCalls?: number };
  /** Summed over the calls: their own time, and the time they waited for limits and between attempts. */
  readonly latencyMs?: number;
  readonly waitMs?: number;
  /** Mean over the calls that were streamed. */
  readonly timeToFirstTokenMs?: number;
}

export interface ResultUsage extends UsagePart {
  /** Answers that were there already. */
  readonly cachedCalls: number;
  /** By service: `openai:/gpt-5-mini`. */
  readonly models?: Readonly<Record<string, UsagePart>>;
  /** By who asked: `model`, or the metric's name. */
  readonly metrics?: Readonly<Record<string, UsagePart>>;
  /** What was learned of the providers' limits, and when. */
  readonly limits?: readonly LimitChange[];
}

/** Everything of a finished evaluation but the rows: what is kept as the snapshot. Plain data; a key without a value is left out. */
export interface EvaluationSummary {
  /** Rows of the data that are stored. */
  readonly rows: number;
  /** Aggregates: `rougeL/v1/mean`. Finite numbers only. */
  readonly metrics: Readonly<Record<string, number>>;
  readonly intervals: Readonly<Record<string, AggregateInterval>>;
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
