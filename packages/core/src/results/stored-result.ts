import type {
  Aggregation,
  CallTotals,
  EvaluationRecord,
  JournalReader,
  Metric,
  RunRecord,
  RunStore,
} from '../contracts/index.ts';
import { aggregations } from '../metrics/aggregations.ts';
import type { ResolvedMetric } from '../plan/resolved-metric.ts';
import { aggregate } from './aggregate.ts';
import { EvaluationResult } from './evaluation-result.ts';
import { resultRun } from './result-run.ts';
import { limitsIn, summaryIn } from './stored-snapshot.ts';
import type { EvaluationSummary } from './summary.ts';
import { usageOf } from './usage.ts';

/** The result of a stored run: from its snapshot; for a run that died without one, computed from what the journal holds. */
export async function storedResult(store: RunStore, run: RunRecord): Promise<EvaluationResult> {
  const records = await store.catalog.evaluations(run.id);
  const evaluations = await Promise.all(
    records.map(async (record) => {
      const reader = await store.catalog.reader(run.id, record.index);
      const summary = summaryIn(record.snapshot) ?? (await summarise(record, reader, await store.calls(run.id).totals()));
      return { index: record.index, plan: record.plan, summary, reader };
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

/** The aggregates that can be told from their names; a metric's own formulas need its code, and come when the run is resumed. */
async function summarise(
  { plan, index: evaluation, snapshot }: EvaluationRecord,
  reader: JournalReader,
  totals: readonly CallTotals[],
): Promise<EvaluationSummary> {
  const metrics = plan.metrics.map(
    (planned, index): ResolvedMetric => ({
      index,
      planned,
      metric: headOnly(planned),
      columns: [],
      dependsOn: [],
      level: 0,
      services: {},
    }),
  );
  const {
    metrics: values,
    intervals,
    coverage,
    warnings,
  } = await aggregate(
    reader,
    metrics.filter(({ planned }) => planned.form !== 'dataset'),
    { clustered: plan.data.cluster !== undefined },
  );
  return {
    rows: await reader.size(),
    metrics: values,
    intervals,
    coverage,
    signatures: Object.fromEntries(plan.metrics.map((planned) => [planned.key, planned.signature])),
    skippedMetrics: plan.skippedMetrics,
    usage: usageOf(
      totals.filter((one) => one.evaluation === evaluation),
      { cachedCalls: 0, failedCalls: 0, failedAttempts: 0, limits: limitsIn(snapshot) },
    ),
    warnings,
  };
}

function headOnly(planned: EvaluationRecord['plan']['metrics'][number]): Metric {
  const { name, signature, greaterIsBetter } = planned;
  const known = planned.aggregations?.flatMap(({ name: asked, kind }) => knownAggregation(asked, kind) ?? []);
  return {
    form: 'row',
    ...(known === undefined ? {} : { aggregations: known }),
    name,
    description: name,
    greaterIsBetter,
    needs: [],
    columns: {},
    dependsOn: [],
    models: {},
    signature,
    cost: 'cpu',
    batch: 1,
    scoreItems: () => [],
  };
}

function knownAggregation(name: string, kind: Aggregation['kind']): Aggregation | undefined {
  const standard: Readonly<Record<string, Aggregation>> = aggregations;
  if (Object.hasOwn(standard, name)) return standard[name];
  return kind === 'proportion' || kind === 'mean' ? { ...aggregations.mean, name, kind } : undefined;
}
