import { meanInterval } from '@touchstone/stats';
import type { Aggregation, JournalReader, NamedAggregates, Skipped, SkippedMetric } from '../contracts/index.ts';
import { messageOf } from '../errors/touchstone-error.ts';
import { proportion, shareOf, standardAggregations } from '../metrics/aggregations.ts';
import type { ResolvedMetric } from '../plan/resolved-metric.ts';
import { ScoreColumn } from './score-column.ts';
import { ScoreSummaries } from './score-summaries.ts';
import { StatisticSums } from './statistic-sums.ts';
import { aggregateKey, type Coverage, type ResultInterval } from './summary.ts';

export interface Aggregates {
  readonly metrics: Record<string, number>;
  readonly intervals: Record<string, ResultInterval>;
  readonly coverage: Record<string, Coverage>;
  /** Metrics that turned out not to apply to these rows. */
  readonly skippedMetrics: SkippedMetric[];
  readonly warnings: string[];
  /** Scores of all metrics, counted. */
  scored: number;
  failed: number;
}

/**
 * All aggregates of an evaluation, computed from its journal in data order: concurrency, crashes and resumes never change a digit.
 * Of the metrics that are given; the journal may hold scores of others. Aggregates are over row means; a metric of which nothing was scored has no aggregate, and a warning.
 */
export async function aggregate(
  journal: JournalReader,
  metrics: readonly ResolvedMetric[],
  data: { readonly clustered: boolean },
): Promise<Aggregates> {
  const columns = new Map(metrics.map(({ index }) => [index, new ScoreColumn()]));
  const sums = new Map(metrics.map(({ index }) => [index, new StatisticSums()]));
  const clusters = data.clustered ? await readClusters(journal) : undefined;
  const summaries = new ScoreSummaries(metrics);
  for await (const chunk of journal.scores()) {
    for (const entry of chunk) {
      columns.get(entry.metric)?.add(entry.ordinal, entry.score);
      summaries.add(entry, clusters);
      if (entry.statistics !== undefined) sums.get(entry.metric)?.add(entry.trial, entry.statistics);
    }
  }
  const result: Aggregates = {
    metrics: {},
    intervals: {},
    coverage: {},
    skippedMetrics: [],
    warnings: [],
    scored: 0,
    failed: 0,
  };

  for (const metric of metrics) {
    const column = columns.get(metric.index);
    if (column === undefined || metric.metric.form === 'dataset') continue;
    const { name, key } = metric.planned;
    const { scored, skipped, failed, reasons } = column;
    result.coverage[key] = { scored, skipped, failed, reasons: sortKeys(reasons) };
    result.scored += scored;
    result.failed += failed;
    for (const [flag, meaning] of Object.entries(metric.metric.flagWarnings ?? {})) {
      const rows = column.flags[flag] ?? 0;
      if (rows > 0) result.warnings.push(`${name}: ${rows} of ${scored} rows ${meaning}`);
    }
    if (scored === 0) {
      result.warnings.push(`${name}: no valid scores${because(reasons)}.`);
      continue;
    }
    const combined = combineSums(result, metric, sums.get(metric.index));
    try {
      addAggregates(result, metric, column, clusters, combined);
    } catch (error) {
      result.warnings.push(notAggregated(metric, error));
    }
    summaries.conclude(metric, result);
    if (combined === undefined) continue;
    if (column.kind === 'none') takeNamed(result, metric, combined);
    else if (!isSkipped(combined)) Object.assign(result.metrics, combined);
    else result.warnings.push(`${name}: its sums have no aggregate: ${combined.reason}.`);
  }
  return result;
}

function addAggregates(
  result: Aggregates,
  metric: ResolvedMetric,
  column: ScoreColumn,
  clusters: ReadonlyMap<number, string> | undefined,
  given: NamedAggregates | undefined,
): void {
  const { planned } = metric;
  const chosen = metric.metric.aggregations ?? automatic(column);
  if (chosen.length === 0 || column.kind === 'none') return;
  if (column.kind === 'mixed') {
    result.warnings.push(`${planned.name}: it returned labels for some rows and numbers for others, so there is no aggregate.`);
    return;
  }
  if (column.kind === 'partial') {
    result.warnings.push(
      `${planned.name}: it returned a score for some rows and only statistics for others, so its scores have no aggregate.`,
    );
    return;
  }
  for (const aggregation of chosen) {
    const key = aggregateKey(planned, aggregation.name);
    if (given !== undefined && Object.hasOwn(given, key)) continue;
    const { values, ordinals } = column.rowMeans(aggregation.of);
    const value = values.length === 0 ? undefined : aggregation.compute(values);
    if (value === undefined || !Number.isFinite(value)) {
      result.warnings.push(
        `${planned.name}: ${aggregation.name} has no value${values.length === 0 ? ', because its scores are no numbers' : ''}.`,
      );
      continue;
    }
    result.metrics[key] = value;
    const range = rangeOf(aggregation, metric);
    if (range === null) continue;
    const labels =
      clusters === undefined ? undefined : Array.from(ordinals, (ordinal) => clusters.get(ordinal) ?? `row ${ordinal}`);
    const interval = meanInterval(values, {
      ...(range === undefined ? {} : { range }),
      ...(labels === undefined ? {} : { clusters: labels }),
    });
    if (interval.undefined !== undefined) continue;
    const { estimate, low, high, level, method, n } = interval;
    result.intervals[key] = {
      estimate,
      low,
      high,
      level,
      method,
      n,
      ...(interval.clusters === undefined ? {} : { clusters: interval.clusters }),
    };
    for (const warning of interval.warnings) result.warnings.push(intervalWarning(key, warning, interval.clusters));
  }
}

