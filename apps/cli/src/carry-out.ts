import type { EvaluateRequest, EvaluationResult, RunOptions, TouchstoneRuntime } from '@touchstone/core';
import { TouchstoneError } from '@touchstone/core';
import { exitCodeOfError, exitCodeOfStatus } from './exit-codes.ts';
import { listenForInterrupts } from './interrupts.ts';
import type { OpenedTouchstone } from './open-touchstone.ts';
import { type FileFlags, writeOutputFiles } from './output-files.ts';
import { ProgressLine } from './progress.ts';
import { documentAsJson, type RunDocument } from './run-document.ts';
import { resumeOf, sayRepair, sayResume } from './say-end.ts';
import { sayError } from './say-error.ts';

export interface CarryOutFlags extends FileFlags {
  readonly quiet?: boolean;
}

export interface CarriedOut {
  readonly exitCode: number;
  /** Absent when the evaluation ended with an error, which has been said then. */
  readonly result?: EvaluationResult;
}

export interface Task {
  /** Starts the work, which ends with a result. */
  readonly start: (watching: Pick<EvaluateRequest, 'signal' | 'onProgress'>) => Promise<EvaluationResult>;
  /** In whose words errors are said. */
  readonly asked: RunDocument | 'flags';
  /** What goes on with it after `touchstone`; default: `resume ID`. */
  readonly continuedBy?: (id: string) => string;
}

/** The task of evaluating what a document asks for. */
export function evaluating(
  touchstone: TouchstoneRuntime,
  request: EvaluateRequest,
  { resume, ...run }: RunOptions & Pick<EvaluateRequest, 'resume'>,
  document: RunDocument,
): Task {
  return {
    asked: document,
    start: (watching) =>
      touchstone.evaluate({
        ...request,
        run: { ...run, origin: documentAsJson(document) },
        ...(resume === undefined ? {} : { resume }),
        ...watching,
      }),
  };
}

/** Carries out one task, with progress and Ctrl-C, and writes its files. Never throws: what went wrong is said. */
export async function carryOut(
  { touchstone, store }: Pick<OpenedTouchstone, 'touchstone' | 'store'>,
  { start, asked, continuedBy }: Task,
  flags: CarryOutFlags,
): Promise<CarriedOut> {
  const progress = new ProgressLine(flags.quiet === true ? 'quiet' : 'shown');
  let id: string | undefined;
  const sayHowToResume = (): void => {
    if (id !== undefined && store !== undefined) sayResume(continuedBy?.(id) ?? resumeOf(id), store);
  };
  const interrupts = listenForInterrupts({
    signal: () => progress.clear(),
    stop: () => touchstone.stop(),
    lastWords: sayHowToResume,
  });
  let result: EvaluationResult;
  try {
    result = await start({
      signal: interrupts.signal,
      onProgress: (now) => {
        id = now.run;
        progress.update(now);
        // A signal that came while the data was being looked at found no run to stop.
        if (interrupts.stopping) touchstone.stop();
      },
    });
  } catch (error) {
    progress.clear();
    sayError(error, asked);
    if (TouchstoneError.isInstance(error) && error.kind === 'store') {
      // What is damaged must be saved before anything goes on in it.
      if (error.code === 'store-corrupt' && store !== undefined) sayRepair(store);
      else sayHowToResume();
    }
    return { exitCode: exitCodeOfError(error) };
  } finally {
    progress.clear();
    interrupts.done();
  }
  try {
    await writeOutputFiles(result, flags);
    return { exitCode: exitCodeOfStatus(result.run.status), result };
  } catch (error) {
    sayError(error);
    return { exitCode: Math.max(exitCodeOfError(error), exitCodeOfStatus(result.run.status)), result };
  }
}
