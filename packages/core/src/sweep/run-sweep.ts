import type { Plan, RunRecord, RunStatus, RunStore } from '../contracts/index.ts';
import { CAP_REACHED } from '../door/budget.ts';
import { messageOf, type Problem, TouchstoneError, throwProblems } from '../errors/touchstone-error.ts';
import type { EvaluateRequest, RunOptions } from '../plan/evaluate-request.ts';
import type { EvaluationResult } from '../results/evaluation-result.ts';
import type { ResultRun } from '../results/result-parts.ts';
import { resultRun } from '../results/result-run.ts';
import type { ActiveRun } from '../run/active-run.ts';
import type { SessionRequest } from '../run/run-session.ts';
import { STOPPED } from '../run/stopper.ts';
import { sweepCells } from './sweep-cells.ts';
import type { SweepCell, SweepRequest, SweptCell } from './sweep-request.ts';
import { SweepResult } from './sweep-result.ts';

/** What a sweep is made of: a run that holds its name and its lease, and an evaluation for each cell. */
export interface SweepParts {
  readonly store: RunStore;
  plan(request: EvaluateRequest): Promise<Plan>;
  start(request: SessionRequest): Promise<ActiveRun>;
  evaluate(request: EvaluateRequest): Promise<EvaluationResult>;
  result(run: RunRecord): Promise<EvaluationResult>;
}

interface Work {
  readonly cell: SweepCell;
  readonly request: EvaluateRequest;
}

/**
 * Evaluates cell after cell, each as a run of its own below the sweep's. They share the cap on costs. One that goes wrong does not keep
 * the others from being evaluated; one that is interrupted does.
 *
 * @throws TouchstoneError with the mistakes of all cells, before anything is asked; later when the store fails
 */
export async function runSweep(request: SweepRequest, parts: SweepParts): Promise<SweepResult> {
  const work = workOf(request);
  const cells = work.map(({ cell }) => cell);
  const [first] = await planAll(work, parts);

  const { run: filed, resume } = request;
  const parent = await parts.start({
    ...filed,
    ...(resume === undefined ? {} : { resume }),
    params: { ...paramsOfSweep(cells), ...filed?.params },
    ...(first === undefined ? {} : { dataName: first.data.name }),
  });
  const swept = await parent.conclude(() => carryOut(work, { parent, request, parts }));
  const results = swept.flatMap(({ result }) => (result === undefined ? [] : [result.run]));
  return new SweepResult(resultRun(parent.record, results), swept);
}

/** What each cell would do, by its name. @throws TouchstoneError as {@link runSweep} does before anything is asked */
export async function planSweep(
  request: SweepRequest,
  parts: Pick<SweepParts, 'plan'>,
): Promise<readonly { readonly cell: string; readonly plan: Plan }[]> {
  const work = workOf(request);
  const plans = await planAll(work, parts);
  return work.map(({ cell }, index) => ({ cell: cell.name, plan: plans[index] as Plan }));
}

function workOf(request: SweepRequest): readonly Work[] {
  const cells = sweepCells(request);
  checkOnly(request.only, cells);
  return cells.map((cell) => ({ cell, request: requestOf(cell, request) }));
}

interface Sweep {
  readonly parent: ActiveRun;
  readonly request: SweepRequest;
  readonly parts: SweepParts;
}

type End = { readonly status: RunStatus; readonly reason: string };

async function carryOut(work: readonly Work[], sweep: Sweep): Promise<readonly SweptCell[]> {
  const { parent, request, parts } = sweep;
  await parent.begin();
  const swept: SweptCell[] = [];
  let stopped: End | undefined;
  for (const one of work) {
    const { evaluated: _, ...cell } = one.cell;
    const child = await childOf(parent.id, cell.name, parts);
    stopped ??= parent.stopping ?? (request.signal?.aborted === true ? STOPPED : undefined);
    const asked = request.only?.includes(cell.name) ?? true;
    const done = child?.status === 'finished' && !reopens(request.resume);
    const left = await leftFor(child, sweep);
    if (left <= 0 && asked && !done) stopped ??= capReached(request);
    const outcome =
      stopped !== undefined || !asked || done
        ? await storedOutcome(child, parts)
        : await evaluateCell(one, { child, left, ...sweep });
    swept.push({ ...cell, ...outcome });
    if (stopped === undefined && asked) request.onCell?.({ ...cell, ...outcome });
    if (asked && !done) stopped ??= endForAll(outcome.result?.run);
  }
  const end = stopped ?? endOf(swept);
  if (end !== undefined) parent.endAs(end);
  return swept;
}

/** What `evaluate` is asked for a cell, without what says how its run is filed. */
function requestOf({ evaluated }: SweepCell, request: SweepRequest): EvaluateRequest {
  const {
    models: _models,
    prompts: _prompts,
    only: _only,
    originOf: _originOf,
    onCell: _onCell,
    run: _run,
    resume: _,
    ...rest
  } = request;
  return { ...rest, model: evaluated };
}

async function storedOutcome(child: RunRecord | undefined, { result }: SweepParts): Promise<Pick<SweptCell, 'result'>> {
  return child === undefined ? {} : { result: await result(child) };
}

