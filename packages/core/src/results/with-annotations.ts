import type { Annotation, JournalReader, Plan, Score, ScoreEntry, StoredRow } from '../contracts/index.ts';
import { aggregate } from './aggregate.ts';
import { addEarlier, withoutMetrics } from './earlier-aggregates.ts';
import type { StoredEvaluation } from './result-parts.ts';
import { type Said, saidOf, scoreBy } from './said.ts';
import { knownAggregation, storedMetrics } from './stored-metric.ts';
import type { EvaluationSummary } from './summary.ts';

/**
 * An evaluation with what people say of its rows: their scores stand in place of the metrics', in rows, tables and aggregates.
 * It is laid over when a result is read. Journal and snapshot keep what the metrics said.
 */
export async function withAnnotations(
  evaluation: StoredEvaluation,
  annotations: readonly Annotation[],
): Promise<StoredEvaluation> {
  const { plan, summary } = evaluation;
  const said = saidOf(annotations, plan);
  if (said === undefined) return evaluation;
  const reader = annotatedReader(evaluation.reader, plan, said);
  return { ...evaluation, said, reader, summary: await annotatedSummary(summary, reader, plan, said) };
}

function annotatedReader(reader: JournalReader, plan: Plan, said: Said): JournalReader {
  const ofRow = (row: StoredRow): StoredRow => ({
    ...row,
    trials: row.trials.map((trial) => {
      const scores = Array.from(trial.scores, ([metric, score]): readonly [number, Score] => [
        metric,
        spoken(said, plan, row.ordinal, trial.trial, metric) ?? score,
      ]);
      return { ...trial, scores: new Map(scores) };
    }),
  });
  const ofEntry = (entry: ScoreEntry): ScoreEntry => {
    const score = spoken(said, plan, entry.ordinal, entry.trial, entry.metric);
    return score === undefined ? entry : { ...entry, score };
  };
  return {
    ...reader,
    stored: async (from, to) => (await reader.stored(from, to)).map(ofRow),
    async *rows() {
      for await (const rows of reader.rows()) yield rows.map(ofRow);
    },
    async *scores() {
      for await (const entries of reader.scores()) yield entries.map(ofEntry);
    },
  };
}

function spoken(said: Said, plan: Plan, ordinal: number, trial: number, metric: number): Score | undefined {
  if (!said.metrics.has(metric)) return undefined;
  const annotation = said.current(ordinal, trial).get(plan.metrics[metric]?.key ?? '');
  return annotation === undefined ? undefined : scoreBy(annotation);
}

async function annotatedSummary(
  summary: EvaluationSummary,
  reader: JournalReader,
  plan: Plan,
  said: Said,
): Promise<EvaluationSummary> {
  if (said.metrics.size === 0) return summary;
  const metrics = storedMetrics(plan).filter(({ index }) => said.metrics.has(index));
  const keys = new Set(metrics.map(({ planned: { key } }) => key));
  const now = await aggregate(reader, metrics, { clustered: plan.data.cluster !== undefined });
  const { metrics: values, intervals, coverage } = addEarlier(now, withoutMetrics(summary, plan, keys), plan);
  return {
    ...summary,
    metrics: values,
    intervals,
    coverage,
    warnings: [
      ...summary.warnings.filter((warning) => !metrics.some(({ planned }) => isOfOwnScores(warning, planned))),
      ...now.warnings,
      ...metrics.flatMap(({ planned }) => leftOut(planned, summary)),
      ...(await authorsOf(reader, metrics)),
    ],
  };
}

/** What was said of aggregates that are made again. */
function isOfOwnScores(warning: string, { name, key }: Plan['metrics'][number]): boolean {
  return warning.startsWith(`${key}/`) || warning.startsWith(`${name}: no valid scores`);
}

/** Aggregates by a formula of the metric's own, which is not here. */
function leftOut({ key, aggregations = [] }: Plan['metrics'][number], { metrics }: EvaluationSummary): readonly string[] {
  const lost = aggregations.flatMap((one) =>
    knownAggregation(one) === undefined && Object.hasOwn(metrics, `${key}/${one.name}`) ? [`${key}/${one.name}`] : [],
  );
  if (lost.length === 0) return [];
  const are = lost.length === 1 ? 'is' : 'are';
  return [`${lost.join(', ')} ${are} left out: the scores of ${key} hold a person's, and the formula is the metric's own.`];
}

/** `polite/v1: 2 scores are a person's in place of the metric's (김민지).` */
async function authorsOf(reader: JournalReader, metrics: ReturnType<typeof storedMetrics>): Promise<readonly string[]> {
  const authors = new Map<number, string[]>();
  for await (const entries of reader.scores()) {
    for (const { metric, score } of entries) {
      if (score.status !== 'scored' || score.by === undefined) continue;
      authors.set(metric, [...(authors.get(metric) ?? []), score.by]);
    }
  }
  return metrics.flatMap(({ index, planned: { key } }) => {
    const by = authors.get(index) ?? [];
    if (by.length === 0) return [];
    const what = by.length === 1 ? "1 score is a person's" : `${by.length} scores are a person's`;
    return [`${key}: ${what} in place of the metric's (${[...new Set(by)].sort().join(', ')}).`];
  });
}
