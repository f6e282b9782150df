import type { AggregateInterval, Json, ScoreSummary, ScoreValue, SummaryOutcome } from '@touchstone/core';
import { rangeOf, type Scale } from '@touchstone/judging';
import { krippendorffAlphaInterval, meanInterval, raterReliability } from '@touchstone/stats';
import type { Pooling } from './panel-options.ts';
import { poolValues } from './panel-score.ts';

/**
 * What the judges of a panel say together: their agreement beyond chance (Krippendorff's alpha with its interval), the mean of each,
 * and, where they judge repeatedly, how far a judge is from itself.
 */
export function panelSummary(scale: Scale, pooling: Pooling): ScoreSummary {
  const rows: RowOpinions[] = [];
  return {
    add: ({ details }, { cluster }) => {
      rows.push({ cluster, opinions: opinionsIn(details) });
    },
    conclude: () => concluded(rows, scale, pooling),
  };
}

interface RowOpinions {
  readonly cluster: string;
  readonly opinions: readonly JudgeOpinion[];
}

interface JudgeOpinion {
  readonly judge: string;
  readonly value: ScoreValue | undefined;
  readonly repeats: readonly ScoreValue[];
}

function opinionsIn(details: Json | undefined): readonly JudgeOpinion[] {
  const list = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : []);
  return list(record(details).judges).map((one) => {
    const { judge, value, judgements } = record(one);
    return {
      judge: String(judge),
      value: scoreValue(value),
      repeats: list(judgements).flatMap((judgement) => scoreValue(record(judgement).value) ?? []),
    };
  });
}

function record(value: Json | undefined): { readonly [key: string]: Json } {
  return isRecord(value) ? value : {};
}

function isRecord(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function scoreValue(value: Json | undefined): ScoreValue | undefined {
  return typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string' ? value : undefined;
}

interface Said {
  readonly metrics: Record<string, number>;
  readonly intervals: Record<string, AggregateInterval>;
  readonly warnings: string[];
}

function concluded(rows: readonly RowOpinions[], scale: Scale, pooling: Pooling): SummaryOutcome {
  const said: Said = { metrics: {}, intervals: {}, warnings: [] };
  const judges = rows[0]?.opinions.map(({ judge }) => judge) ?? [];
  if (judges.length > 1) {
    addAgreement(said, rows, scale);
    for (const [at, judge] of judges.entries()) {
      const values = rows.flatMap(({ opinions }) => numberOf(opinions[at]?.value, scale) ?? []);
      if (values.length > 0) said.metrics[`judge_mean/${judge}`] = meanOf(values);
    }
  }
  if (pooling.byReliability) addReliability(said, rows, judges, scale, pooling);
  if (pooling.repeats > 1) addRepeats(said, rows, scale);
  return said;
}

/** One label a row, and the same for rows that belong together; nothing where every row stands alone. */
function clustersOf(rows: readonly RowOpinions[]): { readonly clusters?: readonly string[] } {
  const clusters = rows.map(({ cluster }) => cluster);
  return new Set(clusters).size === clusters.length ? {} : { clusters };
}

function addAgreement(said: Said, rows: readonly RowOpinions[], scale: Scale): void {
  const units = rows.map(({ opinions }) => opinions.map(({ value }) => value));
  const alpha = krippendorffAlphaInterval(units, { scale: alphaScale(scale), ...clustersOf(rows) });
  if (alpha.estimate !== undefined) said.metrics.agreement = alpha.estimate;
  if (alpha.undefined === undefined) {
    const { estimate, low, high, level, method, n, clusters, warnings } = alpha;
    said.intervals.agreement = { estimate, low, high, level, method, n, ...(clusters === undefined ? {} : { clusters }) };
    if (warnings.includes('no-spread'))
      said.warnings.push(
        'its judges agree on every row, so the interval of agreement has no width: so few rows cannot show a disagreement.',
      );
  } else if (alpha.undefined === 'no-variation') {
    said.warnings.push(
      'its judges gave all rows the same score: whether they agree beyond chance cannot be told from rows that do not differ.',
    );
  }
}

function alphaScale({ kind }: Scale): 'interval' | 'nominal' {
  return kind === 'numeric' ? 'interval' : 'nominal';
}

function addReliability(
  said: Said,
  rows: readonly RowOpinions[],
  judges: readonly string[],
  scale: Scale,
  pooling: Pooling,
): void {
  const units = rows.map(({ opinions }) => opinions.map(({ value }) => value));
  const { weights, reliability } = raterReliability(units, { scale: alphaScale(scale) });
  for (const [at, judge] of judges.entries()) said.metrics[`weight/${judge}`] = weights[at] ?? 0;
  if (!reliability.some((one) => typeof one === 'number')) return;
  if (weights.every((weight) => weight === 0)) {
    said.warnings.push('none of its judges agrees with the others beyond chance, so reliability_mean has no value.');
    return;
  }
  const pooled = units.map((values) => {
    const one = poolValues(values, { pool: pooling.pool, weights, quorum: 1 }, scale);
    return 'value' in one ? numberOf(one.value, scale) : undefined;
  });
  const range = scale.kind === 'boolean' ? ([0, 1] as const) : rangeOf(scale);
  const mean = meanInterval(pooled, { ...(range === undefined ? {} : { range }), ...clustersOf(rows) });
  if (mean.estimate === undefined) return;
  said.metrics.reliability_mean = mean.estimate;
  if (mean.undefined !== undefined) return;
  const { estimate, low, high, level, method, n, clusters } = mean;
  said.intervals.reliability_mean = { estimate, low, high, level, method, n, ...(clusters === undefined ? {} : { clusters }) };
}

/** Of numbers the standard deviation of a judge around its own mean of a row; else the share of repeats that say what most of them say. */
function addRepeats(said: Said, rows: readonly RowOpinions[], scale: Scale): void {
  const all = rows.flatMap(({ opinions }) => opinions.map(({ repeats }) => repeats)).filter((repeats) => repeats.length > 1);
  if (all.length === 0) return;
  if (scale.kind === 'numeric') {
    const variances = all.map((repeats) => varianceOf(repeats.map(Number)));
    said.metrics.repeat_sd = Math.sqrt(meanOf(variances));
  } else {
    said.metrics.repeat_agreement = meanOf(
      all.map((repeats) => Math.max(...repeats.map((one) => repeats.filter((other) => other === one).length)) / repeats.length),
    );
  }
}

function numberOf(value: ScoreValue | undefined, scale: Scale): number | undefined {
  if (typeof value === 'string') return scale.kind === 'labels' ? scale.weights[value] : undefined;
  return value === undefined ? undefined : Number(value);
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function varianceOf(values: readonly number[]): number {
  const mean = meanOf(values);
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
}
