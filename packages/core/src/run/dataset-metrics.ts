import type { Item, JournalReader, RowTask, Score, StoredRow } from '../contracts/index.ts';
import { messageOf } from '../errors/touchstone-error.ts';
import type { PreparedEvaluation } from '../plan/prepare-evaluation.ts';
import type { ResolvedMetric } from '../plan/resolved-metric.ts';
import { type Aggregates, meanOverTrials } from '../results/aggregate.ts';
import { RunWork, type WorkSetting } from './run-work.ts';
import { itemOf, scoreContext } from './score-rows.ts';

/** Computes the metrics that need all rows at once, from the journal, per trial; adds them to the aggregates. */
export async function scoreDatasetMetrics(
  prepared: PreparedEvaluation,
  journal: JournalReader,
  setting: WorkSetting,
  into: Aggregates & { scored: number; failed: number },
): Promise<void> {
  for (const metric of prepared.metrics) {
    const definition = metric.metric;
    if (definition.form !== 'dataset') continue;
    const counts = { scored: 0, skipped: 0, failed: 0, reasons: {} as Record<string, number> };
    try {
      const trials: Readonly<Record<string, number>>[] = [];
      for (let trial = 0; trial < prepared.plan.trials; trial++)
        trials.push(await definition.scoreAll(items(metric, prepared, journal, setting, trial, counts), scoreContext(metric)));
      if (counts.scored > 0) Object.assign(into.metrics, meanOverTrials(metric, trials));
      else into.warnings.push(`${metric.planned.name}: no row could be used.`);
    } catch (error) {
      into.warnings.push(`${metric.planned.name} failed: ${messageOf(error)}`);
      counts.failed += counts.scored;
      counts.scored = 0;
    }
    into.coverage[metric.planned.key] = counts;
    into.scored += counts.scored;
    into.failed += counts.failed;
  }
}

async function* items(
  metric: ResolvedMetric,
  prepared: PreparedEvaluation,
  journal: JournalReader,
  setting: WorkSetting,
  trial: number,
  counts: { scored: number; skipped: number; failed: number; reasons: Record<string, number> },
): AsyncGenerator<Item> {
  for await (const chunk of journal.rows()) {
    for (const row of chunk) {
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
      counts.reasons[code] = (counts.reasons[code] ?? 0) + 1;
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
  return itemOf(metric, { task, work: new RunWork(setting, row.ordinal, row.key, trial), prediction, scores });
}
