import {
  type AnswerCache,
  type CallStore,
  CLOCK,
  type Clock,
  ENGINE,
  type Governor,
  type Json,
  LOGGER,
  type Logger,
  type Plan,
  PRICES,
  type Prices,
  RATE_GOVERNOR,
  type RunRecord,
  type RunStatus,
  TRACKERS,
} from '../contracts/index.ts';
import { openDoor, type RunDoor } from '../door/door.ts';
import { adaptiveGovernor } from '../door/governor/adaptive-governor.ts';
import { messageOf, throwProblems } from '../errors/touchstone-error.ts';
import type { LogModelOptions } from '../logged-models/spec-of-model.ts';
import type { EvaluateRequest } from '../plan/evaluate-request.ts';
import { inOrderOf } from '../plan/in-order-of.ts';
import type { PreparedEvaluation } from '../plan/prepare-evaluation.ts';
import { type Container, resolveMany, resolveOne } from '../registry/container.ts';
import { EvaluationResult } from '../results/evaluation-result.ts';
import { resultRun } from '../results/result-run.ts';
import { earlierIn, limitsIn } from '../results/stored-snapshot.ts';
import { withAnnotations } from '../results/with-annotations.ts';
import { paramsOf } from './plan-params.ts';
import { atWork, revisionsOf, scoringRevisions } from './revisions.ts';
import { type EvaluationOutcome, runEvaluation } from './run-evaluation.ts';
import type { LoggedModelInfo, LogMetricOptions, RunNotes } from './run-notes.ts';
import type { RunSession, SessionRequest } from './run-session.ts';
import type { WorkSetting } from './run-work.ts';
import type { Stopper, StopReason } from './stopper.ts';
import { feedTrackers } from './tracker-feed.ts';

interface ActiveRunParts {
  readonly session: RunSession;
  readonly container: Container;
  readonly stopper: Stopper;
  readonly calls: CallStore;
  readonly cache: AnswerCache | undefined;
  readonly service: WorkSetting['service'];
  readonly notes: RunNotes;
  /** Starts another run. */
  readonly start: (request: SessionRequest) => Promise<ActiveRun>;
  /** Keys and tokens of the environment: what is written down never holds them. */
  readonly credentials: readonly string[];
  readonly prepare: (request: EvaluateRequest) => Promise<PreparedEvaluation>;
  readonly onEnd: () => void;
}