/** `null`: this aggregation has no interval. `undefined`: it has one, and no range is known. */
function rangeOf(aggregation: Aggregation, metric: ResolvedMetric): readonly [number, number] | undefined | null {
  if (aggregation.kind === 'proportion' || aggregation.kind === 'share') return [0, 1];
  if (aggregation.kind !== 'mean') return null;
  return aggregation.of === undefined ? metric.planned.range : undefined;
}

function automatic(column: ScoreColumn): readonly Aggregation[] {
  if (column.kind === 'boolean') return [proportion];
  return column.kind === 'label' ? column.labels.map(shareOf) : standardAggregations;
}

/**
 * Puts what a metric says of all rows together into the result, of which the metric's coverage is a part already:
 * with nothing to say, it is not mentioned; where it does not apply, the reason is.
 */
export function takeNamed(result: Aggregates, { planned }: ResolvedMetric, named: NamedAggregates): void {
  if (!isSkipped(named) && Object.keys(named).length > 0) {
    Object.assign(result.metrics, named);
    return;
  }
  if (isSkipped(named)) result.skippedMetrics.push({ name: planned.name, reason: named.reason });
  result.scored -= result.coverage[planned.key]?.scored ?? 0;
  result.failed -= result.coverage[planned.key]?.failed ?? 0;
  delete result.coverage[planned.key];
}

function isSkipped(named: NamedAggregates): named is Skipped {
  return named.status === 'skipped';
}

/** What a statistic metric makes of its sums: per trial, then the mean over the trials. `undefined`: nothing, or a warning said why. */
function combineSums(result: Aggregates, metric: ResolvedMetric, sums: StatisticSums | undefined): NamedAggregates | undefined {
  const definition = metric.metric;
  if (definition.form !== 'statistic' || sums === undefined) return undefined;
  try {
    return meanOverTrials(
      metric,
      sums.trials().map(({ total, rows }) => definition.combine(total, rows)),
    );
  } catch (error) {
    result.warnings.push(notAggregated(metric, error));
    return undefined;
  }
}

function notAggregated({ planned }: ResolvedMetric, error: unknown): string {
  return `${planned.name}: its scores could not be aggregated: ${messageOf(error)}`;
}

/** Named aggregates of each trial → result keys with their means; when one trial is skipped, all are. @throws when one is no finite number */
export function meanOverTrials(metric: ResolvedMetric, trials: readonly NamedAggregates[]): NamedAggregates {
  const skipped = trials.find(isSkipped);
  if (skipped !== undefined) return skipped;
  const named = trials.flatMap((trial) => (isSkipped(trial) ? [] : [trial]));
  const means: Record<string, number> = {};
  for (const name of new Set(named.flatMap((values) => Object.keys(values)))) {
    const values = named.flatMap((trial) => trial[name] ?? []);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    if (!Number.isFinite(mean)) throw new Error(`${name} is ${mean}, which is no finite number`);
    means[aggregateKey(metric.planned, name)] = mean;
  }
  return means;
}

async function readClusters(journal: JournalReader): Promise<ReadonlyMap<number, string>> {
  const clusters = new Map<number, string>();
  for await (const chunk of journal.clusters()) for (const [ordinal, cluster] of chunk) clusters.set(ordinal, cluster);
  return clusters;
}

function intervalWarning(key: string, warning: string, clusters: number | undefined): string {
  if (warning === 'few-clusters')
    return `${key}: its interval rests on ${clusters ?? 'few'} clusters only; it is valid, but wide and sensitive to each of them.`;
  if (warning === 'nearly-constant') return `${key}: nearly all scores are equal, so its interval is narrower than it deserves.`;
  return `${key}: ${warning}.`;
}

export function because(reasons: Readonly<Record<string, number>>): string {
  const listed = Object.entries(sortKeys(reasons)).map(([code, count]) => `${code} ${count}`);
  return listed.length === 0 ? '' : ` (${listed.join(', ')})`;
}

function sortKeys(reasons: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(reasons).sort(([a], [b]) => (a < b ? -1 : 1)));
}
