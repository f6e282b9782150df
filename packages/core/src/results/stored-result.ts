import type { CallTotals, EvaluationRecord, JournalReader, RunRecord, RunStore } from '../contracts/index.ts';
import { aggregate } from './aggregate.ts';
import { addEarlier } from './earlier-aggregates.ts';
import { EvaluationResult } from './evaluation-result.ts';
import { resultRun } from './result-run.ts';
import { storedMetrics } from './stored-metric.ts';
import { earlierIn, limitsIn, summaryIn } from './stored-snapshot.ts';
import type { EvaluationSummary } from './summary.ts';
import { usageOf } from './usage.ts';
import { withAnnotations } from './with-annotations.ts';

/** The result of a stored run: from its snapshot; for a run that died without one, computed from what the journal holds. */
export async function storedResult(store: RunStore, run: RunRecord): Promise<EvaluationResult> {
  const records = await store.catalog.evaluations(run.id);
  const evaluations = await Promise.all(
    records.map(async (record) => {
      const reader = await store.catalog.reader(run.id, record.index);
      const summary = summaryIn(record.snapshot) ?? (await summarise(record, reader, await store.calls(run.id).totals()));
      const annotations = await store.catalog.annotations(run.id, record.index);
      return withAnnotations({ index: record.index, plan: record.plan, summary, reader }, annotations);
    }),
  );
  const died = run.status === 'running' && !(await store.catalog.leased(run.id));
  const shown: RunRecord = died ? { ...run, status: 'interrupted', reason: 'its process ended before the run did' } : run;
  return EvaluationResult.from({
    run: resultRun(
      shown,
      evaluations.map(({ summary }) => summary),
    ),
    evaluations,
  });
}

/**
 * What was finished before metrics were added, and the aggregates that can be told from their names; a metric's own formulas need its
 * code, and come when the run is resumed.
 */
async function summarise(
  { plan, index: evaluation, snapshot }: EvaluationRecord,
  reader: JournalReader,
  totals: readonly CallTotals[],
): Promise<EvaluationSummary> {
  const earlier = earlierIn(snapshot);
  const told = await aggregate(
    reader,
    storedMetrics(plan).filter(
      ({ planned: { form, key, signature } }) => form !== 'dataset' && earlier?.signatures[key] !== signature,
    ),
    { clustered: plan.data.cluster !== undefined },
  );
  const { metrics, intervals, coverage, skippedMetrics, warnings } =
    earlier === undefined ? told : addEarlier(told, earlier, plan);
  return {
    rows: await reader.size(),
    metrics,
    intervals,
    coverage,
    signatures: Object.fromEntries(plan.metrics.map((planned) => [planned.key, planned.signature])),
    skippedMetrics: [...plan.skippedMetrics, ...skippedMetrics],
    usage: usageOf(
      totals.filter((one) => one.evaluation === evaluation),
      { cachedCalls: 0, failedCalls: 0, failedAttempts: 0, limits: limitsIn(snapshot) },
    ),
    warnings,
  };
}
