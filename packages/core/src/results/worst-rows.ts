import type { Plan, ScoredRow, ScoreValue } from '../contracts/index.ts';
import { suggestion } from '../errors/did-you-mean.ts';
import { TouchstoneError } from '../errors/touchstone-error.ts';

export interface WorstRowsOptions {
  readonly plans: readonly Plan[];
  /** Name or key of a metric: `rougeL` or `rougeL/v1`. */
  readonly metric: string;
  readonly limit: number;
}

/**
 * The rows that a metric likes least, worst first; equal scores in data order. Rows that it did not score are left out.
 * Reads all rows and holds `limit` of them.
 *
 * @throws TouchstoneError `unknown-metric`; `no-order` when the metric gives labels
 * @example
 * const rows = await worstRows(results.rows(), { plans: results.plans, metric: 'rougeL', limit: 5 });
 */
export async function worstRows(
  rows: AsyncIterable<ScoredRow> | Iterable<ScoredRow>,
  options: WorstRowsOptions,
): Promise<readonly ScoredRow[]> {
  const metric = findMetric(options);
  const held: { readonly row: ScoredRow; readonly badness: number }[] = [];
  let anyScore = false;
  let allListed = true;
  for await (const row of rows) {
    const score = Object.hasOwn(row.scores, metric.name) ? row.scores[metric.name] : undefined;
    if (score === undefined) allListed = false;
    if (score?.status !== 'scored') continue;
    anyScore = true;
    const order = orderOf(score.value, metric.name);
    const badness = metric.greaterIsBetter ? -order : order;
    const place = held.findIndex((other) => other.badness < badness);
    held.splice(place === -1 ? held.length : place, 0, { row, badness });
    if (held.length > options.limit) held.pop();
  }
  // A statistic metric without scores of rows lists only what it failed or skipped.
  if (metric.form === 'statistic' && !anyScore && !allListed) throw noSuchScores(options, { ofAllRows: metric.name });
  return held.map(({ row }) => row);
}

function findMetric(options: WorstRowsOptions): Plan['metrics'][number] {
  const metrics = options.plans.flatMap((plan) => plan.metrics);
  const found = metrics.find(({ name, key }) => name === options.metric || key === options.metric);
  if (found === undefined || found.form === 'dataset') throw noSuchScores(options, { ofAllRows: found?.name });
  return found;
}

function noSuchScores({ plans, metric }: WorstRowsOptions, { ofAllRows }: { readonly ofAllRows: string | undefined }) {
  const others = plans.flatMap(({ metrics }) =>
    metrics.flatMap(({ name, form }) => (form === 'dataset' || name === ofAllRows ? [] : [name])),
  );
  const what =
    ofAllRows === undefined
      ? `This run has no metric '${metric}'.`
      : `'${metric}' is computed of the whole data set, so no row is its worst.`;
  return new TouchstoneError('unknown-metric', `${what}${suggestion(metric, others, { list: 'Rows have scores of' })}`);
}

function orderOf(value: ScoreValue, metric: string): number {
  if (typeof value !== 'string') return Number(value);
  throw new TouchstoneError(
    'no-order',
    `${metric} gives labels such as '${value}', which have no order, so no row is its worst.`,
  );
}
