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
  for await (const row of rows) {
    const score = Object.hasOwn(row.scores, metric.name) ? row.scores[metric.name] : undefined;
    if (score?.status !== 'scored') continue;
    const order = orderOf(score.value, metric.name);
    const badness = metric.greaterIsBetter ? -order : order;
    const place = held.findIndex((other) => other.badness < badness);
    held.splice(place === -1 ? held.length : place, 0, { row, badness });
    if (held.length > options.limit) held.pop();
  }
  return held.map(({ row }) => row);
}

function findMetric({ plans, metric }: WorstRowsOptions): Plan['metrics'][number] {
  const metrics = plans.flatMap((plan) => plan.metrics);
  const found = metrics.find(({ name, key }) => name === metric || key === metric);
  if (found?.form === 'row') return found;
  const hint = suggestion(
    metric,
    metrics.flatMap(({ name, form }) => (form === 'row' ? [name] : [])),
    { list: 'Rows have scores of' },
  );
  const what =
    found === undefined
      ? `This run has no metric '${metric}'.`
      : `'${metric}' is computed of the whole data set, so no row is its worst.`;
  throw new TouchstoneError('unknown-metric', `${what}${hint}`);
}

function orderOf(value: ScoreValue, metric: string): number {
  if (typeof value !== 'string') return Number(value);
  throw new TouchstoneError(
    'no-order',
    `${metric} gives labels such as '${value}', which have no order, so no row is its worst.`,
  );
}
