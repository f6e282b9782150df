import type { RunRecord, RunStatus } from './catalog.ts';
import type { Entry } from './entry.ts';
import type { Json } from './json.ts';

/**
 * Another place that is told of a run: an MLflow server, a dashboard. Told live, and can never stop or slow a run:
 * what it throws becomes a warning, and it is not waited for but at the end.
 */
export interface Tracker {
  readonly name: string;
  start(run: RunRecord): Promise<void>;
  /** Entries after they became durable, in the order of work. @param run the one that was started; several may be told of at a time */
  tell(entries: readonly Entry[], run: RunRecord): Promise<void>;
  /** @param result what an evaluation says: metrics, intervals, coverage. `null` where there was none */
  end(status: RunStatus, result: Json, run: RunRecord): Promise<void>;
}
