import type {
  CallStore,
  Clock,
  Emit,
  Engine,
  EvaluatorOutcome,
  Journal,
  Json,
  LimitChange,
  Logger,
  Plan,
  Revision,
  RunStatus,
  RunWriter,
} from '../contracts/index.ts';
import type { RunDoor } from '../door/door.ts';
import { messageOf, TouchstoneError } from '../errors/touchstone-error.ts';
import type { Progress } from '../plan/evaluate-request.ts';
import type { PreparedEvaluation } from '../plan/prepare-evaluation.ts';
import { type Aggregates, aggregate } from '../results/aggregate.ts';
import { addEarlier } from '../results/earlier-aggregates.ts';
import type { EvaluationSummary, ResultUsage } from '../results/summary.ts';
import { usageOf } from '../results/usage.ts';
import { scoreDatasetMetrics } from './dataset-metrics.ts';
import { ErrorBudget } from './error-budget.ts';
import { finishEvaluators } from './finish-evaluators.ts';
import { LimitHistory } from './limit-history.ts';
import { localExecutor } from './local-executor.ts';
import { rowTasks, storedTasks } from './row-tasks.ts';
import type { WorkSetting } from './run-work.ts';
import type { Stopper } from './stopper.ts';
import { entriesWithoutSecrets, loggerWithoutSecrets } from './without-secrets.ts';

export interface EvaluationSetting {
  readonly engine: Engine;
  readonly clock: Clock;
  readonly log: Logger;
  /** @param onStop told when going on is of no use */
  readonly openDoor: (plan: Plan, onStop: (reason: string) => void) => Promise<RunDoor>;
  readonly calls: CallStore;
  /** What earlier parts of this evaluation have learned of limits. */
  readonly earlierLimits: readonly LimitChange[];
  /** By what the record is changed before anything is done. */
  readonly revisions: readonly Revision[];
  /** The result that stands while metrics are added to it; kept until there is a whole one. */
  readonly before: EvaluationSummary | undefined;
  readonly service: WorkSetting['service'];
  /** Whether what has failed is tried again. */
  readonly retrying: boolean;
  readonly stopper: Stopper;
  readonly onProgress: ((progress: Progress) => void) | undefined;
  /** Told of entries after they became durable. */
  readonly onEntries: Emit | undefined;
}

export interface EvaluationOutcome {
  readonly status: Exclude<RunStatus, 'running'>;
  readonly reason?: string;
  readonly journal: Journal;
  readonly summary: EvaluationSummary;
  readonly tables: NonNullable<EvaluatorOutcome['tables']>;
  readonly artifacts: NonNullable<EvaluatorOutcome['artifacts']>;
}

const PROGRESS_EVERY_MS = 100;

/**
 * Carries out a prepared evaluation: rows → predictions → scores → journal → aggregates. Continues where the journal ends.
 * @throws TouchstoneError when the store refuses, the data cannot be read on, or the first answer shows a mistake of the request;
 *   what was scored until then is stored, and the run says why it ended
 */
