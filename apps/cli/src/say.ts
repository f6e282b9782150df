import { Console } from 'node:console';
import { TouchstoneError } from '@touchstone/core';

/** Everything that is not the result goes to stderr. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

/**
 * The result, on stdout. Resolves when it has left, also into a slow pipe; `false` when nobody reads any more (`| head`),
 * which is the reader's right and no error.
 */
export async function print(text: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text.endsWith('\n') ? text : `${text}\n`, (error) => {
      if (!error) resolve(true);
      else if ('code' in error && error.code === 'EPIPE') resolve(false);
      else
        reject(
          new TouchstoneError('output-not-written', `stdout could not be written: ${error.message}.`, {
            kind: 'run',
            cause: error,
          }),
        );
    });
  });
}

/** What models, metrics and configs log goes to stderr as well: the result must stay fit for a pipe. */
export function keepStdoutForTheResult(): void {
  Object.assign(console, new Console({ stdout: process.stderr, stderr: process.stderr }));
}

/** A write that fails tells its own callback; without a listener it would end the process with a stack as well. */
export function surviveClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
}

/** Columns that text for people may take: the terminal's, within reason; 80 where there is none. */
export function printWidth(): number {
  return process.stdout.isTTY ? Math.min(Math.max(process.stdout.columns || 80, 60), 140) : 80;
}
