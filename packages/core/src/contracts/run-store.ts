import type { AnswerCache } from './cache.ts';
import type { CallStore } from './call-store.ts';
import type { Catalog } from './catalog.ts';

/** Where runs live. Four ports, because they have different writers: catalog, journals (from `catalog`), calls, and the cache. */
export interface RunStore extends AsyncDisposable {
  /** For people: `memory`, or the file. */
  readonly name: string;
  /** Whether it outlives the process. */
  readonly durable: boolean;
  /** Its package → version, for the provenance of runs. */
  readonly provenance?: Readonly<Record<string, string>>;
  readonly catalog: Catalog;
  /** The call log of one run; asking it twice for the same run gives the same log. */
  calls(runId: string): CallStore;
  /** Answers for all runs; absent: this store keeps none. */
  readonly cache?: AnswerCache;
}
