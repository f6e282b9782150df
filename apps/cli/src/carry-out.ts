import { writeFile } from 'node:fs/promises';
import { type EvaluateRequest, type EvaluationResult, messageOf, type RunOptions, TouchstoneError } from '@touchstone/core';
import { exitCodeOfError, exitCodeOfStatus } from './exit-codes.ts';
import { DEFAULT_STORE, type OpenedTouchstone } from './open-touchstone.ts';
import { ProgressLine } from './progress.ts';
import { documentAsJson, type RunDocument } from './run-document.ts';
import { print, say } from './say.ts';
import { writeTable } from './write-table.ts';

export interface OutputFlags {
  readonly output?: string;
  readonly table?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

export interface CarriedOut {
  readonly exitCode: number;
  readonly result?: EvaluationResult;
}

/** Carries out one evaluation with progress, Ctrl-C and output files; says at the end how it ended and what to type next. */
export async function carryOut(
  opened: OpenedTouchstone,
  request: EvaluateRequest,
  run: RunOptions & { readonly resume?: 'auto' },
  document: RunDocument,
  flags: OutputFlags,
): Promise<CarriedOut> {
  const { touchstone } = opened;
  const progress = new ProgressLine(flags.quiet === true || flags.json === true);
  const interrupt = listenForInterrupts(() => touchstone.stop(), progress);
  let id: string | undefined;
  try {
    const { resume, ...filed } = run;
    const result = await touchstone.evaluate({
      ...request,
      run: { ...filed, origin: documentAsJson(document) },
      ...(resume === undefined ? {} : { resume }),
      signal: interrupt.signal,
      onProgress: (now) => {
        id = now.run;
        progress.update(now);
      },
    });
    progress.clear();
    await writeOutputs(result, flags);
    return { exitCode: exitCodeOfStatus(result.run.status), result };
  } catch (error) {
    progress.clear();
    say(messageOf(error));
    if (!TouchstoneError.isInstance(error) && process.env.TOUCHSTONE_DEBUG !== undefined && error instanceof Error) say(error.stack ?? '');
    const exitCode = exitCodeOfError(error);
    if (id !== undefined && exitCode !== 2) sayResume(id, opened.storePath);
    return { exitCode };
  } finally {
    interrupt.done();
  }
}

/** The last line of a run: how it ended, and what to type next. */
export function sayEnd(result: EvaluationResult, storePath: string | undefined): void {
  const { run } = result;
  const counts = Object.values(result.coverage);
  const most = (kind: 'skipped' | 'failed'): number => counts.reduce((sum, coverage) => Math.max(sum, coverage?.[kind] ?? 0), 0);
  const parts = [`${run.rows} ${run.rows === 1 ? 'row' : 'rows'}`];
  if (most('failed') > 0) parts.push(`${most('failed')} failed`);
  if (most('skipped') > 0) parts.push(`${most('skipped')} skipped`);
  const reason = run.reason === undefined ? '' : ` (${run.reason})`;
  const next = storePath === undefined || run.status !== 'finished' ? '' : ` · touchstone show ${run.id.slice(0, 8)}${storeFlag(storePath)}`;
  say(`${run.status}: ${parts.join(', ')}${reason}${next}`);
  if (run.status !== 'finished') sayResume(run.id, storePath);
}

function sayResume(id: string, storePath: string | undefined): void {
  if (storePath !== undefined) say(`Resume with: touchstone resume ${id.slice(0, 8)}${storeFlag(storePath)}`);
}

function storeFlag(storePath: string): string {
  return storePath === DEFAULT_STORE ? '' : ` --store ${/\s/u.test(storePath) ? JSON.stringify(storePath) : storePath}`;
}

export async function showResult(result: EvaluationResult, flags: Pick<OutputFlags, 'json'>): Promise<void> {
  await print(flags.json === true ? JSON.stringify(result.toJSON(), null, 2) : result.toString());
}

async function writeOutputs(result: EvaluationResult, flags: OutputFlags): Promise<void> {
  if (flags.output !== undefined) await writeFile(flags.output, `${JSON.stringify(result.toJSON(), null, 2)}\n`);
  if (flags.table !== undefined) await writeTable(result, flags.table);
}

/** Once: finish what is in flight. Twice: stop now. */
function listenForInterrupts(stop: () => void, progress: ProgressLine): { readonly signal: AbortSignal; done(): void } {
  const controller = new AbortController();
  let pressed = 0;
  const onSignal = (): void => {
    pressed++;
    progress.clear();
    if (pressed === 1) {
      say('Stopping: the rows in flight are finished and stored. Press Ctrl-C again to stop now.');
      stop();
    } else {
      controller.abort();
      // Everything acknowledged is on the disk already; a call that ignores its signal must not keep the terminal.
      setTimeout(() => process.exit(130), 2000).unref();
    }
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return {
    signal: controller.signal,
    done: () => {
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
    },
  };
}
