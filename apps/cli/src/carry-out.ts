import type {
  EvaluateRequest,
  EvaluationResult,
  RunOptions,
  SweepRequest,
  SweepResult,
  SweptCell,
  TouchstoneRuntime,
} from '@touchstone/core';
import { TouchstoneError } from '@touchstone/core';
import { exitCodeOfError, exitCodeOfStatus } from './exit-codes.ts';
import { listenForInterrupts } from './interrupts.ts';
import type { OpenedTouchstone } from './open-touchstone.ts';
import { type FileFlags, writeOutputFiles } from './output-files.ts';
import { ProgressLine } from './progress.ts';
import { documentAsJson, type RunDocument } from './run-document.ts';
import { say } from './say.ts';
import { resumeOf, sayRepair, sayResume } from './say-end.ts';
import { sayError } from './say-error.ts';

export interface CarryOutFlags extends FileFlags {
  readonly quiet?: boolean;
}

export interface CarriedOut<R> {
  readonly exitCode: number;
  /** Absent when the work ended with an error, which has been said then. */
  readonly result?: R;
}

interface Watching extends Pick<EvaluateRequest, 'signal' | 'onProgress'> {
  /** Says something while the work goes on. */
  readonly note: (sentence: string) => void;
}

export interface Task<R extends EvaluationResult | SweepResult> {
  /** Starts the work, which ends with a result. */
  readonly start: (watching: Watching) => Promise<R>;
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
): Task<EvaluationResult> {
  return {
    asked: document,
    start: ({ note: _, ...watching }) =>
      touchstone.evaluate({
        ...request,
        run: { ...run, origin: documentAsJson(document) },
        ...(resume === undefined ? {} : { resume }),
        ...watching,
      }),
  };
}

/** The task of evaluating all cells of what a document asks for, and saying how each of them ended. */
export function sweeping(
  touchstone: TouchstoneRuntime,
  request: SweepRequest,
  { resume, ...run }: RunOptions & Pick<EvaluateRequest, 'resume'>,
  document: RunDocument,
): Task<SweepResult> {
  return {
    asked: document,
    start: ({ note, ...watching }) =>
      touchstone.sweep({
        ...request,
        run: { ...run, origin: documentAsJson(document) },
        ...(resume === undefined ? {} : { resume }),
        originOf: ({ name }) => documentAsJson({ ...document, cell: name }),
        onCell: (cell) => note(cellText(cell)),
        ...watching,
      }),
  };
}

function cellText({ name, result, error }: SweptCell): string {
  if (result === undefined) return `${name}: ${error}`;
  const { status, reason, rows } = result.run;
  return `${name}: ${status}, ${rows} ${rows === 1 ? 'row' : 'rows'}${reason === undefined ? '' : ` (${reason})`}`;
}

/** Carries out one task, with progress and Ctrl-C, and writes its files. Never throws: what went wrong is said. */
export async function carryOut<R extends EvaluationResult | SweepResult>(
  { touchstone, store }: Pick<OpenedTouchstone, 'touchstone' | 'store'>,
  { start, asked, continuedBy }: Task<R>,
  flags: CarryOutFlags,
): Promise<CarriedOut<R>> {
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
  let result: R;
  try {
    result = await start({
      signal: interrupts.signal,
      note: (sentence) => {
        progress.clear();
        if (flags.quiet !== true) say(sentence);
      },
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
