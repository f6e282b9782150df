import {
  CLOCK,
  type Clock,
  ENGINE,
  type Json,
  LOGGER,
  type Logger,
  type Plan,
  type RunRecord,
  type RunStatus,
  TRACKERS,
} from '../contracts/index.ts';
import { messageOf, throwProblems } from '../errors/touchstone-error.ts';
import type { EvaluateRequest } from '../plan/evaluate-request.ts';
import type { PreparedEvaluation } from '../plan/prepare-evaluation.ts';
import { type Container, resolveMany, resolveOne } from '../registry/container.ts';
import { EvaluationResult } from '../results/evaluation-result.ts';
import { resultRun } from '../results/result-run.ts';
import type { CallLog } from './call-log.ts';
import { type EvaluationOutcome, runEvaluation } from './run-evaluation.ts';
import { checkSamePlan, type RunSession } from './run-session.ts';
import type { Stopper } from './stopper.ts';
import { feedTrackers } from './tracker-feed.ts';

interface ActiveRunParts {
  readonly session: RunSession;
  readonly store: RunStore;
  readonly container: Container;
  readonly stopper: Stopper;
  readonly calls: CallLog;
  readonly prepare: (request: EvaluateRequest) => Promise<PreparedEvaluation>;
  readonly onEnd: () => void;
}

interface CarriedOut {
  readonly index: number;
  readonly plan: Plan;
  readonly outcome: EvaluationOutcome;
}

/** Which end of an evaluation decides the end of the run: the worst. */
const SEVERITY: readonly RunStatus[] = ['running', 'finished', 'failed', 'incomplete', 'interrupted'];

/** A run in this process, holding its lease until it ends. */
export class ActiveRun {
  readonly #parts: ActiveRunParts;
  readonly #trackers: ReturnType<typeof feedTrackers>;
  readonly #warnings: string[] = [];
  readonly #outcomes: CarriedOut[] = [];
  #count = 0;
  #ended = false;
  #trouble: { readonly status: RunStatus; readonly reason: string } | undefined;

  constructor(parts: ActiveRunParts) {
    this.#parts = parts;
    this.#trackers = feedTrackers(resolveMany(parts.container, TRACKERS), parts.session.record, (message) =>
      this.#warnings.push(message),
    );
  }

  get id(): string {
    return this.#parts.session.record.id;
  }

  get name(): string {
    return this.#parts.session.record.name;
  }

  get experiment(): string {
    return this.#parts.session.record.experiment;
  }

  /** One more evaluation in this run. Its `run`, `store` and `resume` options are the run's own, and are refused here. */
  async evaluate(request: EvaluateRequest): Promise<EvaluationResult> {
    const misplaced = (['run', 'store', 'resume'] as const).filter((option) => request[option] !== undefined);
    throwProblems(
      misplaced.map((option) => ({
        code: 'misplaced-option',
        message: `'${option}' belongs to the run: give it to startRun or withRun.`,
      })),
    );
    return this.carryOut(await this.#parts.prepare(request), request);
  }

  /** Carries out a prepared evaluation, as the next one of this run. */
  async carryOut(
    prepared: PreparedEvaluation,
    request: Pick<EvaluateRequest, 'signal' | 'onProgress'>,
  ): Promise<EvaluationResult> {
    const { session, container, stopper, calls } = this.#parts;
    const index = ++this.#count;
    checkSamePlan(session, index, prepared.plan);
    const stopFollowing = stopper.follow(request.signal);
    try {
      const outcome = await runEvaluation(prepared, index, session.writer, {
        engine: resolveOne(container, ENGINE, 'Touchstone'),
        clock: resolveOne<Clock>(container, CLOCK, 'Touchstone'),
        log: resolveOne<Logger>(container, LOGGER, 'Touchstone'),
        calls,
        stopper,
        onProgress: request.onProgress,
        onEntries: this.#trackers.onEntries,
      });
      this.#outcomes.push({ index, plan: prepared.plan, outcome });
      return this.#resultOf(this.#outcomes.slice(-1), outcome.status, outcome.reason);
    } catch (error) {
      this.#trouble = { status: stopper.reason?.status ?? 'incomplete', reason: messageOf(error) };
      throw error;
    } finally {
      stopFollowing();
    }
  }

  /** Does `work` and ends the run, whatever happens; the result's run then says how it ended. */
  async conclude<T>(work: () => Promise<T>): Promise<T> {
    try {
      const value = await work();
      await this.end();
      return value;
    } catch (error) {
      this.#trouble ??= { status: 'failed', reason: messageOf(error) };
      // The first error is the one to report; a store that cannot even note it has said so already.
      await this.end().catch(() => undefined);
      throw error;
    }
  }

  /** Ends the run and releases its lease. Calling it again does nothing. */
  async end(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    const { session, container, onEnd } = this.#parts;
    onEnd();
    try {
      const { status, reason } = this.#conclusion();
      const endedAt = resolveOne<Clock>(container, CLOCK, 'Touchstone').now();
      const last = this.#outcomes.at(-1)?.outcome.summary;
      await this.#trackers.end(status, last === undefined ? null : asJson(last));
      // Nothing was changed when the plan was refused: the run stays as it was.
      if (!(this.#outcomes.length === 0 && this.#trouble !== undefined && session.stored.length > 0)) {
        await session.writer.update({ status, endedAt, ...(reason === undefined ? {} : { reason }) });
      }
    } finally {
      await session.writer[Symbol.asyncDispose]();
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.end();
  }

  #conclusion(): { readonly status: RunStatus; readonly reason?: string } {
    const ends = [...this.#outcomes.map(({ outcome }) => outcome), ...(this.#trouble === undefined ? [] : [this.#trouble])];
    const [worst] = ends.toSorted((a, b) => SEVERITY.indexOf(b.status) - SEVERITY.indexOf(a.status));
    if (worst === undefined) return { status: 'finished' };
    return { status: worst.status, ...(worst.reason === undefined ? {} : { reason: worst.reason }) };
  }

  #resultOf(evaluations: readonly CarriedOut[], status: RunStatus, reason: string | undefined): EvaluationResult {
    const { session, container } = this.#parts;
    const run: RunRecord = {
      ...session.record,
      status,
      ...(reason === undefined ? {} : { reason }),
      endedAt: resolveOne<Clock>(container, CLOCK, 'Touchstone').now(),
    };
    return EvaluationResult.from({
      run: resultRun(
        run,
        evaluations.map(({ outcome }) => outcome.summary),
      ),
      evaluations: evaluations.map(({ index, plan, outcome }) => ({
        index,
        plan,
        summary: outcome.summary,
        reader: outcome.journal,
        tables: outcome.tables,
        artifacts: outcome.artifacts,
      })),
    });
  }
}

function asJson(value: unknown): Json {
  return JSON.parse(JSON.stringify(value));
}
