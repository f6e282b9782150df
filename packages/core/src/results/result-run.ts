import type { RunRecord } from '../contracts/index.ts';
import type { ResultRun } from './result-parts.ts';

/** A stored run as its result tells of it. */
export function resultRun(run: RunRecord, summaries: readonly { readonly rows: number }[]): ResultRun {
  const { id, name, experiment, status, reason, startedAt, endedAt } = run;
  return {
    id,
    name,
    experiment,
    status,
    ...(reason === undefined ? {} : { reason }),
    startedAt: new Date(startedAt).toISOString(),
    ...(endedAt === undefined ? {} : { endedAt: new Date(endedAt).toISOString() }),
    rows: summaries.reduce((rows, summary) => rows + summary.rows, 0),
  };
}