export async function runEvaluation(
  prepared: PreparedEvaluation,
  index: number,
  writer: RunWriter,
  setting: EvaluationSetting,
): Promise<EvaluationOutcome> {
  const { plan } = prepared;
  const { stopper, clock } = setting;
  const journal = await writer.journal(index, plan);
  for (const revision of setting.revisions) await journal.revise(revision);
  const door = await setting.openDoor(plan, (reason) => stopper.finishInFlight({ status: 'incomplete', reason }));
  const limits = new LimitHistory(journal, clock, {
    earlier: setting.earlierLimits,
    learned: door.limitHistory,
    before: setting.before,
  });
  if ((await journal.size()) > 0) await limits.begin();
  const log = loggerWithoutSecrets(setting.log, door.secrets);
  const work: WorkSetting = { seed: plan.data.seed, log, door, service: setting.service, clock, retrying: setting.retrying };
  const total = plan.data.rows === undefined ? undefined : plan.data.rows * plan.trials;
  const budget = new ErrorBudget(plan.limits.errorBudget, total);
  const started = clock.monotonic();
  let earlier = 0;
  let cutOff = 0;
  let told = Number.NEGATIVE_INFINITY;
  let onProgress = setting.onProgress;
  const tell = (last: boolean): void => {
    if (onProgress === undefined) return;
    const now = clock.monotonic();
    if (!last && now - told < PROGRESS_EVERY_MS) return;
    told = now;
    const done = earlier + budget.done;
    const elapsedMs = now - started;
    try {
      onProgress({ run: writer.id, done, earlier, ...(total === undefined ? {} : { total }), failed: budget.failed, elapsedMs });
    } catch (error) {
      // Whoever watches must not be able to break what is watched.
      onProgress = undefined;
      setting.log.warn(`onProgress threw, and is not called again in this evaluation: ${messageOf(error)}`);
    }
  };

  const executor = localExecutor({
    plan,
    model: prepared.model,
    metrics: prepared.metrics,
    setting: work,
    clock,
    signals: stopper,
    onRow: ({ failed }) => {
      const spent = budget.add(failed);
      if (spent !== undefined) stopper.finishInFlight({ status: 'incomplete', reason: spent });
      tell(false);
    },
    onCutOff: () => cutOff++,
    onFatal: (error) => stopper.atOnce({ status: 'failed', reason: error.message, error }),
  });
  const emit: Emit = async (entries) => {
    try {
      const safe = entriesWithoutSecrets(entries, door.secrets);
      await journal.append(safe);
      await setting.onEntries?.(safe);
      await limits.keep();
    } catch (error) {
      // At once, for all batches: an answer that cannot be kept must not be paid for.
      stopper.finishInFlight({ status: 'incomplete', reason: messageOf(error) });
      throw error;
    }
  };
  const onDone = (rows: number): void => {
    earlier += rows;
  };
  let trouble: unknown;
  tell(true);
  try {
    await setting.engine.run(
      plan,
      prepared.data === undefined ? storedTasks(plan, journal, onDone) : rowTasks(plan, prepared.data, journal, onDone),
      executor,
      emit,
      stopper,
    );
  } catch (error) {
    trouble = error;
    stopper.finishInFlight({ status: 'incomplete', reason: messageOf(error) });
  } finally {
    await executor.close();
  }
  tell(true);
  if (isStoreError(trouble)) throw trouble;

  stopIfMissing(door, stopper);
  const clustered = plan.data.cluster !== undefined;
  const { scoring } = prepared;
  const computed = prepared.metrics.filter(({ planned }) => scoring?.keys.has(planned.key) !== false);
  const now = await aggregate(journal, computed, { clustered });
  const complete = stopper.reason === undefined;
  if (complete) await scoreDatasetMetrics({ ...prepared, metrics: computed }, journal, work, stopper.abort, now);
  const aggregates = scoring === undefined ? now : addEarlier(now, scoring.earlier, plan);
  stopIfMissing(door, stopper);
  const conclusive = stopper.reason === undefined && aggregates.scored > 0;
  const outcome = conclusive
    ? await finishEvaluators(prepared, journal, aggregates, door, stopper.abort)
    : { tables: {}, artifacts: {} };
  // What evaluators asked may not be in the cassette either.
  stopIfMissing(door, stopper);
  const usage = usageOf(
    (await setting.calls.totals()).filter((one) => one.evaluation === index),
    {
      ...door.counts,
      cachedCalls: door.counts.cachedCalls + (scoring?.earlier.usage.cachedCalls ?? 0),
      limits: limits.changes,
    },
  );
  if (cutOff > 0) {
    const answers = cutOff === 1 ? '1 answer was cut off' : `${cutOff} answers were cut off`;
    aggregates.warnings.push(`${answers} at the limit of output tokens, and scored as ${cutOff === 1 ? 'it is' : 'they are'}.`);
  }
  const summary = await summarise(
    prepared,
    journal,
    { ...aggregates, warnings: aggregates.warnings.map(door.secrets.redact) },
    usage,
  );
  await journal.snapshot(snapshotOf(summary, setting.before));
  if (trouble !== undefined) throw asRunError(trouble);
  if (stopper.reason?.error !== undefined) throw stopper.reason.error;
  return { ...endOf(stopper, aggregates, summary, plan), journal, summary, ...outcome };
}

