import type { Catalog, RunRecord } from '../contracts/index.ts';
import { TouchstoneError } from '../errors/touchstone-error.ts';
import type { EvaluationResult } from '../results/evaluation-result.ts';
import { resultRun } from '../results/result-run.ts';
import { SweepResult } from './sweep-result.ts';

/** The runs of the cells of a sweep, in the order in which they were started. None: it is no sweep. */
export async function cellsOfRun(catalog: Catalog, { id }: RunRecord): Promise<readonly RunRecord[]> {
  const children = await catalog.find({ parent: id });
  return children.filter(({ params }) => params?.cell !== undefined).toReversed();
}

/** @throws TouchstoneError `cell-not-chosen`: what a sweep has is in its cells */
export async function checkNoSweep(catalog: Catalog, run: RunRecord): Promise<void> {
  const cells = await cellsOfRun(catalog, run);
  if (cells.length === 0) return;
  const named = cells.map(({ id, params, name }) => `${id.slice(0, 8)} (${params?.cell ?? name})`);
  throw new TouchstoneError(
    'cell-not-chosen',
    `${run.name} is a sweep, and this goes with its cells: name one of ${named.join(', ')}.`,
  );
}

/** What a sweep has found out so far, from its runs alone. */
export async function storedSweep(
  catalog: Catalog,
  run: RunRecord,
  resultOf: (run: RunRecord) => Promise<EvaluationResult>,
): Promise<SweepResult | undefined> {
  const children = await cellsOfRun(catalog, run);
  if (children.length === 0) return undefined;
  const cells = [];
  for (const child of children) {
    const { cell = child.name, prompt } = child.params ?? {};
    const model = prompt === undefined || cell === prompt ? cell : cell.slice(0, -` · ${prompt}`.length);
    cells.push({ name: cell, model, ...(prompt === undefined ? {} : { prompt }), result: await resultOf(child) });
  }
  const died = run.status === 'running' && !(await catalog.leased(run.id));
  const shown: RunRecord = died ? { ...run, status: 'interrupted', reason: 'its process ended before the run did' } : run;
  return new SweepResult(
    resultRun(
      shown,
      cells.map(({ result }) => result.run),
    ),
    cells,
  );
}
