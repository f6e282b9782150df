import { resolve } from 'node:path';
import { findRun, type RunRecord, TouchstoneError } from '@touchstone/core';
import { carryOut, type OutputFlags, sayEnd, showResult } from './carry-out.ts';
import { type OpenedTouchstone, openTouchstone, type StoreFlags } from './open-touchstone.ts';
import { documentOf, requestOf } from './run-document.ts';
import { say } from './say.ts';
import { checkTableFile } from './write-table.ts';

/** `touchstone resume`: asks again for what the stored run was asked for, and does only what is missing. */
export async function resumeCommand(ref: string | undefined, flags: OutputFlags & StoreFlags): Promise<number> {
  if (flags.table !== undefined) checkTableFile(flags.table);
  // The run knows its config; the one of this folder is only for finding the store.
  const finder = await openTouchstone({ ...flags });
  let run: RunRecord;
  try {
    run = await unfinishedRun(finder, ref);
  } catch (error) {
    await finder.touchstone.close();
    throw error;
  }
  const document = documentOf(run.origin, run.name);
  await finder.touchstone.close();
  const cwd = process.cwd();
  process.chdir(document.cwd);
  const opened = await openTouchstone({ store: finder.storePath === undefined ? false : resolve(cwd, finder.storePath), ...(document.config === undefined ? {} : { config: document.config }) });
  try {
    say(`Resuming ${run.name} (${run.id.slice(0, 8)}).`);
    const { run: _, ...request } = await requestOf(document, opened);
    const done = await carryOut(opened, request, { id: run.id, resume: 'auto' }, document, flags);
    if (done.result !== undefined) {
      await showResult(done.result, flags);
      sayEnd(done.result, opened.storePath);
    }
    return done.exitCode;
  } finally {
    await opened.touchstone.close();
  }
}

async function unfinishedRun({ touchstone }: OpenedTouchstone, ref: string | undefined): Promise<RunRecord> {
  if (ref !== undefined) {
    const run = await findRun(touchstone.store.catalog, ref);
    if (run.status === 'finished') throw new TouchstoneError('run-finished', `Run ${run.name} (${run.id.slice(0, 8)}) is finished: there is nothing to continue. See it with touchstone show ${run.id.slice(0, 8)}.`);
    return run;
  }
  const [newest] = await touchstone.runs({ statuses: ['running', 'interrupted', 'incomplete', 'failed'], limit: 1 });
  if (newest === undefined) throw new TouchstoneError('run-not-found', 'There is no unfinished run in this store.');
  return newest;
}
