import type { Cell, Item, Metric, Row, RowTask, Score, ServiceAddress } from '../contracts/index.ts';
import { readCell } from '../data/read-row.ts';
import { openDoor } from '../door/door.ts';
import { unlimited } from '../door/unlimited.ts';
import { TouchstoneError } from '../errors/touchstone-error.ts';
import type { ResolvedMetric } from '../plan/resolved-metric.ts';
import { checkScore } from '../run/check-score.ts';
import { checkStatistics } from '../run/check-statistics.ts';
import { RunWork } from '../run/run-work.ts';
import { itemOf, scoreContext } from '../run/score-rows.ts';
import { systemClock } from '../run/system-clock.ts';
import { callAccounts } from '../store/call-accounts.ts';
import { singleFlight } from '../store/single-flight.ts';

/**
 * One row through a metric, outside of a run: the same checks of cells and scores as inside.
 * @throws TouchstoneError `no-row-score` when the metric has no score of a single row, or needs those of other metrics; what the metric throws
 */
export async function scoreOne(metric: Metric, row: object): Promise<Score> {
  if (metric.form === 'dataset') throw noRowScore(metric);
  if (metric.dependsOn.length > 0)
    throw new TouchstoneError(
      'no-row-score',
      `${metric.name} reads the scores of ${metric.dependsOn.join(', ')}, which are computed in an evaluation only: use evaluate.`,
    );
  const columns: Record<string, Cell> = {};
  for (const [name, value] of Object.entries(row)) columns[name] = readCell(value);
  const item = await itemFor(metric, columns);
  if ('status' in item.item) return item.item;
  if (metric.form === 'statistic') {
    const { score } = checkStatistics(metric.statistics(item.item), metric.name, metric.range);
    if (score.status === 'scored' && score.summandsOnly) throw noRowScore(metric);
    return score;
  }
  const [score] = await metric.scoreItems([item.item], scoreContext(item.resolved));
  return checkScore(score, metric.name, metric.range);
}

function noRowScore({ name }: Metric): TouchstoneError {
  return new TouchstoneError(
    'no-row-score',
    `${name} is computed over all rows together, and has no score of a single one: use evaluate.`,
  );
}

async function itemFor(
  metric: Metric,
  columns: Row,
): Promise<{ readonly item: Item | Score; readonly resolved: ResolvedMetric }> {
  const resolved: ResolvedMetric = {
    index: 0,
    metric,
    planned: {
      name: metric.name,
      key: metric.name,
      form: metric.form,
      signature: metric.signature,
      greaterIsBetter: metric.greaterIsBetter,
      columns: {},
      dependsOn: [],
    },
    columns: metric.needs.map((need) => ({ ...need, source: { from: 'data', column: need.name } })),
    dependsOn: [],
    level: 0,
    services: Object.fromEntries(
      Object.entries(metric.models).flatMap(([role, model]) =>
        typeof model === 'object' && 'send' in model ? [[role, model]] : [],
      ),
    ),
  };
  const task: RowTask = { ordinal: 0, key: '', trial: 0, row: columns };
  // There is no run that would keep the answers: each call asks anew.
  const door = await openDoor({
    calls: {
      claim: singleFlight({ find: () => undefined, keep: async () => undefined }).claim,
      share: async () => undefined,
      ...callAccounts(),
    },
    governor: unlimited,
    prices: undefined,
    clock: systemClock,
    fetch: globalThis.fetch,
    evaluation: 1,
    timeoutMs: 120_000,
    attempts: 3,
    maxUsd: undefined,
    onStop: () => undefined,
  });
  const log = { info: () => undefined, warn: () => undefined };
  const service = (ref: ServiceAddress): never => {
    const uri = typeof ref === 'string' ? ref : ref.uri;
    throw new TouchstoneError(
      'no-plugins',
      `score() knows no plug-ins, and '${uri}' is made by one: give the metric the service itself.`,
    );
  };
  const work = new RunWork({ seed: 0, log, door, service, clock: systemClock }, 0, '', 0, metric.name);
  return {
    item: itemOf(resolved, { task, work, prediction: { columns, main: 'predictions', latencyMs: 0 }, scores: [] }),
    resolved,
  };
}
