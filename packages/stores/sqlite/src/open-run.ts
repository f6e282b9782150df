import type { RunWriter } from '@touchstone/core';
import type { Writer } from './group-commit.ts';

/** A run whose lease this store holds. */
interface OpenRun {
  readonly runWriter: RunWriter;
  /** All its writes, calls included, share one fate: after one was lost the run stops. */
  readonly writer: Writer;
}

export type OpenRuns = Map<string, OpenRun>;
