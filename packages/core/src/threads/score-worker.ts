// Entry of a worker thread: makes metrics again from their specs, and scores the rows that it is sent.
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import type { Json, Logger } from '../contracts/index.ts';
import { secrets } from '../door/secrets.ts';
import { TouchstoneError } from '../errors/touchstone-error.ts';
import type { ResolvedMetric } from '../plan/resolved-metric.ts';
import { InFlight } from '../run/in-flight.ts';
import { RunWork, type WorkSetting } from '../run/run-work.ts';
import { type RowAtWork, RowScorer, rowAtWork } from '../run/score-rows.ts';
import { systemClock } from '../run/system-clock.ts';
import { unpackRows } from './pack-rows.ts';
import { packScores } from './pack-scores.ts';
import { rebuildMetric } from './rebuild-metric.ts';
import type { FromThread, RowsMessage, ThreadSetup } from './thread-messages.ts';
import { positionWriter } from './thread-position.ts';

const noDoor: WorkSetting['door'] = {
  counts: { cachedCalls: 0, failedCalls: 0, failedAttempts: 0 },
  secrets: secrets(),
  limitHistory: () => [],
  cassette: undefined,
  ask: refuse,
};

function refuse(): never {
  throw new TouchstoneError(
    'no-calls-in-threads',
    "A metric with cost 'cpu' asked a service: give it cost: 'io', so that it is computed where calls can be made.",
    { kind: 'run' },
  );
}

if (!isMainThread && parentPort !== null) serve(parentPort, workerData as ThreadSetup);

function serve(port: NonNullable<typeof parentPort>, setup: ThreadSetup): void {
  const tell = (message: FromThread): void => port.postMessage(message);
  const write = (level: 'info' | 'warn', message: string, data: Json | undefined): void =>
    tell({ type: 'log', level, message, ...(data === undefined ? {} : { data }) });
  const log: Logger = {
    info: (message, data) => write('info', message, data),
    warn: (message, data) => write('warn', message, data),
  };
  const setting: WorkSetting = { seed: setup.seed, log, door: noDoor, service: refuse, clock: systemClock };
  const position = positionWriter(setup.position);
  // The whole thread is ended when the run is stopped at once.
  const inFlight = new InFlight(setup.timeoutMs, new AbortController().signal);
  let current = { message: 0, rows: new Map<unknown, number>() };
  const observed = (metric: ResolvedMetric): ResolvedMetric => {
    const enter = (item: { readonly prediction: unknown } | undefined, rows: number): void =>
      position.enter(current.message, metric.index, current.rows.get(item?.prediction) ?? 0, rows);
    const { metric: definition } = metric;
    if (definition.form === 'row') {
      const scoreItems: typeof definition.scoreItems = (items, context) => {
        enter(items[0], items.length);
        return definition.scoreItems(items, context);
      };
      return { ...metric, metric: { ...definition, scoreItems } };
    }
    if (definition.form === 'dataset') return metric;
    const statistics: typeof definition.statistics = (item) => {
      enter(item, 1);
      return definition.statistics(item);
    };
    return { ...metric, metric: { ...definition, statistics } };
  };

  const scorers = rebuild(setup).then((metrics) => {
    tell({ type: 'ready', metrics: metrics.map(({ index }) => index) });
    const all = metrics.map(observed);
    return { inBatches: new RowScorer(all, inFlight), oneByOne: new RowScorer(all.map(oneAtATime), inFlight) };
  });

  let work: Promise<void> = Promise.resolve();
  port.on('message', (message: RowsMessage) => {
    work = work.then(() => answer(message));
  });

  async function answer(message: RowsMessage): Promise<void> {
    const { inBatches, oneByOne } = await scorers;
    const scorer = message.oneByOne ? oneByOne : inBatches;
    const rows: readonly RowAtWork[] = unpackRows(message).map(({ task, prediction }) =>
      rowAtWork(task, new RunWork(setting, task.ordinal, task.key, task.trial, 'model'), prediction),
    );
    current = { message: message.id, rows: new Map(rows.map(({ prediction }, at) => [prediction, at])) };
    for (const [row, metric, score] of message.have) {
      const found = rows[row];
      if (found !== undefined) found.scores[metric] = score;
    }
    await Promise.all(scorer.together(rows).map((group) => scorer.score(group)));
    position.leave();
    tell({ type: 'scores', id: message.id, metrics: packScores(rows) });
  }
}

/** Those that can be made; the others stay where they are. */
async function rebuild(setup: ThreadSetup): Promise<readonly ResolvedMetric[]> {
  const made = await Promise.all(setup.metrics.map(rebuildMetric));
  return made.filter((metric) => metric !== undefined);
}

function oneAtATime(metric: ResolvedMetric): ResolvedMetric {
  return metric.metric.form === 'row' ? { ...metric, metric: { ...metric.metric, batch: 1 } } : metric;
}
