import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Catalog, EvaluationRecord, Plan, RunRecord, RunStatus, RunStore, RunWriter } from '../contracts/index.ts';
import { TouchstoneError } from '../errors/touchstone-error.ts';
import { resumeNeedsKey } from '../plan/check-options.ts';
import type { RunOptions } from '../plan/evaluate-request.ts';
import { planDifferences } from '../plan/fingerprint.ts';

/** A run that this process works on: new, or an unfinished one that is continued. */
export interface RunSession {
  readonly record: RunRecord;
  readonly writer: RunWriter;
  /** The evaluations that it held when it was opened, by index − 1. */
  readonly stored: readonly EvaluationRecord[];
}

export interface SessionRequest extends RunOptions {
  readonly resume?: false | 'auto';
  /** For the default name. */
  readonly dataName?: string;
}

/** Not `failed`: nothing was scored then, so there is nothing to continue, and a broken night must not hold on to its key. */
const UNFINISHED: readonly RunStatus[] = ['running', 'interrupted', 'incomplete'];

/**
 * Opens the unfinished run that the request means, or creates a new one. Either way this process holds its lease then.
 * @throws TouchstoneError `resume-needs-key`, `run-not-found`, `run-finished`, `run-locked`
 */
export async function openSession(
  store: RunStore,
  request: SessionRequest,
  setting: { readonly now: number; readonly provenance: Readonly<Record<string, string>> },
): Promise<RunSession> {
  const continuing = request.resume === 'auto' || request.id !== undefined;
  for (;;) {
    const found = continuing ? await findUnfinished(store.catalog, request) : undefined;
    const session =
      found === undefined
        ? await createRun(store.catalog, newRecord(request, setting), request.resume === 'auto')
        : await continueRun(store.catalog, found.id);
    if (session !== undefined) return session;
  }
}

/** `undefined`: it was finished between being found and being opened. */
async function continueRun(catalog: Catalog, id: string): Promise<RunSession | undefined> {
  const writer = await catalog.open(id);
  const [record] = await catalog.find({ idPrefix: id });
  if (record !== undefined && record.status !== 'finished') {
    return { record, writer, stored: await catalog.evaluations(id) };
  }
  await writer[Symbol.asyncDispose]();
  return undefined;
}

/** @param alone whether there may be no other unfinished run of its key. `undefined`: another process created one at the same moment. */
async function createRun(catalog: Catalog, record: RunRecord, alone: boolean): Promise<RunSession | undefined> {
  const writer = await catalog.create(record);
  const { id, key } = record;
  if (!alone || key === undefined) return { record, writer, stored: [] };
  const unfinished = await catalog.find({ key, statuses: UNFINISHED });
  if (unfinished.every((run) => run.id === id)) return { record, writer, stored: [] };
  // Each of the two steps back, and looks again after a time of its own.
  await writer[Symbol.asyncDispose]();
  await catalog.delete(id).catch((error: unknown) => {
    // Found and opened by the other one in between: then it is the run.
    if (!(TouchstoneError.isInstance(error) && error.code === 'run-locked')) throw error;
  });
  await sleep(Math.random() * STEP_BACK_MS);
  return undefined;
}

/** Longest wait of a process that met another one. */
const STEP_BACK_MS = 50;

function newRecord(
  request: SessionRequest,
  setting: { readonly now: number; readonly provenance: Readonly<Record<string, string>> },
): RunRecord {
  const id = randomBytes(16).toString('hex');
  return {
    id,
    name: request.name ?? `${request.dataName ?? 'run'} ${id.slice(0, 6)}`,
    experiment: request.experiment ?? 'Default',
    ...(request.key === undefined ? {} : { key: request.key }),
    status: 'running',
    startedAt: setting.now,
    tags: request.tags ?? {},
    ...(request.params === undefined ? {} : { params: request.params }),
    ...(request.parent === undefined ? {} : { parent: request.parent }),
    ...(request.origin === undefined ? {} : { origin: request.origin }),
    provenance: setting.provenance,
  };
}

/**
 * Refuses to go on with another plan than the one the evaluation was started with.
 * @throws TouchstoneError `plan-changed` saying what changed
 */
export function checkSamePlan(session: RunSession, index: number, plan: Plan): void {
  const stored = session.stored[index - 1]?.plan;
  if (stored === undefined || stored.fingerprint === plan.fingerprint) return;
  const list = planDifferences(stored, plan)
    .map((difference) => `\n  - ${difference}`)
    .join('');
  const known = session.record.key === undefined ? session.record.name : `${session.record.name} (key '${session.record.key}')`;
  throw new TouchstoneError(
    'plan-changed',
    `Run ${known} cannot be continued, because this is not what it was started with:${list}\nNothing was run. Put it back as it was, or start a new run${session.record.key === undefined ? '' : ' with another key'}.`,
  );
}

async function findUnfinished(catalog: Catalog, request: SessionRequest): Promise<RunRecord | undefined> {
  if (request.id !== undefined) {
    const [run] = await catalog.find({ idPrefix: request.id });
    if (run === undefined)
      throw new TouchstoneError('run-not-found', `There is no run with the id '${request.id}' in this store.`);
    if (run.status === 'finished')
      throw new TouchstoneError(
        'run-finished',
        `Run ${run.name} (${run.id.slice(0, 8)}) is finished: there is nothing to continue.`,
      );
    return run;
  }
  if (request.key === undefined) throw new TouchstoneError(resumeNeedsKey.code, resumeNeedsKey.message);
  const [run] = await catalog.find({ key: request.key, statuses: UNFINISHED, limit: 1 });
  return run;
}
