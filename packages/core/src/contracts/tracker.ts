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
  /** Entries after they became durable, in the order of work. */
  tell(entries: readonly Entry[]): Promise<void>;
  end(status: RunStatus, result: Json): Promise<void>;
}