/** A replay goes on with the rows that it can, and is incomplete if there are others: they are left for a resume. */
function stopIfMissing({ cassette, secrets }: RunDoor, stopper: Stopper): void {
  const missing = cassette?.missing();
  if (missing !== undefined) stopper.finishInFlight({ status: 'incomplete', reason: secrets.redact(missing) });
}

function endOf(
  stopper: Stopper,
  aggregates: Aggregates,
  summary: EvaluationSummary,
  { trials, limits: { errorBudget } }: Plan,
): { readonly status: Exclude<RunStatus, 'running'>; readonly reason?: string } {
  if (stopper.reason !== undefined) return { status: stopper.reason.status, reason: stopper.reason.reason };
  if (aggregates.scored === 0) return { status: 'failed', reason: `nothing was scored: ${mainReason(summary, trials)}` };
  // Over all parts of the run: resuming must not turn a run that failed too often into a finished one.
  const rows = summary.rows * trials;
  const failed = Math.max(...Object.values(summary.coverage).map((coverage) => coverage.failed));
  if (errorBudget >= 1 || failed <= errorBudget * rows) return { status: 'finished' };
  return {
    status: 'incomplete',
    reason: `the error budget is spent: ${failed} of ${rows} rows failed, and ${Math.round(errorBudget * 1000) / 10} % may`,
  };
}

/** The commonest reason over all metrics, e.g. `prediction-failed (60 of 60 rows)`. */
function mainReason(summary: EvaluationSummary, trials: number): string {
  const counts = new Map<string, number>();
  for (const { reasons } of Object.values(summary.coverage))
    for (const [code, rows] of Object.entries(reasons)) counts.set(code, Math.max(counts.get(code) ?? 0, rows));
  const [most] = [...counts].sort(([, a], [, b]) => b - a);
  return most === undefined
    ? 'there was no row'
    : `${most[0]} (${most[1]} of ${summary.rows * trials} rows${trials > 1 ? ' × trials' : ''})`;
}

async function summarise(
  prepared: PreparedEvaluation,
  journal: Journal,
  aggregates: Aggregates,
  usage: ResultUsage,
): Promise<EvaluationSummary> {
  const { plan } = prepared;
  return {
    rows: await journal.size(),
    metrics: aggregates.metrics,
    intervals: aggregates.intervals,
    coverage: aggregates.coverage,
    signatures: Object.fromEntries(plan.metrics.map((metric) => [metric.key, metric.signature])),
    skippedMetrics: [...plan.skippedMetrics, ...aggregates.skippedMetrics],
    usage,
    warnings: [...prepared.warnings, ...aggregates.warnings],
  };
}

function isStoreError(error: unknown): boolean {
  return TouchstoneError.isInstance(error) && error.kind === 'store';
}

/** The run has begun, so this is no mistake that cost nothing. */
function asRunError(error: unknown): unknown {
  if (!TouchstoneError.isInstance(error) || error.kind !== 'request' || error.code === 'data-changed') return error;
  return new TouchstoneError(error.code, error.message, { kind: 'run', cause: error });
}

/** With the result before it, which stands until the run is finished. */
function snapshotOf(summary: EvaluationSummary, earlier: EvaluationSummary | undefined): Json {
  return JSON.parse(JSON.stringify({ ...summary, earlier }));
}
