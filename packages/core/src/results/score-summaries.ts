import type { ScoreEntry, ScoreSummary } from '../contracts/index.ts';
import { messageOf } from '../errors/touchstone-error.ts';
import type { ResolvedMetric } from '../plan/resolved-metric.ts';
import type { Aggregates } from './aggregate.ts';
import { aggregateKey } from './summary.ts';

/** What the scores of metrics say together, while they are read. */
export class ScoreSummaries {
  /** By the metric's number in the journal. */
  readonly #open = new Map<number, { readonly metric: ResolvedMetric; readonly summary: ScoreSummary; trouble?: unknown }>();

  constructor(metrics: readonly ResolvedMetric[]) {
    for (const metric of metrics) {
      const summary = metric.metric.form === 'row' ? metric.metric.summary?.() : undefined;
      if (summary !== undefined) this.#open.set(metric.index, { metric, summary });
    }
  }

  add({ metric, ordinal, trial, score }: ScoreEntry, clusters: ReadonlyMap<number, string> | undefined): void {
    const one = this.#open.get(metric);
    if (one === undefined || one.trouble !== undefined || score.status === 'failed') return;
    if (score.status === 'skipped' && score.details === undefined) return;
    try {
      one.summary.add(score, { ordinal, trial, cluster: clusters?.get(ordinal) ?? `row ${ordinal}` });
    } catch (error) {
      one.trouble = error;
    }
  }

  /** Adds what they say of a metric of which something was scored to the result. A metric that cannot say it costs a warning. */
  conclude(metric: ResolvedMetric, into: Aggregates): void {
    const one = this.#open.get(metric.index);
    if (one === undefined) return;
    const { name } = metric.planned;
    try {
      if (one.trouble !== undefined) throw one.trouble;
      const { metrics, intervals = {}, warnings = [] } = one.summary.conclude();
      for (const [end, value] of Object.entries(metrics)) {
        if (!Number.isFinite(value)) throw new Error(`${end} is ${value}, which is no finite number`);
        into.metrics[aggregateKey(metric.planned, end)] = value;
      }
      for (const [end, interval] of Object.entries(intervals)) into.intervals[aggregateKey(metric.planned, end)] = interval;
      into.warnings.push(...warnings.map((warning) => `${name}: ${warning}`));
    } catch (error) {
      into.warnings.push(`${name}: what its scores say together could not be told: ${messageOf(error)}`);
    }
  }
}
