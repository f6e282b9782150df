import type { Column, ColumnSource, Metric, PlannedMetric, Service } from '../contracts/index.ts';

/** A metric with all that the plan settled for it. */
export interface ResolvedMetric {
  /** Its index in the plan: its number in the journal. */
  readonly index: number;
  readonly metric: Metric;
  readonly planned: PlannedMetric;
  readonly columns: readonly ResolvedColumn[];
  /** Indices of the metrics it reads, by name. */
  readonly dependsOn: readonly (readonly [name: string, index: number])[];
  /** 0 without dependencies, else one more than the highest of them: metrics of one level are computed side by side. */
  readonly level: number;
  readonly services: Readonly<Record<string, Service>>;
}

export interface ResolvedColumn extends Column {
  /** Absent: an optional column that nobody has. */
  readonly source?: ColumnSource;
}
