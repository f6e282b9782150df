import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type {
  Annotation,
  Catalog,
  EvaluationRecord,
  JournalReader,
  RunRecord,
  RunStatus,
  RunStore,
  RunWriter,
} from '../contracts/index.ts';
import { TouchstoneError } from '../errors/touchstone-error.ts';
import { resumeNeedsKey } from '../plan/check-options.ts';
import type { ResumeOptions, RunOptions } from '../plan/evaluate-request.ts';

/** A run that this process works on: new, or an unfinished one that is continued. */
export interface RunSession {
  readonly record: RunRecord;
  readonly writer: RunWriter;
  /** What is done besides continuing it. */
  readonly resume: ResumeOptions;
  /** Reads a stored evaluation, by index. */
  reader(index: number): Promise<JournalReader>;
  annotations(index: number): Promise<readonly Annotation[]>;
  /** The evaluations that it held when it was opened, by index − 1. */
  readonly stored: readonly EvaluationRecord[];
}

export interface SessionRequest extends RunOptions {
  readonly resume?: false | 'auto' | ResumeOptions;
  /** `reopened`: a finished run is worked on again. Default: that of `resume`. */
  readonly finished?: 'reopened';
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
  const auto = request.resume !== undefined && request.resume !== false;
  const continuing = auto || request.id !== undefined;
  for (;;) {
    const found = continuing ? await findContinued(store.catalog, request) : undefined;
    const session =
      found === undefined
        ? await createRun(store.catalog, newRecord(request, setting), auto)
        : await continueRun(store.catalog, found.id, request);
    if (session !== undefined) return session;
  }
}

/** What `resume` asks for besides continuing. */
function resumeOptions({ resume }: SessionRequest): ResumeOptions {
  return typeof resume === 'object' ? resume : {};
}

/** Whether a finished run is worked on as well. */
function reopens(request: SessionRequest): boolean {
  const { retryFailed, acceptChangedData } = resumeOptions(request);
  return request.finished === 'reopened' || retryFailed === true || acceptChangedData === true;
}

/** `undefined`: it was finished between being found and being opened. */
async function continueRun(catalog: Catalog, id: string, request: SessionRequest): Promise<RunSession | undefined> {
  const writer = await catalog.open(id);
  const [record] = await catalog.find({ idPrefix: id });
  if (record !== undefined && (record.status !== 'finished' || reopens(request))) {
    return { record, writer, stored: await catalog.evaluations(id), resume: resumeOptions(request), ...reading(catalog, id) };
  }
  await writer[Symbol.asyncDispose]();
  return undefined;
}

function reading(catalog: Catalog, id: string): Pick<RunSession, 'reader' | 'annotations'> {
  return { reader: (index) => catalog.reader(id, index), annotations: (index) => catalog.annotations(id, index) };
}

/** @param alone whether there may be no other unfinished run of its key. `undefined`: another process created one at the same moment. */
async function createRun(catalog: Catalog, record: RunRecord, alone: boolean): Promise<RunSession | undefined> {
  const writer = await catalog.create(record);
  const { id, key } = record;
  const session: RunSession = { record, writer, stored: [], resume: {}, ...reading(catalog, id) };
  if (!alone || key === undefined) return session;
  const unfinished = await catalog.find({ key, statuses: UNFINISHED });
  if (unfinished.every((run) => run.id === id)) return session;
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

/** The run that the request continues. */
async function findContinued(catalog: Catalog, request: SessionRequest): Promise<RunRecord | undefined> {
  if (request.id !== undefined) {
    const [run] = await catalog.find({ idPrefix: request.id });
    if (run === undefined)
      throw new TouchstoneError('run-not-found', `There is no run with the id '${request.id}' in this store.`);
    if (run.status === 'finished' && !reopens(request))
      throw new TouchstoneError(
        'run-finished',
        `Run ${run.name} (${run.id.slice(0, 8)}) is finished: there is nothing to continue.`,
      );
    return run;
  }
  if (request.key === undefined) throw new TouchstoneError(resumeNeedsKey.code, resumeNeedsKey.message);
  const statuses = reopens(request) ? {} : { statuses: UNFINISHED };
  const [run] = await catalog.find({ key: request.key, ...statuses, limit: 1 });
  return run;
}
