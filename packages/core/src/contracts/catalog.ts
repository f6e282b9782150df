import type { Journal, JournalReader } from './journal.ts';
import type { Json } from './json.ts';
import type { Plan } from './plan.ts';
import type { ModelStage, ModelVersion, RegisteredModel } from './registered-model.ts';
import type { LoggedMetric, LoggedModel, RunLog } from './run-log.ts';
import type { RunPart } from './run-part.ts';
import type { ScoreValue } from './score.ts';

/**
 * `running`: a process works on it, or died doing so · `finished` · `incomplete`: stopped by a limit or the store ·
 * `interrupted`: stopped by a person · `failed`: nothing was scored. All but `finished` can be resumed.
 */
export type RunStatus = 'running' | 'finished' | 'incomplete' | 'interrupted' | 'failed';

export interface RunRecord {
  /** 32 hexadecimal digits. */
  readonly id: string;
  readonly name: string;
  readonly experiment: string;
  /** The user's own key: a later run with the same key continues this one while it is unfinished. */
  readonly key?: string;
  readonly status: RunStatus;
  /** Why it is not finished, one sentence. */
  readonly reason?: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly endedAt?: number;
  readonly tags: Readonly<Record<string, string>>;
  /** What was varied: the cell of a sweep, a prompt's version. Shown and searched, never compared. */
  readonly params?: Readonly<Record<string, string>>;
  /** The id of the run that it is a part of, as the cells of a sweep are. It need not be in this store (any more). */
  readonly parent?: string;
  /** How it was asked for, so that it can be asked for again from the store alone: the command line's own document. Absent for runs started from code. */
  readonly origin?: Json;
  /** Versions of core, plug-ins and the runtime: shown, never compared. */
  readonly provenance: Readonly<Record<string, string>>;
}

/** An evaluation of a run as it is stored. A run may hold several. */
export interface EvaluationRecord {
  /** From 1, in the order in which they were started. */
  readonly index: number;
  readonly plan: Plan;
  /** The result, once there is one; before that, what its journal does not tell. */
  readonly snapshot?: Json;
}

export interface RunQuery {
  readonly experiment?: string;
  readonly key?: string;
  readonly name?: string;
  readonly idPrefix?: string;
  /** The children of the run with this id. */
  readonly parent?: string;
  readonly statuses?: readonly RunStatus[];
  /** The newest n. */
  readonly limit?: number;
}

/** What a person says of a row. */
export interface Annotation {
  /** {@link EvaluationRecord.index}. */
  readonly evaluation: number;
  readonly ordinal: number;
  readonly trial: number;
  /** A metric's key: said in place of its score. Any other name is a label. */
  readonly name: string;
  /** `null` takes back what was said before under this name. */
  readonly value: ScoreValue | null;
  readonly author: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly reason?: string;
  /**
   * When its row left the record ({@link Superseding} by `ordinals`). It was said of that row, and not of the one that has the ordinal now.
   * Set by the store; given to `annotate` only to copy annotations from another store.
   */
  readonly supersededAt?: number;
}

