import type { Catalog, RunQuery, RunRecord } from '../contracts/index.ts';
import { summaryIn } from '../results/stored-snapshot.ts';
import { matches } from './match-run.ts';
import { parseWhere } from './parse-where.ts';
import { type Field, fieldsOf } from './where.ts';

export interface RunSearch extends RunQuery {
  /**
   * A condition: `metrics.rougeL/v1/mean > 0.4 and tags.git like 'ab%'`. Its language is MLflow's, with a little more; a comparison
   * with something that a run does not have is false. Metrics are those of the stored result, which a run has when it has ended, and
   * those that it has logged.
   */
  readonly where?: string;
}

/**
 * Runs of a store, newest first, with the status that is true: a run that says it is running, and that nobody works on, is `interrupted`.
 * @throws TouchstoneError `bad-where` with the place and what was probably meant
 */
export async function searchRuns(
  catalog: Catalog,
  { where: text, limit, statuses, ...query }: RunSearch,
): Promise<readonly RunRecord[]> {
  const where = text === undefined ? undefined : parseWhere(text);
  const filters = where !== undefined || statuses !== undefined;
  const stored = await catalog.find(filters || limit === undefined ? query : { ...query, limit });
  const runs = (await withTrueStatus(catalog, stored)).filter(({ status }) => statuses?.includes(status) ?? true);
  if (where === undefined) return runs.slice(0, limit);
  const metrics = fieldsOf(where).some(({ of }) => of === 'metrics') ? await metricsOf(catalog, runs) : NONE;
  return runs.filter((run) => matches(where, { run, metrics: metrics.get(run.id) ?? {} })).slice(0, limit);
}

/** The fields that a search speaks of, each once: `metrics.rougeL/v1/mean > 0.4` of the metric `rougeL/v1/mean`. @throws TouchstoneError `bad-where` */
export function searchedFields(where: string): readonly Field[] {
  return fieldsOf(parseWhere(where));
}

/** The metrics of runs by id: the aggregates of their stored results, and what they have logged, of which the last value counts. */
export async function metricsOf(
  catalog: Catalog,
  runs: readonly RunRecord[],
): Promise<ReadonlyMap<string, Readonly<Record<string, number>>>> {
  const found = new Map<string, Readonly<Record<string, number>>>();
  const ids = runs.map(({ id }) => id);
  for (const [id, { metrics }] of await catalog.logged(ids)) {
    // The last value of each.
    if (metrics.length > 0) found.set(id, Object.fromEntries(metrics.map(({ name, value }) => [name, value])));
  }
  const snapshots = await catalog.snapshots(ids);
  for (const [id, ofRun] of snapshots) {
    // Of several evaluations with the same key the later one counts, as in the result.
    const summaries = ofRun.flatMap((snapshot) => summaryIn(snapshot) ?? []);
    if (summaries.length > 0) found.set(id, Object.assign({}, found.get(id), ...summaries.map(({ metrics }) => metrics)));
  }
  return found;
}

const NONE: ReadonlyMap<string, Readonly<Record<string, number>>> = new Map();

async function withTrueStatus(catalog: Catalog, runs: readonly RunRecord[]): Promise<readonly RunRecord[]> {
  return Promise.all(
    runs.map(async (run): Promise<RunRecord> => {
      if (run.status !== 'running' || (await catalog.leased(run.id))) return run;
      return { ...run, status: 'interrupted' };
    }),
  );
}
