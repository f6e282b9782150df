import type { JournalReader, NamedAggregates, TallyMetric } from '../contracts/index.ts';
import { messageOf } from '../errors/touchstone-error.ts';
import type { PreparedEvaluation } from '../plan/prepare-evaluation.ts';
import type { ResolvedColumn, ResolvedMetric } from '../plan/resolved-metric.ts';
import { type Aggregates, because, meanOverTrials, takeNamed } from '../results/aggregate.ts';
import type { Coverage } from '../results/summary.ts';
import { DatasetRows } from './dataset-rows.ts';
import { InFlight } from './in-flight.ts';
import type { WorkSetting } from './run-work.ts';
import { codeOf, scoreContext } from './score-rows.ts';

/**
 * Computes the metrics that need all rows at once, from the journal, per trial; adds them to the aggregates. Metrics that share a
 * tally share a reading of the rows, which has the time of one call; when the run is stopped at once, those that are not done are left out.
 */
export async function scoreDatasetMetrics(
  prepared: PreparedEvaluation,
  journal: JournalReader,
  setting: WorkSetting,
  abort: AbortSignal,
  into: Aggregates,
): Promise<void> {
  const inFlight = new InFlight(prepared.plan.limits.timeoutMs, abort);
  const warnings = new SharedWarnings();
  for (const [first, ...others] of readings(prepared.metrics)) {
    if (first === undefined) continue;
    if (inFlight.aborted) return;
    const metrics = [first, ...others];
    const rows = new DatasetRows(first, prepared, journal, setting);
    let trials: (readonly Outcome[])[] = [];
    try {
      for (let trial = 0; trial < prepared.plan.trials; trial++)
        trials.push(await inFlight.watch(scoreTrial(first, metrics, rows, trial), []));
    } catch (error) {
      if (inFlight.aborted) return;
      trials = [metrics.map(() => ({ error }))];
    } finally {
      rows.close();
    }
    for (const [index, metric] of metrics.entries()) {
      const outcomes = trials.flatMap((outcome) => outcome[index] ?? []);
      takeOutcomes(metric, outcomes, rows.counts, into, warnings);
    }
  }
  into.warnings.push(...warnings.sentences());
}

/** What a metric says of the rows of a trial, or what it threw. */
type Outcome = { readonly named: NamedAggregates } | { readonly error: unknown };

/** The metrics of the plan that need all rows, in groups that one reading serves. */
function readings(metrics: readonly ResolvedMetric[]): readonly (readonly ResolvedMetric[])[] {
  const groups: ResolvedMetric[][] = [];
  for (const metric of metrics) {
    if (metric.metric.form !== 'dataset') continue;
    const group = groups.find(([first]) => first !== undefined && shareTally(first, metric));
    if (group === undefined) groups.push([metric]);
    else group.push(metric);
  }
  return groups;
}

function shareTally(a: ResolvedMetric, b: ResolvedMetric): boolean {
  if (!isTally(a.metric) || !isTally(b.metric) || a.metric.tally !== b.metric.tally || a.metric.when !== b.metric.when)
    return false;
  return (
    a.metric.dependsOn.join('/') === b.metric.dependsOn.join('/') &&
    a.columns.length === b.columns.length &&
    a.columns.every((column, index) => sameColumn(column, b.columns[index]))
  );
}

function sameColumn(a: ResolvedColumn, b: ResolvedColumn | undefined): boolean {
  if (a.name !== b?.name || a.type !== b.type || a.optional !== b.optional) return false;
  return JSON.stringify(a.source) === JSON.stringify(b.source);
}

function isTally(metric: ResolvedMetric['metric']): metric is TallyMetric {
  return metric.form === 'dataset' && 'tally' in metric;
}

async function scoreTrial(
  first: ResolvedMetric,
  metrics: readonly ResolvedMetric[],
  rows: DatasetRows,
  trial: number,
): Promise<readonly Outcome[]> {
  if (first.metric.form !== 'dataset') return [];
  if (!isTally(first.metric)) return [{ named: await first.metric.scoreAll(rows.items(trial), scoreContext(first)) }];
  const tally = first.metric.tally();
  await rows.each(trial, (item) => tally.add(item.columns, item));
  return metrics.map(({ metric }): Outcome => {
    try {
      return { named: isTally(metric) ? metric.conclude(tally) : {} };
    } catch (error) {
      return { error };
    }
  });
}

/** Puts what a metric said of each trial into the result. */
function takeOutcomes(
  metric: ResolvedMetric,
  trials: readonly Outcome[],
  counts: Coverage,
  into: Aggregates,
  warnings: SharedWarnings,
): void {
  const { name, key } = metric.planned;
  const named = namedOf(metric, trials, counts);
  if (named === undefined) warnings.add(name, (names) => `${names}: no row could be used${because(counts.reasons)}.`);
  if (named === undefined || 'named' in named) {
    into.coverage[key] = counts;
    into.scored += counts.scored;
    into.failed += counts.failed;
    if (named !== undefined) takeNamed(into, metric, named.named);
    return;
  }
  warnings.add(name, (names) => `${names} failed: ${messageOf(named.error)}`);
  const { scored, skipped, failed, reasons } = counts;
  const code = codeOf(named.error);
  const lost = scored === 0 ? {} : { [code]: (reasons[code] ?? 0) + scored };
  into.coverage[key] = { scored: 0, skipped, failed: failed + scored, reasons: { ...reasons, ...lost } };
  into.failed += failed + scored;
}

/** `undefined`: there was no row to speak of. */
function namedOf(metric: ResolvedMetric, trials: readonly Outcome[], counts: Coverage): Outcome | undefined {
  const trouble = trials.find((trial) => 'error' in trial);
  if (trouble !== undefined) return trouble;
  if (counts.scored === 0) return undefined;
  try {
    const named = trials.flatMap((trial) => ('named' in trial ? [trial.named] : []));
    return { named: meanOverTrials(metric, named) };
  } catch (error) {
    return { error };
  }
}

/** Warnings that hold for several metrics, each said once. */
class SharedWarnings {
  readonly #warnings = new Map<string, { readonly names: string[]; readonly sentence: (names: string) => string }>();

  add(name: string, sentence: (names: string) => string): void {
    const known = this.#warnings.get(sentence(''));
    if (known === undefined) this.#warnings.set(sentence(''), { names: [name], sentence });
    else known.names.push(name);
  }

  sentences(): readonly string[] {
    return Array.from(this.#warnings.values(), ({ names, sentence }) => sentence(names.join(', ')));
  }
}