/** The runs of a store. */
export interface Catalog {
  /** Creates the run and takes its lease. @throws TouchstoneError `run-exists`, `run-id` (not 32 hexadecimal digits) */
  create(run: RunRecord): Promise<RunWriter>;
  /**
   * Takes the lease of an existing run. The lease is held by the process and released by the operating system when it dies.
   * @throws TouchstoneError `run-not-found`, `run-locked` (another process works on it)
   */
  open(id: string): Promise<RunWriter>;
  /**
   * Takes in a copy of a run from elsewhere, as {@link RunPart}s: all of it is there when this resolves, and nothing of it before or when
   * it fails, because `parts` threw or the process was killed. Needs no lease, and other runs go on being written meanwhile.
   * The run is the newest that was started at its time.
   *
   * @throws TouchstoneError `run-exists`, `run-id` (not 32 hexadecimal digits), `evaluation-not-found` (a part came before its evaluation), and what `parts` throws
   */
  adopt(run: RunRecord, parts: AsyncIterable<RunPart>): Promise<void>;
  /** Newest first. */
  find(query: RunQuery): Promise<readonly RunRecord[]>;
  /** Whether a live process holds the lease; a `running` run without one died. `false` for an unknown run. */
  leased(id: string): Promise<boolean>;
  /** By index. @throws TouchstoneError `run-not-found` */
  evaluations(id: string): Promise<readonly EvaluationRecord[]>;
  /** The snapshots of these runs, by run id and in the order of their evaluations: what a list of runs needs, without a plan. Unknown ids have none. */
  snapshots(ids: readonly string[]): Promise<ReadonlyMap<string, readonly Json[]>>;
  /** Reads without the lease, also while a run writes. @throws TouchstoneError `run-not-found`, `evaluation-not-found` */
  reader(id: string, evaluation: number): Promise<JournalReader>;
  /**
   * Adds annotations, all of them or none. Needs no lease, also while a run writes; many may write. Whether the row and the trial
   * are there is not checked.
   * @throws TouchstoneError `run-not-found`, `evaluation-not-found`
   */
  annotate(id: string, annotations: readonly Annotation[]): Promise<void>;
  /** All that was ever said, in the order in which it was added; of one name for a row and trial the last counts. @throws TouchstoneError `run-not-found`, `evaluation-not-found` */
  annotations(id: string, evaluation: number): Promise<readonly Annotation[]>;
  /** What these runs have logged, by run id. Unknown ids, and runs that have logged nothing, have none. */
  logged(ids: readonly string[]): Promise<ReadonlyMap<string, RunLog>>;
  /** The content of a logged file. @throws TouchstoneError `run-not-found`, `artifact-not-found` */
  artifact(id: string, name: string): Promise<Uint8Array>;
  /** Registers a logged model as the next version of this name. Whether it is there is not checked. */
  register(version: Omit<ModelVersion, 'version'>): Promise<ModelVersion>;
  /** All registered models, or the one of this name, in the order of their names (by UTF-16 code units). */
  registered(name?: string): Promise<readonly RegisteredModel[]>;
  /** Lets the alias mean this version, and no other of its model; `null`: none. @throws TouchstoneError `model-not-found` */
  alias(name: string, alias: string, version: number | null): Promise<void>;
  /** Puts a version into a stage; `null`: into none. @throws TouchstoneError `model-not-found` */
  stage(name: string, version: number, stage: ModelStage | null): Promise<void>;
  /**
   * Deletes the run and all of it, its logged models too. Its children stay, and keep its id as their parent; so do cached answers,
   * which are of no run, and registered versions, which then are of a model that is gone.
   * @throws TouchstoneError `run-not-found`, `run-locked`
   */
  delete(id: string): Promise<void>;
}

export type RunChange = Partial<Pick<RunRecord, 'status' | 'reason' | 'endedAt' | 'name' | 'tags' | 'params' | 'origin'>>;

/** A run that this process works on. Disposing it releases the lease. */
export interface RunWriter extends AsyncDisposable {
  readonly id: string;
  /** A new `status` replaces `reason` and `endedAt` as well: those not given with it are gone. `tags`, `params` and `origin` are replaced as a whole. */
  update(change: RunChange): Promise<void>;
  /** Continues the evaluation `index` when it is stored, else starts it with this plan. Comparing plans is the caller's business. */
  journal(index: number, plan: Plan): Promise<Journal>;
  /** Adds to what the run has logged. */
  logMetrics(metrics: readonly LoggedMetric[]): Promise<void>;
  /** @throws TouchstoneError `model-logged`: the run has one of this name, which others may have registered */
  logModel(model: LoggedModel): Promise<void>;
  /** A second file of a name takes the place of the first. @param at milliseconds since the epoch */
  logArtifact(name: string, content: Uint8Array, at: number): Promise<void>;
}
