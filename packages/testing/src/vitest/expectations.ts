import { type EvaluationResult, suggestion } from '@touchstone/core';
import { failingRows } from './failing-rows.ts';

/** Result key → number: `{ 'rougeL/v1/mean': 0.5 }`. */
export type Bounds = Readonly<Record<string, number>>;

/** What is expected of an evaluation's result. */
export interface Expectations {
  readonly atLeast?: Bounds;
  readonly atMost?: Bounds;
  /** Share of rows, from 0 to 1, that a metric with a bound must have scored; with fewer nobody can tell. Default: 0.95. */
  readonly coverage?: number;
}

/** Everything in which a result is not as expected, with the rows that are to blame; `undefined`: nothing. */
export async function unmetExpectations(result: EvaluationResult, expected: Expectations): Promise<string | undefined> {
  const { status, reason } = result.run;
  const problems: string[] = [];
  if (status !== 'finished') problems.push(`The evaluation is ${status}${reason === undefined ? '' : `: ${reason}`}`);
  const bounds = boundsOf(expected);
  const unmet = bounds.filter((bound) => !holds(bound, result.metrics[bound.key]));
  for (const bound of unmet) problems.push(boundProblem(bound, result));
  for (const metric of new Set(bounds.flatMap(({ key }) => metricOf(key, result)?.key ?? []))) {
    problems.push(...coverageProblem(metric, expected.coverage ?? 0.95, result));
  }
  if (problems.length === 0) return undefined;
  const table = await failingRows(
    result,
    unmet.flatMap((bound) => {
      const metric = metricOf(bound.key, result);
      return metric === undefined ? [] : [{ ...bound, metric: metric.name }];
    }),
  );
  return [...problems, ...(table === undefined ? [] : ['', table])].join('\n');
}

/** One bound of one aggregate. */
export interface Bound {
  readonly key: string;
  readonly side: 'at least' | 'at most';
  readonly bound: number;
}

function boundsOf({ atLeast = {}, atMost = {} }: Expectations): readonly Bound[] {
  return [
    ...Object.entries(atLeast).map(([key, bound]): Bound => ({ key, side: 'at least', bound })),
    ...Object.entries(atMost).map(([key, bound]): Bound => ({ key, side: 'at most', bound })),
  ];
}

function holds({ side, bound }: Bound, value: number | undefined): boolean {
  if (value === undefined) return false;
  return side === 'at least' ? value >= bound : value <= bound;
}

function boundProblem({ key, side, bound }: Bound, { metrics, intervals }: EvaluationResult): string {
  const value = metrics[key];
  if (value === undefined)
    return `There is no ${key} in the result.${suggestion(key, Object.keys(metrics), { list: 'There are' })}`;
  const interval = intervals[key];
  const range = interval === undefined ? '' : ` [${short(interval.low)}, ${short(interval.high)}]`;
  return `${key} is ${short(value)}${range}, expected ${side} ${bound}`;
}

/** The metric that an aggregate is of: `rougeL` of `rougeL/v1/mean`. */
function metricOf(key: string, { plans }: EvaluationResult): { readonly name: string; readonly key: string } | undefined {
  const metrics = plans.flatMap((plan) => plan.metrics);
  return metrics.find((metric) => key === metric.key || key.startsWith(`${metric.key}/`));
}

function coverageProblem(metric: string, least: number, { coverage }: EvaluationResult): readonly string[] {
  const counts = coverage[metric];
  if (counts === undefined) return [];
  const rows = counts.scored + counts.skipped + counts.failed;
  if (counts.scored >= least * rows) return [];
  const reasons = Object.entries(counts.reasons).map(([reason, count]) => `${reason} ${count}`);
  return [
    `${metric} was scored for ${counts.scored} of ${rows} rows, expected at least ${least * 100} % (${reasons.join(', ')})`,
  ];
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}