async function evaluateCell(
  { cell, request: own }: Work,
  at: Sweep & { readonly child: RunRecord | undefined; readonly left: number },
): Promise<Pick<SweptCell, 'result' | 'error'>> {
  const { child, parent, left, request, parts } = at;
  const { originOf, run: filed, resume, limits, onProgress } = request;
  const started: RunOptions = {
    name: `${parent.name} · ${cell.name}`,
    experiment: parent.experiment,
    ...(filed?.tags === undefined ? {} : { tags: filed.tags }),
    params: { ...filed?.params, cell: cell.name, ...(cell.prompt === undefined ? {} : { prompt: cell.prompt }) },
    parent: parent.id,
    ...(originOf === undefined ? {} : { origin: originOf(cell) }),
  };
  try {
    const result = await parts.evaluate({
      ...own,
      ...(left === Number.POSITIVE_INFINITY ? {} : { limits: { ...limits, maxCost: { usd: left } } }),
      ...(onProgress === undefined ? {} : { onProgress: (now) => onProgress({ ...now, run: parent.id }) }),
      run: child === undefined ? started : { id: child.id },
      ...(child === undefined ? {} : { resume: typeof resume === 'object' ? resume : 'auto' }),
    });
    return { result };
  } catch (error) {
    if (TouchstoneError.isInstance(error) && error.kind === 'store') throw error;
    return { error: messageOf(error) };
  }
}

/** What is wrong with all cells is said once; what is wrong with one of them, with its name. */
async function planAll(work: readonly Work[], { plan }: Pick<SweepParts, 'plan'>): Promise<readonly Plan[]> {
  const plans: Plan[] = [];
  const found = new Map<string, { readonly problem: Problem; readonly cells: string[] }>();
  for (const { cell, request } of work) {
    try {
      plans.push(await plan(request));
    } catch (error) {
      if (!TouchstoneError.isInstance(error) || error.kind !== 'request') throw error;
      for (const problem of error.problems) {
        const same = found.get(problem.message) ?? { problem, cells: [] };
        same.cells.push(cell.name);
        found.set(problem.message, same);
      }
    }
  }
  throwProblems(
    [...found.values()].map(({ problem: { code, message }, cells }) => ({
      code,
      message: cells.length === work.length ? message : `${cells.join(', ')}: ${message}`,
    })),
  );
  return plans;
}

function checkOnly(only: readonly string[] | undefined, cells: readonly SweepCell[]): void {
  const unknown = (only ?? []).filter((name) => !cells.some((cell) => cell.name === name));
  throwProblems(
    unknown.map((name) => ({
      code: 'cell-not-found',
      message: `The sweep has no cell '${name}'. It has: ${cells.map((cell) => cell.name).join(', ')}.`,
    })),
  );
}

async function childOf(parent: string, cell: string, { store }: SweepParts): Promise<RunRecord | undefined> {
  const children = await store.catalog.find({ parent });
  return children.find(({ params }) => params?.cell === cell);
}

/** Of the sweep's cap, what the other cells have left; infinite without one. */
async function leftFor(child: RunRecord | undefined, { parent, request, parts }: Sweep): Promise<number> {
  const cap = request.limits?.maxCost?.usd;
  if (cap === undefined) return Number.POSITIVE_INFINITY;
  let spent = 0;
  for (const { id } of await parts.store.catalog.find({ parent: parent.id })) {
    if (id === child?.id) continue;
    const { settled, reserved } = await parts.store.calls(id).money();
    spent += settled + reserved;
  }
  return cap - spent;
}

/** What has ended a cell and ends the others as well. */
function endForAll(run: ResultRun | undefined): End | undefined {
  if (run?.status === 'interrupted') return STOPPED;
  return run?.reason?.startsWith(CAP_REACHED) === true ? { status: 'incomplete', reason: run.reason } : undefined;
}

function capReached({ limits }: SweepRequest): End {
  return { status: 'incomplete', reason: `${CAP_REACHED}: the cells have spent $${limits?.maxCost?.usd}` };
}

function reopens(resume: SweepRequest['resume']): boolean {
  return typeof resume === 'object' && (resume.retryFailed === true || resume.acceptChangedData === true);
}

const SEVERITY: readonly RunStatus[] = ['finished', 'failed', 'incomplete', 'interrupted'];

/** The worst end of a cell is that of the sweep; one that has no result leaves it incomplete. */
function endOf(swept: readonly SweptCell[]): End | undefined {
  const statuses = swept.map(({ result }): RunStatus => result?.run.status ?? 'incomplete');
  const worst = statuses.toSorted((a, b) => SEVERITY.indexOf(b) - SEVERITY.indexOf(a))[0];
  if (worst === undefined || worst === 'finished') return undefined;
  const names = swept.filter((_, index) => statuses[index] !== 'finished').map(({ name }) => name);
  return { status: worst, reason: `not finished: ${names.join(', ')}` };
}

function paramsOfSweep(cells: readonly SweepCell[]): Readonly<Record<string, string>> {
  const prompts = [...new Set(cells.flatMap(({ prompt }) => (prompt === undefined ? [] : [prompt])))];
  return {
    models: [...new Set(cells.map(({ model }) => model))].join(', '),
    ...(prompts.length === 0 ? {} : { prompts: prompts.join(', ') }),
  };
}
