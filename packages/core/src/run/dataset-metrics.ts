import type { Item, JournalReader, RowTask, Score, StoredRow } from '../contracts/index.ts';
import { messageOf } from '../errors/touchstone-error.ts';
import type { PreparedEvaluation } from '../plan/prepare-evaluation.ts';
import type { ResolvedMetric } from '../plan/resolved-metric.ts';
import { type Aggregates, meanOverTrials } from '../results/aggregate.ts';
import { InFlight } from './in-flight.ts';
import { RunWork, type WorkSetting } from './run-work.ts';
import { codeOf, itemOf, scoreContext } from './score-rows.ts';

/**
 * Computes the metrics that need all rows at once, from the journal, per trial; adds them to the aggregates.
 * Each has the time of one call; when the run is stopped at once, those that are not done are left out.
 */
export async function scoreDatasetMetrics(
  prepared: PreparedEvaluation,
  journal: JournalReader,
  setting: WorkSetting,
  abort: AbortSignal,
  into: Aggregates & { scored: number; failed: number },
): Promise<void> {
  const inFlight = new InFlight(prepared.plan.limits.timeoutMs, abort);
  for (const metric of prepared.metrics) {
    const definition = metric.metric;
    if (definition.form !== 'dataset') continue;
    if (inFlight.aborted) return;
    const counts: Counts = { scored: 0, skipped: 0, failed: 0, reasons: {} };
    const reading = { over: false };
    try {
      const trials: Readonly<Record<string, number>>[] = [];
      for (let trial = 0; trial < prepared.plan.trials; trial++) {
        const rows = items(metric, prepared, journal, setting, trial, counts, reading);
        trials.push(await inFlight.watch(Promise.resolve(definition.scoreAll(rows, scoreContext(metric))), []));
      }
      if (counts.scored > 0) Object.assign(into.metrics, meanOverTrials(metric, trials));
      else into.warnings.push(`${metric.planned.name}: no row could be used.`);
    } catch (error) {
      if (inFlight.aborted) return;
      into.warnings.push(`${metric.planned.name} failed: ${messageOf(error)}`);
      if (counts.scored > 0) countReason(counts, codeOf(error), counts.scored);
      counts.failed += counts.scored;
      counts.scored = 0;
    } finally {
      reading.over = true;
    }
    into.coverage[metric.planned.key] = counts;
    into.scored += counts.scored;
    into.failed += counts.failed;
  }
}

interface Counts {
  scored: number;
  skipped: number;
  failed: number;
  readonly reasons: Record<string, number>;
}

function countReason(counts: Counts, code: string, rows: number): void {
  counts.reasons[code] = (counts.reasons[code] ?? 0) + rows;
}

/** @param reading set to `over` when nobody waits for the metric any more: it gets no further rows then */
async function* items(
  metric: ResolvedMetric,
  prepared: PreparedEvaluation,
  journal: JournalReader,
  setting: WorkSetting,
  trial: number,
  counts: Counts,
  reading: { readonly over: boolean },
): AsyncGenerator<Item> {
  for await (const chunk of journal.rows()) {
    for (const row of chunk) {
      if (reading.over) return;
      const item = itemOfStored(metric, prepared, row, trial, setting);
      if (item === undefined) continue;
      if (!('status' in item)) {
        counts.scored++;
        yield item;
        continue;
      }
      const code = item.status === 'skipped' ? item.code : item.status === 'failed' ? item.error.code : 'scored';
      if (item.status === 'failed') counts.failed++;
      else counts.skipped++;
      countReason(counts, code, 1);
    }
  }
}

function itemOfStored(
  metric: ResolvedMetric,
  prepared: PreparedEvaluation,
  row: StoredRow,
  trial: number,
  setting: WorkSetting,
): Item | Score | undefined {
  const stored = row.trials.find((one) => one.trial === trial);
  const prediction =
    stored?.prediction ??
    (prepared.model === undefined
      ? { columns: row.row, main: prepared.plan.data.predictions ?? 'predictions', latencyMs: 0 }
      : undefined);
  if (prediction === undefined) return undefined;
  const scores: (Score | undefined)[] = [];
  for (const [index, score] of stored?.scores ?? []) scores[index] = score;
  const task: RowTask = { ordinal: row.ordinal, key: row.key, trial, row: row.row };
  return itemOf(metric, {
    task,
    work: new RunWork(setting, row.ordinal, row.key, trial, metric.planned.name),
    prediction,
    scores,
  });
}
