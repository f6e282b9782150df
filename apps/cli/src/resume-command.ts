import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  type EvaluationResult,
  findRun,
  type RunRecord,
  type SweepResult,
  TouchstoneError,
  type TouchstoneRuntime,
} from '@touchstone/core';
import { type CarryOutFlags, carryOut, evaluating, sweeping, type Task } from './carry-out.ts';
import { EXIT } from './exit-codes.ts';
import { nextCommand, type OpenedTouchstone, type StoreFlags, withTouchstone } from './open-touchstone.ts';
import { checkOutputFiles } from './output-files.ts';
import { isSweep, requestOf } from './request-of.ts';
import { resultText } from './result-text.ts';
import { definedOnly, documentOf, type EvaluationFlags, type RunDocument } from './run-document.ts';
import { print, say } from './say.ts';
import { sayEndOf } from './say-end.ts';

interface ResumeFlags extends CarryOutFlags, StoreFlags, Pick<EvaluationFlags, 'maxCost' | 'errorBudget'> {
  readonly retryFailed?: boolean;
  readonly acceptChangedData?: boolean;
  readonly json?: boolean;
  readonly verbose?: boolean;
}

/** `touchstone resume`: asks again for what the stored run was asked for, and does only what is missing, or has failed. */
export async function resumeCommand(ref: string | undefined, given: ResumeFlags): Promise<number> {
  checkOutputFiles(given);
  // The config of this folder is only for finding the store; the run knows its own.
  const { run, store, idle } = await withTouchstone(given, async ({ touchstone, store = '' }) => {
    const found = await continuedRun(touchstone, ref, store, given);
    return { run: found, store, idle: await nothingFailed(touchstone, found, given) };
  });
  if (idle) {
    say(`Nothing has failed in run ${run.name} (${run.id.slice(0, 8)}), which is finished: there is nothing to try again.`);
    return EXIT.ok;
  }
  const document = documentOf(run.origin, run.name);
  const flags = {
    ...given,
    ...absolute('output', given.output),
    ...absolute('table', given.table),
    ...absolute('save', given.save),
  };
  const openedStore = resolve(store);
  enterFolder(document, run);
  return withTouchstone(
    { store: openedStore, ...(document.config === undefined ? {} : { config: document.config }) },
    async (opened) => {
      say(`Resuming ${run.name} (${run.id.slice(0, 8)}).`);
      const task = await taskOf(run, withLimits(document, given), opened, given);
      const { exitCode, result } = await carryOut({ ...opened, store }, task, flags);
      if (result !== undefined) {
        await print(flags.json === true ? JSON.stringify(result.toJSON(), null, 2) : resultText(result, flags));
        await sayEndOf(result, store);
      }
      return exitCode;
    },
  );
}

/** A cell is gone on with as a part of its sweep, which has the cap on costs. */
async function taskOf(
  { id, parent = id }: RunRecord,
  document: RunDocument,
  opened: OpenedTouchstone,
  { retryFailed, acceptChangedData }: ResumeFlags,
): Promise<Task<EvaluationResult | SweepResult>> {
  const { run: _, ...request } = await requestOf(document, opened);
  const resume = definedOnly({ retryFailed, acceptChangedData });
  if (!isSweep(request)) return evaluating(opened.touchstone, request, { id, resume }, document);
  const { cell, ...whole } = document;
  const only = cell === undefined ? {} : { only: [cell] };
  return sweeping(opened.touchstone, { ...request, ...only }, { id: parent, resume }, whole);
}

/** What stopped a run may be lifted for the rest of it: limits are no part of what it measures. */
function withLimits(document: RunDocument, { maxCost, errorBudget }: ResumeFlags): RunDocument {
  return { ...document, flags: { ...document.flags, ...definedOnly({ maxCost, errorBudget }) } };
}

/** The run that is named, or the newest that was left unfinished and that nobody works on. */
async function continuedRun(
  touchstone: TouchstoneRuntime,
  ref: string | undefined,
  store: string,
  { retryFailed, acceptChangedData }: ResumeFlags,
): Promise<RunRecord> {
  if (ref !== undefined) {
    const run = await findRun(touchstone.store.catalog, ref);
    if (run.status !== 'finished' || retryFailed === true || acceptChangedData === true) return run;
    const show = nextCommand(`show ${run.id.slice(0, 8)}`, store);
    throw new TouchstoneError(
      'run-finished',
      `Run ${run.name} (${run.id.slice(0, 8)}) is finished: there is nothing to continue. See it with ${show}.`,
    );
  }
  const unfinished = await touchstone.runs({ statuses: ['running', 'interrupted', 'incomplete'] });
  const ids = new Set(unfinished.map(({ id }) => id));
  for (const run of unfinished) {
    // A cell is a part of its sweep.
    if (run.parent !== undefined && ids.has(run.parent)) continue;
    if (!(await touchstone.store.catalog.leased(run.id))) return run;
  }
  const named =
    retryFailed === true ? ' Name a finished one to try its failed rows again: touchstone resume RUN --retry-failed.' : '';
  throw new TouchstoneError('run-not-found', `There is no unfinished run in ${store} that nobody works on.${named}`);
}

/** Whether a run is finished, and `--retry-failed` finds nothing in it. */
async function nothingFailed(
  touchstone: TouchstoneRuntime,
  run: RunRecord,
  { retryFailed, acceptChangedData }: ResumeFlags,
): Promise<boolean> {
  if (run.status !== 'finished' || retryFailed !== true || acceptChangedData === true) return false;
  const swept = await touchstone.sweepResult(run.id);
  if (swept !== undefined) return false;
  const { coverage } = (await touchstone.result(run.id)).toJSON();
  return Object.values(coverage).every(({ failed }) => failed === 0);
}

/** Models and metrics may read files of the folder in which they were started. */
function enterFolder({ cwd }: RunDocument, { name }: RunRecord): void {
  if (!existsSync(cwd))
    throw new TouchstoneError(
      'folder-not-found',
      `Run ${name} was started in ${cwd}, and there is no such folder any more: put it back.`,
    );
  process.chdir(cwd);
}

function absolute<K extends string>(
  flag: K,
  path: string | undefined,
): { readonly [P in K]?: string } | Readonly<Record<never, never>> {
  return path === undefined ? {} : { [flag]: resolve(path) };
}