type Watching = Pick<EvaluateRequest, 'signal' | 'onProgress'>;

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
  /** As it is while this process works on it: why an earlier part ended is no longer true. */
  readonly #record: RunRecord;
  /** When this process began to work on it, by both clocks. */
  readonly #opened: { readonly wall: number; readonly monotonic: number };
  readonly #trackers: ReturnType<typeof feedTrackers>;
  readonly #warnings: string[] = [];
  readonly #outcomes: CarriedOut[] = [];
  #count = 0;
  /** Whether something was done: a refused plan leaves a stored run as it was. */
  #began = false;
  #ended = false;
  #endedAt: number | undefined;
  #trouble: { readonly status: RunStatus; readonly reason: string } | undefined;

  constructor(parts: ActiveRunParts) {
    this.#parts = parts;
    const { reason: _reason, endedAt: _endedAt, ...record } = parts.session.record;
    this.#record = { ...record, status: 'running' };
    const { log, clock } = this.#services();
    this.#opened = { wall: clock.now(), monotonic: clock.monotonic() };
    this.#trackers = feedTrackers(resolveMany(parts.container, TRACKERS), this.#record, clock, (message) => {
      this.#warnings.push(message);
      log.warn(message);
    });
  }

  get id(): string {
    return this.#record.id;
  }

  get name(): string {
    return this.#record.name;
  }

  get experiment(): string {
    return this.#record.experiment;
  }

  /** As it is now; once it has ended, with how it did. */
  get record(): RunRecord {
    return this.#endedAt === undefined ? this.#record : { ...this.#record, ...this.#conclusion(), endedAt: this.#endedAt };
  }

  /** Why it is being stopped, if it is. */
  get stopping(): StopReason | undefined {
    return this.#parts.stopper.reason;
  }

  /** For work that is no evaluation of this run's own: it is under way. */
  async begin(): Promise<void> {
    const { session } = this.#parts;
    if (session.record.status !== 'running') await session.writer.update({ status: 'running' });
    this.#began = true;
  }

  /** How it ends, unless something worse has happened. */
  endAs(end: { readonly status: RunStatus; readonly reason: string }): void {
    this.#trouble ??= end;
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
    const prepared = await this.#parts.prepare(request);
    // Of a run with several evaluations, what the first one evaluates.
    if (this.#count === 0) await this.#parts.notes.noteParams(paramsOf(prepared.plan));
    return this.#resultOf(await this.#carryOut(prepared, request));
  }

  /**
   * Logs a number besides the metrics of evaluations. All values are kept; searches and lists show the last one.
   * @throws TouchstoneError `bad-option` when it is not finite
   * @example await run.logMetric('loss', 0.25, { step: 3 });
   */
  logMetric(name: string, value: number, options: LogMetricOptions = {}): Promise<void> {
    return this.#parts.notes.logMetrics({ [name]: value }, options);
  }

  logMetrics(metrics: Readonly<Record<string, number>>, options: LogMetricOptions = {}): Promise<void> {
    return this.#parts.notes.logMetrics(metrics, options);
  }

  /**
   * Says what was varied. A param has one value in a run.
   * @throws TouchstoneError `param-logged` when it has another one already
   */
  logParam(name: string, value: string | number | boolean): Promise<void> {
    return this.#parts.notes.logParams({ [name]: value });
  }

  logParams(params: Readonly<Record<string, string | number | boolean>>): Promise<void> {
    return this.#parts.notes.logParams(params);
  }

  /** A later value takes the place of an earlier one. */
  setTag(name: string, value: string | number | boolean): Promise<void> {
    return this.#parts.notes.setTags({ [name]: value });
  }

  setTags(tags: Readonly<Record<string, string | number | boolean>>): Promise<void> {
    return this.#parts.notes.setTags(tags);
  }

  /**
   * Keeps a file of up to 100 MiB with the run: one of the disk under its own name, or a content (text, bytes, plain JSON) under `name`.
   * @returns its address, `runs:/<run>/<name>`
   * @throws TouchstoneError `artifact-not-read`, `artifact-too-large`, `bad-option`
   * @example
   * await run.logArtifact('plots/errors.svg', svg);
   */
  logArtifact(name: string, content?: unknown): Promise<string> {
    return this.#parts.notes.logArtifact(name, content);
  }

  /**
   * Logs a model as plain data, to be evaluated, loaded and registered by its address. The same model under the same name again changes nothing.
   *
   * @throws TouchstoneError `not-loggable` for code that is in no file, `credential-in-spec`, `model-logged`, `unknown-scheme`, `bad-option`
   * @example
   * const { modelUri } = await run.logModel({ model: 'openai:/gpt-5-mini', messages: [{ role: 'user', content: '{question}' }] });
   */
  logModel(options: LogModelOptions): Promise<LoggedModelInfo> {
    return this.#parts.notes.logModel(options);
  }

  /** Starts a child of this run, in its experiment unless `options` say otherwise. `end` it, or use `await using`. */
  startRun(options: Omit<SessionRequest, 'parent'> = {}): Promise<ActiveRun> {
    return this.#parts.start({ experiment: this.experiment, ...options, parent: this.id });
  }

  /** Runs `work` inside a child of this run, and ends the child however `work` ends. */
  async withRun<T>(options: Omit<SessionRequest, 'parent'>, work: (run: ActiveRun) => Promise<T> | T): Promise<T> {
    const run = await this.startRun(options);
    return run.conclude(async () => work(run));
  }

  /** A prepared evaluation as the only one of this run, which ends with it. */
  async evaluateOnly(prepared: PreparedEvaluation, request: Watching): Promise<EvaluationResult> {
    const carriedOut = await this.conclude(() => this.#carryOut(prepared, request));
    return this.#resultOf(carriedOut);
  }

  /**
   * Adds metrics to a stored evaluation of this run, which ends with it. Its times stay what they were.
   * @param prepare looks at the run as it is now that nobody else may change it; `undefined`: there is nothing to do
   */
  async scoreOnly(
    prepare: (session: RunSession) => Promise<{ readonly index: number; readonly prepared: PreparedEvaluation } | undefined>,
    request: Watching,
  ): Promise<EvaluationResult | undefined> {
    const { session } = this.#parts;
    const { status, endedAt } = session.record;
    if (status === 'finished') this.#endedAt = endedAt;
    const carriedOut = await this.conclude(async () => {
      const next = await prepare(session);
      if (next === undefined) return undefined;
      this.#count = next.index - 1;
      return this.#carryOut(next.prepared, request);
    });
    return carriedOut === undefined ? undefined : this.#resultOf(carriedOut);
  }

  /** Carries out a prepared evaluation, as the next one of this run. */
  async #carryOut(given: PreparedEvaluation, request: Watching): Promise<CarriedOut> {
    const { session, container, calls } = this.#parts;
    const index = ++this.#count;
    const stored = session.stored[index - 1];
    const prepared = stored === undefined ? given : inOrderOf(stored.plan, given);
    const earlierLimits = limitsIn(stored?.snapshot);
    const revisions =
      stored !== undefined && prepared.scoring !== undefined
        ? scoringRevisions(prepared.scoring, { stored: stored.plan, next: prepared.plan, limits: earlierLimits })
        : await revisionsOf(session, index, prepared, () => session.reader(index));
    const atOnce = revisions.length > 0;
    if (!this.#began && !atOnce && session.record.status !== 'running') await session.writer.update({ status: 'running' });
    this.#began = true;
    const { log, clock } = this.#services();
    const stopper = this.#parts.stopper.child();
    const stopFollowing = stopper.follow(request.signal);
    let door: RunDoor | undefined;
    let extent: 'whole' | 'part' = 'part';
    try {
      const outcome = await runEvaluation(prepared, index, session.writer, {
        engine: resolveOne(container, ENGINE, 'Touchstone'),
        clock,
        log,
        openDoor: async (plan, onStop) => {
          door = await this.#openDoor(prepared.scoring === undefined ? plan : withoutCassette(plan), index, onStop);
          return door;
        },
        calls,
        earlierLimits,
        revisions: atWork(revisions, earlierLimits),
        before: prepared.scoring?.earlier ?? (revisions.length > 0 ? undefined : earlierIn(stored?.snapshot)),
        service: this.#parts.service,
        retrying: session.resume.retryFailed === true,
        stopper,
        onProgress: request.onProgress,
        onEntries: this.#trackers.onEntries,
      });
      // What an earlier part of the run had asked is not asked again.
      if (outcome.status === 'finished' && stored === undefined) extent = 'whole';
      const carriedOut: CarriedOut = { index, plan: prepared.plan, outcome };
      this.#outcomes.push(carriedOut);
      return carriedOut;
    } catch (error) {
      this.#trouble = { status: stopper.reason?.status ?? 'incomplete', reason: messageOf(error) };
      throw error;
    } finally {
      stopFollowing();
      await this.#closeCassette(door, extent);
    }
  }

  /** Also when the evaluation was interrupted or has failed. What is scored is worth more than its recording, so trouble is a warning. */
  async #closeCassette(door: RunDoor | undefined, extent: 'whole' | 'part'): Promise<void> {
    try {
      await door?.cassette?.close(extent);
    } catch (error) {
      this.#warnings.push(messageOf(error));
      this.#services().log.warn(messageOf(error));
    }
  }

  /** One for each evaluation: limits are given per evaluation, and calls are counted. */
  #openDoor({ limits, cassette, cache: planned }: Plan, evaluation: number, onStop: (reason: string) => void): Promise<RunDoor> {
    const { container, calls, cache, credentials } = this.#parts;
    const { clock } = this.#services();
    return openDoor({
      calls,
      governor: container.isRegistered(RATE_GOVERNOR, true)
        ? resolveOne<Governor>(container, RATE_GOVERNOR, 'Touchstone')
        : adaptiveGovernor(limits.accounts ?? {}, clock),
      prices: container.isRegistered(PRICES, true) ? resolveOne<Prices>(container, PRICES, 'Touchstone') : undefined,
      clock,
      fetch: globalThis.fetch,
      evaluation,
      timeoutMs: limits.timeoutMs,
      attempts: limits.attempts,
      maxUsd: limits.maxUsd,
      credentials,
      ...(cassette === undefined ? {} : { cassette }),
      ...(cache === undefined || planned === undefined ? {} : { sharing: { cache, options: planned } }),
      onStop,
    });
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
    const { session, onEnd } = this.#parts;
    onEnd();
    try {
      const { status, reason } = this.#conclusion();
      const endedAt = this.#endedAt ?? this.#now();
      this.#endedAt = endedAt;
      const last = this.#outcomes.at(-1)?.outcome.summary;
      await this.#trackers.end(status, last === undefined ? null : asJson(last));
      // Nothing was done, because the plan was refused or nobody asked for it: the run stays as it was.
      if (this.#began || session.stored.length === 0) {
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

  async #resultOf({ index, plan, outcome }: CarriedOut): Promise<EvaluationResult> {
    const { status, reason, journal: reader, tables, artifacts } = outcome;
    const endedAt = this.#endedAt ?? this.#now();
    const run: RunRecord = { ...this.#record, status, ...(reason === undefined ? {} : { reason }), endedAt };
    const summary = { ...outcome.summary, warnings: [...outcome.summary.warnings, ...this.#warnings] };
    const evaluation = { index, plan, summary, reader, tables, artifacts };
    return EvaluationResult.from({
      run: resultRun(run, [summary]),
      evaluations: [await withAnnotations(evaluation, await this.#parts.session.annotations(index))],
    });
  }

  /** Told by how long this process has worked, so that a run lasts as long as it did, also when somebody sets the clock meanwhile. */
  #now(): number {
    const { wall, monotonic } = this.#opened;
    const now = wall + this.#services().clock.monotonic() - monotonic;
    // The clock may have been set back since an earlier part.
    return Math.round(Math.max(now, this.#record.startedAt));
  }

  #services(): { readonly clock: Clock; readonly log: Logger } {
    const { container } = this.#parts;
    return {
      clock: resolveOne<Clock>(container, CLOCK, 'Touchstone'),
      log: resolveOne<Logger>(container, LOGGER, 'Touchstone'),
    };
  }
}

/** A recording is of what the run was asked for, not of what is measured later. */
function withoutCassette({ cassette: _, ...plan }: Plan): Plan {
  return plan;
}

function asJson(value: unknown): Json {
  return JSON.parse(JSON.stringify(value));
}
