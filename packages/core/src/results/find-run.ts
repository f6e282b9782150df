import type { Catalog, RunRecord } from '../contracts/index.ts';
import { suggestion } from '../errors/did-you-mean.ts';
import { TouchstoneError } from '../errors/touchstone-error.ts';
import { isRunFile } from '../run-file/is-run-file.ts';

/**
 * A stored run by id, unique beginning of an id, name (the newest of it), `@last` or `@last~1`.
 * @throws TouchstoneError `run-not-found`, `run-ambiguous`
 */
export async function findRun(catalog: Catalog, ref: string): Promise<RunRecord> {
  const last = /^@last(?:~(\d+))?$/u.exec(ref);
  if (last !== null) {
    const back = Number(last[1] ?? 0);
    const runs = await lastRuns(catalog, back + 1);
    const run = runs[back];
    if (run !== undefined) return run;
    const there =
      runs.length === 0
        ? 'The store has no runs yet: start one with touchstone run.'
        : `The store has ${runs.length} ${runs.length === 1 ? 'run' : 'runs'}.`;
    throw new TouchstoneError('run-not-found', `There is no run '${ref}'. ${there}`);
  }
  const named = await catalog.find({ name: ref, limit: 1 });
  const [byName] = named;
  if (byName !== undefined) return byName;
  if (/^[0-9a-f]{1,32}$/iu.test(ref)) {
    const matches = await catalog.find({ idPrefix: ref.toLowerCase() });
    const [match] = matches;
    if (matches.length === 1 && match !== undefined) return match;
    if (matches.length > 1)
      throw new TouchstoneError('run-ambiguous', `${matches.length} runs begin with '${ref}': type more of the id.`);
  }
  if (isRunFile(ref)) {
    throw new TouchstoneError(
      'run-not-found',
      `'${ref}' is a file: take the run in it into the store first, with touchstone import ${ref}.`,
    );
  }
  if (/\.zip$/iu.test(ref)) throw new TouchstoneError('run-not-found', `There is no run '${ref}', and no file of that name.`);
  const recent = await catalog.find({ limit: 200 });
  const hint = suggestion(ref, new Set(recent.map((run) => run.name)), { list: 'The newest runs are' });
  throw new TouchstoneError('run-not-found', `There is no run '${ref}'.${hint} Name a run by its id, its name or @last.`);
}

/** The newest runs that are no part of another one in the store, newest first; fewer when there are not as many. */
async function lastRuns(catalog: Catalog, count: number): Promise<readonly RunRecord[]> {
  const inStore = new Map<string, boolean>();
  for (let limit = count; ; limit = limit * 4 + 20) {
    const runs = await catalog.find({ limit });
    for (const { id } of runs) inStore.set(id, true);
    const whole: RunRecord[] = [];
    for (const run of runs) {
      const { parent } = run;
      if (parent === undefined || !(inStore.get(parent) ?? (await isThere(parent)))) whole.push(run);
    }
    if (whole.length >= count || runs.length < limit) return whole.slice(0, count);
  }

  async function isThere(id: string): Promise<boolean> {
    const found = (await catalog.find({ idPrefix: id })).length > 0;
    inStore.set(id, found);
    return found;
  }
}
