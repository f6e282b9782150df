import type { Journal, JournalReader } from './journal.ts';
import type { Json } from './json.ts';
import type { Plan } from './plan.ts';

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
  readonly statuses?: readonly RunStatus[];
  /** The newest n. */
  readonly limit?: number;
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
  /** Newest first. */
  find(query: RunQuery): Promise<readonly RunRecord[]>;
  /** Whether a live process holds the lease; a `running` run without one died. `false` for an unknown run. */
  leased(id: string): Promise<boolean>;
  /** By index. @throws TouchstoneError `run-not-found` */
  evaluations(id: string): Promise<readonly EvaluationRecord[]>;
  /** Reads without the lease, also while a run writes. @throws TouchstoneError `run-not-found`, `evaluation-not-found` */
  reader(id: string, evaluation: number): Promise<JournalReader>;
  /** Deletes the run and all of it. @throws TouchstoneError `run-not-found`, `run-locked` */
  delete(id: string): Promise<void>;
}

/** A run that this process works on. Disposing it releases the lease. */
export interface RunWriter extends AsyncDisposable {
  readonly id: string;
  /** A new `status` replaces `reason` and `endedAt` as well: those not given with it are gone. `tags` are replaced as a whole. */
  update(change: Partial<Pick<RunRecord, 'status' | 'reason' | 'endedAt' | 'name' | 'tags'>>): Promise<void>;
  /** Continues the evaluation `index` when it is stored, else starts it with this plan. Comparing plans is the caller's business. */
  journal(index: number, plan: Plan): Promise<Journal>;
}
